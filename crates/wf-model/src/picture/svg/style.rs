//! The style of the SVG. Without custom properties, which many programs that draw SVG do not know;
//! every class begins with `wf-`, so that the picture can stand within somebody's page.

/// Every word has at least the contrast of 4.5 with what is behind it, in the light and in the dark.
pub(super) const STYLE: &str = "\
.wf-picture{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif}
.wf-page{fill:#fff}
.wf-heading{font-size:16px;font-weight:600;fill:#1c2128}
.wf-name{font-size:13px;font-weight:600;fill:#1c2128}
.wf-detail{font-size:11px;fill:#57606a}
.wf-state{font-size:11px;font-weight:600}
.wf-phase{font-size:10px;font-weight:700;letter-spacing:.4px;text-anchor:end}
.wf-label{font-size:11px;font-style:italic;fill:#8a3b12;text-anchor:middle}
.wf-caption{font-size:11px;font-style:italic;fill:#57606a;text-anchor:middle}
.wf-edge{fill:none;stroke:#8c959f;stroke-width:1.5;marker-end:url(#wf-arrow)}
.wf-special{stroke:#b35b1e;stroke-dasharray:5 4}
.wf-tip{fill:#6e7781}
.wf-border{fill:none;stroke:#afb8c1;stroke-dasharray:2 5}
.wf-box{stroke-width:1.2}
.wf-unrun .wf-box{fill:#f6f8fa;stroke:#8c959f}
.wf-unrun .wf-mark{fill:#8c959f}
.wf-pending .wf-box{fill:#f6f8fa;stroke:#8c959f}
.wf-pending .wf-mark{fill:#afb8c1}
.wf-pending .wf-phase,.wf-state.wf-pending{fill:#57606a}
.wf-running .wf-box{fill:#eaf3ff;stroke:#0a66c2}
.wf-running .wf-mark{fill:#0a66c2}
.wf-running .wf-phase,.wf-state.wf-running{fill:#0a57a6}
.wf-waiting .wf-box{fill:#fff6dc;stroke:#b08006}
.wf-waiting .wf-mark{fill:#d4a106}
.wf-waiting .wf-phase,.wf-state.wf-waiting{fill:#7a5600}
.wf-succeeded .wf-box{fill:#ecf9f0;stroke:#2c974b}
.wf-succeeded .wf-mark{fill:#2c974b}
.wf-succeeded .wf-phase,.wf-state.wf-succeeded{fill:#1a6b33}
.wf-failed .wf-box{fill:#ffeeee;stroke:#cf222e}
.wf-failed .wf-mark{fill:#cf222e}
.wf-failed .wf-phase,.wf-state.wf-failed{fill:#b01722}
.wf-error .wf-box{fill:#f8efff;stroke:#8250df}
.wf-error .wf-mark{fill:#8250df}
.wf-error .wf-phase,.wf-state.wf-error{fill:#6a35c9}
.wf-skipped .wf-box{fill:#fff;stroke:#8c959f;stroke-dasharray:4 3}
.wf-skipped .wf-mark{fill:#d0d7de}
.wf-skipped .wf-phase{fill:#57606a}
.wf-omitted .wf-box{fill:#fff;stroke:#afb8c1;stroke-dasharray:1.5 3}
.wf-omitted .wf-mark{fill:#eaeef2}
.wf-omitted .wf-phase{fill:#57606a}
.wf-stopped .wf-box{fill:#fff1e5;stroke:#bc4c00}
.wf-stopped .wf-mark{fill:#bc4c00}
.wf-stopped .wf-phase,.wf-state.wf-stopped{fill:#953800}
@media (prefers-color-scheme:dark){
.wf-page{fill:#0d1117}
.wf-heading,.wf-name{fill:#e6edf3}
.wf-detail,.wf-caption{fill:#9da7b3}
.wf-label{fill:#f0a36b}
.wf-edge{stroke:#6e7681}
.wf-special{stroke:#c9783f}
.wf-tip{fill:#848d97}
.wf-border{stroke:#484f58}
.wf-unrun .wf-box,.wf-pending .wf-box{fill:#161b22;stroke:#6e7681}
.wf-unrun .wf-mark,.wf-pending .wf-mark{fill:#6e7681}
.wf-pending .wf-phase,.wf-state.wf-pending,.wf-skipped .wf-phase,.wf-omitted .wf-phase{fill:#9da7b3}
.wf-running .wf-box{fill:#10233d;stroke:#4493f8}
.wf-running .wf-mark{fill:#4493f8}
.wf-running .wf-phase,.wf-state.wf-running{fill:#79b8ff}
.wf-waiting .wf-box{fill:#2b2411;stroke:#bb8009}
.wf-waiting .wf-mark{fill:#d29922}
.wf-waiting .wf-phase,.wf-state.wf-waiting{fill:#e3b341}
.wf-succeeded .wf-box{fill:#11251a;stroke:#2ea043}
.wf-succeeded .wf-mark{fill:#2ea043}
.wf-succeeded .wf-phase,.wf-state.wf-succeeded{fill:#56d364}
.wf-failed .wf-box{fill:#31161a;stroke:#f85149}
.wf-failed .wf-mark{fill:#f85149}
.wf-failed .wf-phase,.wf-state.wf-failed{fill:#ff9a94}
.wf-error .wf-box{fill:#251a38;stroke:#a371f7}
.wf-error .wf-mark{fill:#a371f7}
.wf-error .wf-phase,.wf-state.wf-error{fill:#d2a8ff}
.wf-skipped .wf-box{fill:#0d1117;stroke:#6e7681}
.wf-skipped .wf-mark{fill:#30363d}
.wf-omitted .wf-box{fill:#0d1117;stroke:#484f58}
.wf-omitted .wf-mark{fill:#21262d}
.wf-stopped .wf-box{fill:#2e1c0f;stroke:#db6d28}
.wf-stopped .wf-mark{fill:#db6d28}
.wf-stopped .wf-phase,.wf-state.wf-stopped{fill:#f0a36b}
}
";

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::STYLE;

    /// The last `fill` of each selector, in the light and in the dark.
    fn fills() -> [HashMap<&'static str, &'static str>; 2] {
        let (light, dark) = STYLE.split_once("@media").unwrap();
        let mut fills = HashMap::new();
        read(light, &mut fills);
        let mut in_the_dark = fills.clone();
        read(dark.split_once('{').unwrap().1, &mut in_the_dark);
        [fills, in_the_dark]
    }

    fn read(style: &'static str, fills: &mut HashMap<&'static str, &'static str>) {
        for rule in style.split('}').filter(|rule| rule.contains('{')) {
            let (selectors, body) = rule.split_once('{').unwrap();
            let fill = body.split(';').find_map(|line| line.strip_prefix("fill:"));
            if let Some(fill) = fill {
                fills.extend(selectors.split(',').map(|selector| (selector.trim(), fill)));
            }
        }
    }

    /// The relative luminance of a colour, by WCAG 2.
    fn luminance(colour: &str) -> f64 {
        let digits = colour.strip_prefix('#').unwrap();
        let channel = |index: usize| {
            let digits = match digits.len() {
                3 => digits[index..=index].repeat(2),
                _ => digits[2 * index..2 * index + 2].to_owned(),
            };
            let value = f64::from(u8::from_str_radix(&digits, 16).unwrap()) / 255.0;
            if value <= 0.040_45 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * channel(0) + 0.7152 * channel(1) + 0.0722 * channel(2)
    }

    #[test]
    fn every_word_can_be_read_in_the_light_and_in_the_dark() {
        for fills in fills() {
            let assert_readable = |words: &str, ground: &str| {
                let (words, ground) = (fills[words], fills[ground]);
                let (one, other) = (luminance(words) + 0.05, luminance(ground) + 0.05);
                let contrast = one.max(other) / one.min(other);
                assert!(contrast >= 4.5, "{words} on {ground}: {contrast}");
            };
            for words in [".wf-heading", ".wf-detail", ".wf-label", ".wf-caption"] {
                assert_readable(words, ".wf-page");
            }
            let phases = crate::TaskPhase::ALL.map(super::super::task_class);
            for class in phases {
                let ground = format!(".{class} .wf-box");
                assert_readable(&format!(".{class} .wf-phase"), &ground);
                assert_readable(".wf-name", &ground);
                assert_readable(".wf-detail", &ground);
            }
            assert_readable(".wf-name", ".wf-unrun .wf-box");
            for phase in crate::WorkflowPhase::ALL {
                let class = super::super::workflow_class(phase);
                assert_readable(&format!(".wf-state.{class}"), ".wf-page");
            }
        }
    }
}
