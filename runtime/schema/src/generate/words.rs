//! Texts as scripts have them, in every language.

use std::fmt::Write as _;

/// Escapes what a regular expression would take for something else.
pub(in crate::generate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(
            character,
            '\\' | '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$'
        ) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// Makes a code of a name: small letters, figures and hyphens.
pub(in crate::generate) fn word(name: &str) -> String {
    let plain = |character: char| {
        if character.is_ascii_alphanumeric() {
            character.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    let word: String = name.chars().take(40).map(plain).collect();
    word.trim_matches('-').to_owned()
}

/// A comment ends with its line.
pub(in crate::generate) fn one_line(text: &str) -> String {
    let shown = |character: char| if is_plain(character) { character } else { ' ' };
    text.chars().map(shown).collect()
}

/// Writes a text in double quotes, with `\u{…}` for characters that are not to be seen; without the braces if the language has none.
pub(in crate::generate) fn quoted(text: &str, braces: bool) -> String {
    let mut quoted = "\"".to_owned();
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            other if is_plain(other) => quoted.push(other),
            other if braces => {
                let _ = write!(quoted, "\\u{{{:x}}}", u32::from(other));
            }
            other => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(other));
            }
        }
    }
    quoted.push('"');
    quoted
}

/// Says whether nothing of a text has to be escaped in double quotes but its backslashes.
pub(in crate::generate) fn has_only_backslashes(text: &str) -> bool {
    quoted(text, false).replace("\\\\", "\\") == format!("\"{text}\"")
}

/// Says whether a character may stand in a source as it is: some end a line, and some turn the direction of what follows.
fn is_plain(character: char) -> bool {
    !character.is_control()
        && !matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
