//! JSON with placeholders: strings and numbers are replaced where they stand; names, structure and white space stay.

use super::pseudonym::Pseudonyms;

/// Reads a JSON Pointer into its parts; `None` if it is none.
pub(super) fn parts(pointer: &str) -> Option<Vec<String>> {
    let parts = pointer.strip_prefix('/')?.split('/');
    Some(
        parts
            .map(|part| part.replace("~1", "/").replace("~0", "~"))
            .collect(),
    )
}

/// Says whether a pointer names what is at a path, or something that it is in.
pub(super) fn reaches(pointer: &[String], path: &[String]) -> bool {
    let same = |(wanted, part): (&String, &String)| wanted == "*" || wanted == part;
    pointer.len() <= path.len() && pointer.iter().zip(path).all(same)
}

/// Replaces what is wanted of a text; `None` if it is no JSON object or array.
pub(super) fn replace(
    bytes: &[u8],
    pseudonyms: &Pseudonyms,
    wanted: &dyn Fn(&[String]) -> bool,
) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok()?;
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    // What the walk takes for granted, the depth too.
    serde_json::from_str::<serde_json::Value>(text).ok()?;
    let mut walk = Walk {
        rest: text,
        out: String::with_capacity(text.len()),
        path: Vec::new(),
        pseudonyms,
        wanted,
    };
    walk.value();
    walk.out.push_str(walk.rest);
    Some(walk.out.into_bytes())
}

/// A walk over text that is known to be JSON.
struct Walk<'a> {
    rest: &'a str,
    out: String,
    path: Vec<String>,
    pseudonyms: &'a Pseudonyms,
    wanted: &'a dyn Fn(&[String]) -> bool,
}

impl<'a> Walk<'a> {
    fn peek(&self) -> char {
        self.rest.chars().next().unwrap_or('\0')
    }

    /// Takes so many bytes over as they are.
    fn keep(&mut self, bytes: usize) {
        self.out.push_str(&self.rest[..bytes]);
        self.rest = &self.rest[bytes..];
    }

    fn space(&mut self) {
        let blank = self.rest.len() - self.rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
        self.keep(blank);
    }

    fn value(&mut self) {
        self.space();
        match self.peek() {
            '{' => self.items('}', true),
            '[' => self.items(']', false),
            '"' => {
                let string = self.string();
                self.put_string(string);
            }
            '-' | '0'..='9' => {
                let end = self
                    .rest
                    .find(|c: char| !matches!(c, '-' | '+' | '.' | 'e' | 'E' | '0'..='9'));
                let (number, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
                self.rest = rest;
                if (self.wanted)(&self.path) {
                    let power = number.find(['e', 'E']).unwrap_or(number.len());
                    self.out.push_str(&self.number(&number[..power]));
                    self.out.push_str(&number[power..]);
                } else {
                    self.out.push_str(number);
                }
            }
            // true, false, null
            _ => {
                let end = self.rest.find(|c: char| !c.is_ascii_lowercase());
                self.keep(end.unwrap_or(self.rest.len()));
            }
        }
        self.space();
    }

    /// Replaces whole part and decimals each like a word, so that it is still a number.
    fn number(&self, number: &str) -> String {
        self.pseudonyms.of_text(number)
    }

    fn items(&mut self, end: char, named: bool) {
        self.keep(1);
        self.space();
        let mut place = 0_usize;
        while self.peek() != end {
            if named {
                self.space();
                let name = self.string();
                self.out.push_str(name);
                let plain = serde_json::from_str(name).unwrap_or_default();
                self.path.push(plain);
                self.space();
                self.keep(1);
            } else {
                self.path.push(place.to_string());
            }
            self.value();
            self.path.pop();
            place += 1;
            if self.peek() == ',' {
                self.keep(1);
                self.space();
            }
        }
        self.keep(1);
    }

    /// Takes a string off, quotes included, without writing it.
    fn string(&mut self) -> &'a str {
        let bytes = self.rest.as_bytes();
        let mut end = 1;
        while end < bytes.len() && bytes[end] != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let (string, rest) = self.rest.split_at((end + 1).min(bytes.len()));
        self.rest = rest;
        string
    }

    fn put_string(&mut self, string: &str) {
        if !(self.wanted)(&self.path) {
            return self.out.push_str(string);
        }
        // Without escapes it is its own meaning; with some, the meaning is replaced and written anew.
        let inner = &string[1..string.len() - 1];
        if inner.contains('\\') {
            let plain: String = serde_json::from_str(string).unwrap_or_default();
            let replaced = self.pseudonyms.of_text(&plain);
            self.out
                .push_str(&serde_json::Value::String(replaced).to_string());
        } else {
            self.out.push('"');
            self.out.push_str(&self.pseudonyms.of_text(inner));
            self.out.push('"');
        }
    }
}
