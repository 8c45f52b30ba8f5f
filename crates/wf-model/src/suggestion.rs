//! Suggestions: what was probably meant by a word that nobody knows.

/// How many pairs of characters may be compared for one document. It bounds the time that a
/// hostile document with thousands of misspelt names can take: some 0.1 s.
const PATIENCE: usize = 10_000_000;

/// Words longer than this are no typing errors of each other.
const LONGEST: usize = 64;

/// Finds near words, with patience for one document.
#[derive(Debug)]
pub(crate) struct Suggester {
    patience: usize,
}

impl Default for Suggester {
    fn default() -> Self {
        Self { patience: PATIENCE }
    }
}

impl Suggester {
    /// The nearest candidate, if one is near; the first by its letters among equals, so that the
    /// answer does not depend on the order of the candidates.
    pub(crate) fn nearest<'c>(
        &mut self,
        word: &str,
        candidates: impl IntoIterator<Item = &'c str>,
    ) -> Option<&'c str> {
        if word.is_empty() || word.len() > LONGEST {
            return None;
        }
        let lower = word.to_lowercase();
        let allowed = (word.chars().count() / 3).clamp(1, 3);
        let mut best: Option<(usize, &str)> = None;
        for candidate in candidates {
            if candidate.len().abs_diff(word.len()) > allowed + 1 || candidate.is_empty() {
                continue;
            }
            let cost = candidate.len() * word.len();
            self.patience = self.patience.saturating_sub(cost);
            if self.patience == 0 {
                return None;
            }
            let distance = strsim::osa_distance(&lower, &candidate.to_lowercase());
            let found = (distance, candidate);
            if distance <= allowed && best.is_none_or(|best| found < best) {
                best = Some(found);
            }
        }
        best.map(|(_, candidate)| candidate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest<'c>(word: &str, candidates: &[&'c str]) -> Option<&'c str> {
        Suggester::default().nearest(word, candidates.iter().copied())
    }

    #[test]
    fn a_typing_error_finds_its_word() {
        assert_eq!(nearest("ehco", &["cat", "echo"]), Some("echo"));
        assert_eq!(nearest("Echo", &["cat", "echo"]), Some("echo"));
        assert_eq!(
            nearest("dependson", &["depends", "dependsOn"]),
            Some("dependsOn")
        );
        assert_eq!(nearest("wholly-other", &["cat", "echo"]), None);
        assert_eq!(nearest("", &["a"]), None);
    }

    #[test]
    fn the_order_of_the_candidates_does_not_matter() {
        assert_eq!(nearest("bat", &["rat", "cat"]), Some("cat"));
        assert_eq!(nearest("bat", &["cat", "rat"]), Some("cat"));
    }

    #[test]
    fn patience_ends() {
        let mut suggester = Suggester { patience: 20 };
        assert_eq!(suggester.nearest("abcd", ["abce"]), Some("abce"));
        assert_eq!(suggester.nearest("abcd", ["abce"]), None);
    }
}
