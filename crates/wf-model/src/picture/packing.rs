//! Packing: the parts of a picture beside and below each other, like words on lines.

/// A part as a box.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub(super) width: u32,
    pub(super) height: u32,
}

/// The upper left corner of each box, in their order, and the size of it all.
pub(super) fn pack(boxes: &[Size], gap: u32) -> (Vec<(u32, u32)>, Size) {
    let line = line_width(boxes, gap);
    let mut corners = Vec::with_capacity(boxes.len());
    let mut whole = Size {
        width: 0,
        height: 0,
    };
    let (mut x, mut y, mut tallest) = (0_u32, 0_u32, 0_u32);
    for &Size { width, height } in boxes {
        if x > 0 && x.saturating_add(width) > line {
            y = y.saturating_add(tallest).saturating_add(gap);
            (x, tallest) = (0, 0);
        }
        corners.push((x, y));
        tallest = tallest.max(height);
        whole.width = whole.width.max(x.saturating_add(width));
        whole.height = whole.height.max(y.saturating_add(height));
        x = x.saturating_add(width).saturating_add(gap);
    }
    (corners, whole)
}

/// As wide as the widest box, or so that the whole is somewhat wider than high.
fn line_width(boxes: &[Size], gap: u32) -> u32 {
    let area: u64 = boxes
        .iter()
        .map(|size| {
            (u64::from(size.width) + u64::from(gap)) * (u64::from(size.height) + u64::from(gap))
        })
        .fold(0, u64::saturating_add);
    let widest = boxes.iter().map(|size| size.width).max().unwrap_or(0);
    let side = area.saturating_mul(2).isqrt();
    widest.max(u32::try_from(side).unwrap_or(u32::MAX))
}
