//! Bytes between quotes: escaped, and shortened with their length.

use remold::escape;

/// The longest text that is shown whole, in characters.
const LONGEST: usize = 96;

/// Writes bytes as a quoted text that does no harm to a terminal.
pub(crate) fn quote(bytes: &[u8]) -> String {
    // More bytes than this cannot be shown anyway; a character may be cut, which is then escaped.
    let start = &bytes[..bytes.len().min(LONGEST * 4)];
    let text = harmless(&escape(start));
    let whole = start.len() == bytes.len();
    if whole && text.chars().count() <= LONGEST {
        return format!("\"{text}\"");
    }
    let shown: String = text.chars().take(LONGEST - 16).collect();
    format!(
        "\"{shown}…\" ({})",
        crate::figures::bytes(bytes.len() as u64)
    )
}

/// The longest name of a key that is shown whole, in characters.
const LONGEST_NAME: usize = 240;

/// Writes the name of a key, or words that may have one in them, as a text that does no harm to a terminal.
pub(crate) fn name(bytes: &[u8]) -> String {
    let start = &bytes[..bytes.len().min(LONGEST_NAME * 4)];
    let text = harmless(&escape(start));
    if start.len() == bytes.len() && text.chars().count() <= LONGEST_NAME {
        return text;
    }
    let shown: String = text.chars().take(LONGEST_NAME - 16).collect();
    format!("{shown}… ({})", crate::figures::bytes(bytes.len() as u64))
}

/// Writes characters that change the direction or vanish as their code.
pub(super) fn harmless(text: &str) -> String {
    let harmful = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if harmful(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_escaped_and_long_ones_shortened() {
        assert_eq!(quote(b"a\xff\x1b[31m"), r#""a\xff\x1b[31m""#);
        assert_eq!(quote("x\u{202e}y".as_bytes()), r#""x\u{202e}y""#);
        let long = quote(&[b'z'; 5000]);
        assert!(
            long.ends_with("z…\" (4.9 KiB)") && long.chars().count() < 100,
            "{long}"
        );
        assert_eq!(quote(&[b'z'; 97]).matches('z').count(), 80);
        assert_eq!(name("x\u{202e}\u{7}y".as_bytes()), r"x\u{202e}\x07y");
        assert_eq!(name(&[b'k'; 240]), "k".repeat(240));
        let long = format!("{}… (1.0 MiB)", "k".repeat(224));
        assert_eq!(name(&vec![b'k'; 1 << 20]), long);
    }
}
