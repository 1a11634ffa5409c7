//! Takes what looks like a person's identity out of text before anyone reads it.
//!
//! The last net under messages that other crates write and that may echo the caller: it removes too much rather than
//! too little, reads the text once, and knows no schema.

use std::borrow::Cow;

const MASK: &str = "•••";

/// The same text with every token that looks like an AGDREF number or a NIR replaced by `•••`.
pub fn redact(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let (mut out, mut copied, mut at) = (String::new(), 0, 0);
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let grouped = Grouped::starting_at(text, at);
        match nir_ending(text, at).or_else(|| grouped.identity_ending()) {
            Some(end) => {
                out.push_str(&text[copied..at]);
                out.push_str(MASK);
                copied = end;
                at = end;
            }
            None => at = grouped.first_end,
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// Runs of digits joined by one and the same separator, such as `7503 123 456`.
struct Grouped {
    first_end: usize,
    first_length: usize,
    end: usize,
    digits: usize,
}

impl Grouped {
    /// Reads at most twelve groups, so that a long line of small groups stays linear.
    fn starting_at(text: &str, start: usize) -> Self {
        let first_end = run_end(text, start);
        let first_length = first_end - start;
        let mut grouped = Self { first_end, first_length, end: first_end, digits: first_length };
        let mut joined_by = None;
        for _ in 0..12 {
            let Some((separator, next)) = separator_at(text, grouped.end) else { break };
            let end = run_end(text, next);
            if end == next || joined_by.is_some_and(|known| known != separator) || grouped.digits > 15 {
                break;
            }
            joined_by = Some(separator);
            grouped.digits += end - next;
            grouped.end = end;
        }
        grouped
    }

    fn identity_ending(&self) -> Option<usize> {
        match (self.first_length, self.digits) {
            (9 | 10 | 13 | 15, _) => Some(self.first_end),
            (_, 9 | 10) => Some(self.end),
            _ => None,
        }
    }
}

fn run_end(text: &str, start: usize) -> usize {
    let digits = text.as_bytes()[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    start + digits
}

fn separator_at(text: &str, at: usize) -> Option<(char, usize)> {
    let separator = text[at..].chars().next()?;
    matches!(separator, ' ' | '.' | '-' | '/' | '_' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '‐' | '‑' | '–')
        .then(|| (separator, at + separator.len_utf8()))
}

/// Where a NIR that starts here ends: 1 2 2 2 3 3 and perhaps its key of 2, with or without separators between groups.
fn nir_ending(text: &str, start: usize) -> Option<usize> {
    let mut at = start;
    for (group, width) in [1, 2, 2, 2, 3, 3].into_iter().enumerate() {
        if group > 0 {
            at = separator_at(text, at).map_or(at, |(_, next)| next);
        }
        at = group_end(text, at, width, group == 3)?;
    }
    let key = separator_at(text, at).map_or(at, |(_, next)| next);
    let end = group_end(text, key, 2, false).unwrap_or(at);
    (!text[end..].starts_with(|next: char| next.is_ascii_digit())).then_some(end)
}

/// The end of a group of so many digits; a department may also be 2A or 2B.
fn group_end(text: &str, at: usize, width: usize, department: bool) -> Option<usize> {
    let group = text.as_bytes().get(at..at + width)?;
    let corsican = department && group[0] == b'2' && matches!(group[1], b'a' | b'A' | b'b' | b'B');
    (corsican || group.iter().all(u8::is_ascii_digit)).then_some(at + width)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the text holds anything that [`redact`] would replace.
    fn holds_identity(text: &str) -> bool {
        matches!(redact(text), Cow::Owned(_))
    }

    #[test]
    fn identities_disappear() {
        for (text, expected) in [
            ("value \"7503123456\" refused", "value \"•••\" refused"),
            ("750312345", "•••"),
            ("AGDREF7503123456x", "AGDREF•••x"),
            ("184127645108946", "•••"),
            ("1841276451089", "•••"),
            ("1 84 12 76 451 089 46", "•••"),
            ("1.84.12.2A.451.089", "•••"),
            ("184122b45108946,", "•••,"),
            ("1-84-12-76-451-089-46 and 2 84 12 2A 451 089", "••• and •••"),
            ("1\u{a0}84\u{a0}12\u{a0}76\u{a0}451\u{a0}089", "•••"),
            ("no 7503 123 456.", "no •••."),
            ("75.03.12.34.56", "•••"),
        ] {
            assert_eq!(redact(text), expected, "{text}");
            assert!(holds_identity(text));
        }
    }

    #[test]
    fn dates_amounts_and_codes_stay() {
        for text in ["2024-01-31", "675000.00", "2024-Q3 line 12, column 7", "12345678901234", "é 1 2 3 ✓", "", "2A"]
        {
            assert_eq!(redact(text), text);
            assert!(!holds_identity(text));
        }
    }

    #[test]
    fn long_texts_are_read_once() {
        let started = std::time::Instant::now();
        for text in ["1".repeat(1_000_000), "1 ".repeat(500_000), "2A 2B ".repeat(200_000), "é".repeat(500_000)] {
            let _ = redact(&text);
        }
        // Reading each character's surroundings again would take many minutes.
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }
}
