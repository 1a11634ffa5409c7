//! Guards that read a request once, byte by byte, before any parser sees it.
//!
//! Parsers recurse, and a few kilobytes of brackets overflow their stack; nothing here recurses. The lexer agrees with
//! async-graphql's grammar on where strings and comments end, and refuses what the grammar would read differently.

use std::collections::HashSet;

use async_graphql::Pos;

use crate::refusal::{Code, Refusal};

/// How large a GraphQL document may be as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LexicalLimits {
    /// Most bytes of the document.
    pub max_bytes: usize,
    /// Most tokens.
    pub max_tokens: usize,
    /// Deepest nesting of all brackets together.
    pub max_nesting: usize,
    /// Longest name in bytes: suggestions for unknown names cost its length times the schema's.
    pub max_name_bytes: usize,
}

impl Default for LexicalLimits {
    fn default() -> Self {
        Self { max_bytes: 64 << 10, max_tokens: 8_000, max_nesting: 32, max_name_bytes: 128 }
    }
}

/// A refusal with its place in the GraphQL document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// Why.
    pub refusal: Refusal,
    /// Where, if there is one place.
    pub position: Option<Pos>,
}

impl Located {
    /// A refusal at a place.
    pub fn at(refusal: impl Into<Refusal>, position: Pos) -> Self {
        Self { refusal: refusal.into(), position: Some(position) }
    }
}

impl From<Refusal> for Located {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, position: None }
    }
}

/// Refuses a document that is too long, too deep, or names a field twice in an input object.
pub fn check_document(document: &str, limits: &LexicalLimits) -> Result<(), Located> {
    if document.len() > limits.max_bytes {
        return Err(Refusal::new(Code::DocumentTooLong).with("limit", limits.max_bytes).into());
    }
    let mut brackets = Brackets { open: Vec::new(), objects: 0, fields: HashSet::new(), previous: "" };
    let (mut at, mut tokens) = (0, 0);
    let unterminated = |at| located(document, at, Code::DocumentInvalid);
    while let Some((start, end)) = next_token(document.as_bytes(), at).map_err(unterminated)? {
        tokens += 1;
        if tokens > limits.max_tokens {
            return Err(located(
                document,
                start,
                Refusal::new(Code::DocumentTooManyTokens).with("limit", limits.max_tokens),
            ));
        }
        let token = &document[start..end];
        if end - start > limits.max_name_bytes && !token.starts_with('"') {
            return Err(located(document, start, Code::DocumentInvalid));
        }
        if !brackets.see(token) {
            return Err(located(document, start, Code::DuplicateInputField));
        }
        if brackets.open.len() > limits.max_nesting {
            return Err(located(
                document,
                start,
                Refusal::new(Code::DocumentTooDeep).with("limit", limits.max_nesting),
            ));
        }
        at = end;
    }
    Ok(())
}

/// How large a request may be as JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonLimits {
    /// Deepest nesting.
    pub max_levels: usize,
    /// Most values: a list of a million numbers weighs two megabytes as text and a hundred once it is read.
    pub max_values: usize,
    /// Most members of one object; no input has nearly as many.
    pub max_members: usize,
    /// Longest string in bytes, as it is written: whatever takes a text takes far less, and a parser would copy it first.
    pub max_string_bytes: usize,
}

impl JsonLimits {
    /// Two thousand participations with all their fields; whoever has more sends a file over REST, whose rows are read one by one.
    pub const DEFAULT: Self = Self { max_levels: 64, max_values: 100_000, max_members: 256, max_string_bytes: 1 << 20 };
}

/// Refuses JSON nested too deep, of too many values or with too long a string; whether it is JSON at all is the parser's business.
pub fn check_json(text: &str, limits: &JsonLimits) -> Result<(), Refusal> {
    let (mut level, mut values, mut strings, mut at) = (0_usize, 0, 0, 0);
    let bytes = text.as_bytes();
    while at < bytes.len() {
        match bytes[at] {
            b'[' | b'{' => {
                level += 1;
                values += 1;
            }
            b']' | b'}' => level = level.saturating_sub(1),
            b',' => values += 1,
            b'"' => {
                let begin = at + 1;
                at = json_string_end(text, begin);
                if at - begin > limits.max_string_bytes {
                    return Err(Refusal::new(Code::JsonStringTooLong).with("limit", limits.max_string_bytes));
                }
                strings += 1;
                // A member has two strings at most. The parser, which goes from the left, refuses this no later than here.
                if strings > 2 * values + 1 {
                    return Ok(());
                }
            }
            _ => {}
        }
        if level > limits.max_levels {
            return Err(Refusal::new(Code::JsonTooDeep).with("limit", limits.max_levels));
        }
        if values > limits.max_values {
            return Err(Refusal::new(Code::JsonTooManyValues).with("limit", limits.max_values));
        }
        at += 1;
    }
    Ok(())
}

/// Where a JSON string ends that begins before a place: at the first quotation mark after an even number of backslashes.
fn json_string_end(body: &str, begin: usize) -> usize {
    let mut at = begin;
    while let Some(found) = body.get(at..).and_then(|rest| rest.find('"')) {
        let quote = at + found;
        let escapes = body.as_bytes()[begin..quote].iter().rev().take_while(|byte| **byte == b'\\').count();
        if escapes % 2 == 0 {
            return quote;
        }
        at = quote + 1;
    }
    body.len()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Bracket {
    Selection,
    Arguments,
    List,
    Object(usize),
}

/// The brackets open at a token, and the field names seen in each input object.
struct Brackets<'a> {
    open: Vec<Bracket>,
    objects: usize,
    fields: HashSet<(usize, &'a str)>,
    previous: &'a str,
}

impl<'a> Brackets<'a> {
    /// Takes a token in; false if the token before it named a field that its input object has already.
    fn see(&mut self, token: &'a str) -> bool {
        let previous = std::mem::replace(&mut self.previous, token);
        match (token, self.open.last()) {
            ("(", _) => self.open.push(Bracket::Arguments),
            ("[", _) => self.open.push(Bracket::List),
            ("{", None | Some(Bracket::Selection)) => self.open.push(Bracket::Selection),
            ("{", _) => {
                self.objects += 1;
                self.open.push(Bracket::Object(self.objects));
            }
            (")" | "]" | "}", _) => drop(self.open.pop()),
            (":", Some(Bracket::Object(object))) => return self.fields.insert((*object, previous)),
            _ => {}
        }
        true
    }
}

/// The next token's bounds, or where a string begins that never ends.
fn next_token(text: &[u8], from: usize) -> Result<Option<(usize, usize)>, usize> {
    let start = skip_ignored(text, from);
    let Some(first) = text.get(start) else { return Ok(None) };
    let end = match first {
        b'"' => string_end(text, start).ok_or(start)?,
        b'.' if text[start..].starts_with(b"...") => start + 3,
        b'_' | b'-' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => word_end(text, start + 1),
        0x80.. => start + text[start..].iter().take_while(|byte| **byte >= 0x80).count(),
        _ => start + 1,
    };
    Ok(Some((start, end)))
}

/// Names and numbers alike: their inside does not matter here.
fn word_end(text: &[u8], mut at: usize) -> usize {
    while text.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_') {
        at += 1;
    }
    at
}

fn skip_ignored(text: &[u8], mut at: usize) -> usize {
    loop {
        match text.get(at) {
            Some(b' ' | b',' | b'\t' | b'\r' | b'\n') => at += 1,
            Some(b'#') => at += text[at..].iter().take_while(|byte| !matches!(byte, b'\r' | b'\n')).count(),
            Some(0xEF) if text[at..].starts_with("\u{feff}".as_bytes()) => at += 3,
            _ => return at,
        }
    }
}

/// The grammar reads an unterminated block string as an empty string and goes on, so such a string is refused here.
fn string_end(text: &[u8], start: usize) -> Option<usize> {
    if text[start..].starts_with(b"\"\"\"") {
        return block_string_end(text, start + 3);
    }
    let mut at = start + 1;
    loop {
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\r' | b'\n' => return None,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

fn block_string_end(text: &[u8], mut at: usize) -> Option<usize> {
    while at < text.len() {
        if text[at..].starts_with(b"\"\"\"") {
            return Some(at + 3);
        }
        at += if text[at..].starts_with(b"\\\"\"\"") { 4 } else { 1 };
    }
    None
}

/// Line and column, in characters from 1, of a byte of the document.
fn located(document: &str, offset: usize, refusal: impl Into<Refusal>) -> Located {
    let before = &document.as_bytes()[..offset.min(document.len())];
    let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let column = 1 + String::from_utf8_lossy(&before[line_start..]).chars().count();
    Located::at(refusal, Pos { line, column })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(document: &str) -> Option<&'static str> {
        check_document(document, &LexicalLimits::default()).err().map(|located| located.refusal.code.as_str())
    }

    #[test]
    fn ordinary_documents_pass() {
        for document in [
            "",
            "{ a }",
            "query Q($x: In = {a: 1, b: {a: 2}}) { f(in: {a: [{a: 1}, {a: 2}], b: \"a: } ) ]\"}) { a b: a c: a } }",
            "{ a(x: \"\"\" \\\"\"\" [[[ \"\"\") # ((((\n b }",
            "{ a(x: {b # : c\n : 1, c: D, D: c}) }",
        ] {
            assert_eq!(refused(document), None, "{document}");
        }
    }

    #[test]
    fn a_field_named_twice_is_located() {
        let refusal = check_document("{ f(in: {a: 1,\n  b: [{a: 1}], a: 2}) }", &LexicalLimits::default()).unwrap_err();
        assert_eq!(
            (refusal.refusal.code, refusal.position),
            (Code::DuplicateInputField, Some(Pos { line: 2, column: 17 }))
        );
    }

    #[test]
    fn a_string_that_never_ends_hides_no_bracket() {
        let hidden = "[".repeat(1_500);
        assert_eq!(refused(&format!("{{ a(x: [\"\"\"a\" {hidden}")), Some("DOCUMENT_INVALID"));
        assert_eq!(refused(&format!("{{ a(x: \"a\n {hidden}")), Some("DOCUMENT_INVALID"));
    }

    #[test]
    fn brackets_in_json_strings_do_not_count() {
        let levels = |max_levels| JsonLimits { max_levels, ..JsonLimits::DEFAULT };
        assert!(check_json(r#"{"a": "[[[[\"[[[[", "b": [[1]]}"#, &levels(3)).is_ok());
        assert!(check_json(r#"{"a": "\\", "b": [[[1]]]}"#, &levels(3)).is_err());
        assert!(check_json("{\"a\": \"\\", &levels(3)).is_ok());
    }

    #[test]
    fn values_of_json_are_counted() {
        let refused = |text: &str, max_values| {
            let limits = JsonLimits { max_values, ..JsonLimits::DEFAULT };
            check_json(text, &limits).err().map(|refusal| refusal.code.as_str())
        };
        let text = r#"{"a": [1, 2, "3,4,[5"], "b": {"c": null}}"#;
        assert_eq!(refused(text, 6), None);
        assert_eq!(refused(text, 5), Some("JSON_TOO_MANY_VALUES"));
    }

    #[test]
    fn what_is_no_json_is_left_to_the_parser_and_nothing_else_is() {
        let limits = JsonLimits { max_levels: 2, ..JsonLimits::DEFAULT };
        let refused = |text: &str| check_json(text, &limits).err().map(|refusal| refusal.code.as_str());
        for begin in [r#"{"a": "b", "c": "#, r#"["a", "b", "#, r#"{"a": {"b": "c"}, "d": "#] {
            assert_eq!(refused(&format!("{begin}[[[")), Some("JSON_TOO_DEEP"), "{begin}");
        }
        assert_eq!(refused(r#""a" "b" [[["#), None);
        assert!(serde_json::from_str::<serde_json::Value>(r#""a" "b" [[["#).unwrap_err().column() <= 5);
    }

    #[test]
    fn the_longest_string_is_told_from_one_too_long() {
        let refused = |text: &str| {
            let limits = JsonLimits { max_string_bytes: 4, ..JsonLimits::DEFAULT };
            check_json(text, &limits).err().map(|refusal| refusal.code.as_str())
        };
        assert_eq!(refused(r#"{"abcd": ["", "\\", "1234"]}"#), None);
        for text in [r#"["12345"]"#, r#"{"abcde": 1}"#, r#"["\\\\1"]"#, r#"["12345"#] {
            assert_eq!(refused(text), Some("JSON_STRING_TOO_LONG"), "{text}");
        }
    }
}
