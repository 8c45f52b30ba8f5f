//! Blocks of code in a document.

/// A fenced block.
#[derive(Debug)]
pub(super) struct Block {
    /// What stands behind the opening fence.
    pub(super) language: String,
    /// The lines between the fences.
    pub(super) lines: Vec<String>,
    /// The line of the opening fence, from 1.
    pub(super) at: usize,
}

impl Block {
    /// The lines as one text.
    pub(super) fn text(&self) -> String {
        self.lines.join("\n")
    }

    /// The commands of a `console` block with what they print: a line that begins with `$ ` is a
    /// command, which goes on while its lines end with a backslash.
    pub(super) fn commands(&self) -> Vec<(String, String)> {
        let mut commands: Vec<(String, Vec<&str>)> = Vec::new();
        for line in &self.lines {
            let unfinished = |(command, printed): &(String, Vec<&str>)| {
                command.ends_with('\\') && printed.is_empty()
            };
            if let Some(command) = line.strip_prefix("$ ") {
                commands.push((command.to_owned(), Vec::new()));
            } else if commands.last().is_some_and(unfinished) {
                let (command, _) = commands.last_mut().unwrap();
                command.push('\n');
                command.push_str(line);
            } else {
                let (_, printed) = commands.last_mut().expect("a block begins with a command");
                printed.push(line);
            }
        }
        commands
            .into_iter()
            .map(|(command, printed)| (command, printed.join("\n")))
            .collect()
    }
}

/// The fenced blocks of a document, in order.
pub(super) fn blocks(document: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (index, line) in document.lines().enumerate() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(language), None) => {
                let (language, lines) = (language.trim().to_owned(), Vec::new());
                open = Some(Block {
                    language,
                    lines,
                    at: index + 1,
                });
            }
            (None, Some(block)) => block.lines.push(line.to_owned()),
            (None, None) => {}
        }
    }
    blocks
}

#[test]
fn commands_are_told_from_what_they_print() {
    let document = "text\n```console\n$ one \\\n  more\nprinted\n\nagain\n$ two\n```\nrest\n";
    let [block] = &blocks(document)[..] else {
        panic!("one block")
    };
    assert_eq!((block.language.as_str(), block.at), ("console", 2));
    let commands = block.commands();
    let expected = [("one \\\n  more", "printed\n\nagain"), ("two", "")];
    assert_eq!(
        commands,
        expected.map(|(a, b)| (a.to_owned(), b.to_owned()))
    );
}
