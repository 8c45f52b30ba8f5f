//! Wording: what a picture says of each node, and how much room the words take.

use std::fmt::Write;

use super::layout::LayoutNode;
use crate::document::{Document, Task};
use crate::phase::TaskPhase;
use crate::status::{EXIT_HANDLER, RunStatus, TaskStatus};

/// The size of letters, in pixels.
pub(super) const NAME_SIZE: u32 = 13;
pub(super) const DETAIL_SIZE: u32 = 11;
pub(super) const PHASE_SIZE: u32 = 10;

/// What is left free within a node before and after its words.
pub(super) const PADDING: u32 = 14;
const BETWEEN_WORDS: u32 = 12;
const NARROWEST: u32 = 120;
const WIDEST: u32 = 280;

/// How wide a node has to be. It does not depend on its phase, so that nothing moves while a run
/// goes on.
pub(super) fn node_width(node: &LayoutNode) -> u32 {
    let name = text_width(&clean(&node.name), NAME_SIZE);
    let mut detail = text_width(&clean(&node.action), DETAIL_SIZE);
    if let Some(items) = node.items {
        // As many digits as there can be.
        let ended = items.ended.map(|_| format!("{}/", items.total));
        let items = format!(" · {}{} items", ended.unwrap_or_default(), items.total);
        detail += text_width(&items, DETAIL_SIZE);
    }
    if node.phase.is_some() {
        detail += BETWEEN_WORDS + phase_width(TaskPhase::Succeeded);
    }
    let width = name.max(detail) + 2 * PADDING;
    width.clamp(NARROWEST, WIDEST).next_multiple_of(4)
}

/// The second line of a node: its action, cut to what is left, and how many items it has.
pub(super) fn detail(node: &LayoutNode) -> String {
    let items = items(node)
        .map(|items| format!(" · {items}"))
        .unwrap_or_default();
    let mut room = node.width.saturating_sub(2 * PADDING);
    room = room.saturating_sub(text_width(&items, DETAIL_SIZE));
    if let Some(phase) = node.phase {
        room = room.saturating_sub(BETWEEN_WORDS + phase_width(phase));
    }
    fit(&clean(&node.action), DETAIL_SIZE, room) + &items
}

/// How many items a node has, in words.
pub(super) fn items(node: &LayoutNode) -> Option<String> {
    let items = node.items?;
    let noun = if items.total == 1 { "item" } else { "items" };
    Some(match items.ended {
        Some(ended) => format!("{ended}/{} {noun}", items.total),
        None => format!("{} {noun}", items.total),
    })
}

/// The room between two layers in which a label can be read.
pub(super) fn label_room(label: &str) -> u32 {
    text_width(label, DETAIL_SIZE).min(WIDEST) + 40
}

fn phase_width(phase: TaskPhase) -> u32 {
    // Spaced by half a pixel.
    text_width(phase.as_str(), PHASE_SIZE) + 6
}

/// What there is to say of each node, on a line each: the tasks, then the exit handler.
pub(super) fn notes(document: &Document, run: Option<&RunStatus>) -> Vec<String> {
    let mut statuses = run.map(|run| run.tasks.iter()).unwrap_or_default();
    let mut notes: Vec<String> = document
        .tasks
        .iter()
        .map(|task| {
            // The tasks of a status stand in the document's order.
            let status = statuses.next().filter(|status| status.name == task.name);
            note(task, status)
        })
        .collect();
    if let Some(handler) = &document.on_exit {
        let mut task = Task::default();
        EXIT_HANDLER.clone_into(&mut task.name);
        task.action.clone_from(&handler.action);
        notes.push(note(&task, run.and_then(|run| run.exit_handler.as_ref())));
    }
    notes
}

fn note(task: &Task, status: Option<&TaskStatus>) -> String {
    let mut lines = vec![format!("{} — {}", clean(&task.name), clean(&task.action))];
    if let Some(when) = &task.when {
        lines.push(format!("when {}", short(when)));
    }
    if let Some(depends) = &task.depends {
        lines.push(format!("depends on {}", short(depends)));
    }
    if let Some(retry) = &task.retry {
        lines.push(format!("tried again up to {} times", retry.limit));
    }
    if let Some(status) = status {
        lines.push(told(status));
    }
    lines.join("\n")
}

fn told(status: &TaskStatus) -> String {
    let mut told = status.phase.to_string();
    if status.stopping && !status.phase.is_finished() {
        told.push_str(", stopping");
    }
    if let Some(run) = status.inherited_from {
        let _ = write!(told, ", from run {run}");
    }
    if status.attempts.len() > 1 {
        let _ = write!(told, ", {} attempts", status.attempts.len());
    }
    if let Some(message) = &status.message {
        told.push_str(": ");
        told.push_str(&short(message));
    }
    told
}

/// A text of anybody's, short enough for a note.
fn short(text: &str) -> String {
    const MOST: usize = 300;
    let clean = clean(text);
    match clean.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &clean[..end]),
        None => clean,
    }
}

/// A text on one line, without characters that cannot be seen: control characters, which XML does
/// not take either, and those that turn the direction of what follows.
pub(super) fn clean(text: &str) -> String {
    let is_hidden = |character: char| {
        matches!(character,
            '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}'
            | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
    };
    text.chars()
        .map(|character| {
            if character.is_whitespace() {
                ' '
            } else {
                character
            }
        })
        .filter(|&character| !character.is_control() && !is_hidden(character))
        .collect()
}

/// How wide a text is at most, in a usual font without serifs.
pub(super) fn text_width(text: &str, size: u32) -> u32 {
    let thousandths: u32 = text.chars().map(em).fold(0, u32::saturating_add);
    thousandths.saturating_mul(size).div_ceil(1000)
}

/// The width of a letter in thousandths of its size: that of wide fonts (Verdana and its like), since
/// nobody knows which one the reader has.
fn em(letter: char) -> u32 {
    match letter {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '|' | '!' | '\'' | ' ' => 340,
        'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '-' | '/' | '·' => 430,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' => 1000,
        'A'..='Z' => 740,
        '\0'..='\u{24F}' => 650,
        _ => 1050,
    }
}

/// The text, cut so that it is no wider.
pub(super) fn fit(text: &str, size: u32, room: u32) -> String {
    if text_width(text, size) <= room {
        return text.to_owned();
    }
    let room = room
        .saturating_sub(text_width("…", size))
        .saturating_mul(1000);
    let mut used = 0_u32;
    let kept = text.chars().take_while(|&letter| {
        used = used.saturating_add(em(letter).saturating_mul(size));
        used <= room
    });
    let mut fitting: String = kept.collect();
    fitting.push('…');
    fitting
}
