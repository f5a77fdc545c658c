//! Reads serialised PHP.

use std::collections::HashSet;

use super::{Key, Php, Wrong};
use crate::json::MAX_DEPTH;

/// Reads one value that is all there is.
pub(super) fn value(bytes: &[u8]) -> Result<Php, Wrong> {
    let mut reader = Reader { bytes, at: 0 };
    let value = reader.value(0)?;
    if reader.at < bytes.len() {
        return reader.wrong(format!(
            "{} bytes follow the value",
            bytes.len() - reader.at
        ));
    }
    Ok(value)
}

/// Reads a session: `name|value` one after the other.
pub(super) fn session(bytes: &[u8]) -> Result<Vec<(Key, Php)>, Wrong> {
    let mut reader = Reader { bytes, at: 0 };
    let mut variables = Vec::new();
    let mut names = HashSet::new();
    while reader.at < bytes.len() {
        let name = reader.until(b'|', "a variable's name and `|`")?;
        if name.starts_with(b"!") {
            return reader.wrong("a variable is registered and has no value");
        }
        let name = reader.text(name)?;
        // A session's variables are names, also where they look like numbers.
        let name = Key::Text(name);
        if !names.insert(name.clone()) {
            return reader.wrong("a variable occurs twice");
        }
        variables.push((name, reader.value(0)?));
    }
    Ok(variables)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn wrong<T>(&self, problem: impl Into<String>) -> Result<T, Wrong> {
        Err(Wrong {
            at: self.at,
            problem: problem.into(),
        })
    }

    fn expect(&mut self, byte: u8) -> Result<(), Wrong> {
        if self.bytes.get(self.at) != Some(&byte) {
            return self.wrong(format!("`{}` is missing", char::from(byte)));
        }
        self.at += 1;
        Ok(())
    }

    /// Takes everything before a byte, and the byte.
    fn until(&mut self, byte: u8, what: &str) -> Result<&'a [u8], Wrong> {
        let rest = &self.bytes[self.at..];
        let Some(length) = rest.iter().position(|found| *found == byte) else {
            return self.wrong(format!("{what} is missing"));
        };
        self.at += length + 1;
        Ok(&rest[..length])
    }

    fn number<T: std::str::FromStr>(&mut self, end: u8) -> Result<T, Wrong> {
        let start = self.at;
        let digits = self.until(end, "a number's end")?;
        let number = str::from_utf8(digits)
            .ok()
            .filter(|text| !text.starts_with('+'))
            .and_then(|text| text.parse().ok());
        number.ok_or_else(|| Wrong {
            at: start,
            problem: "a number is missing".to_owned(),
        })
    }

    fn text(&self, bytes: &[u8]) -> Result<String, Wrong> {
        match str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => self.wrong("a text is not UTF-8, which JSON must be"),
        }
    }

    fn value(&mut self, depth: usize) -> Result<Php, Wrong> {
        if depth > MAX_DEPTH {
            return self.wrong(format!("it is nested deeper than {MAX_DEPTH} levels"));
        }
        let Some(kind) = self.bytes.get(self.at) else {
            return self.wrong("a value is missing");
        };
        match kind {
            b'N' => {
                self.at += 1;
                self.expect(b';')?;
                Ok(Php::Null)
            }
            b'b' => {
                self.head()?;
                match self.number::<u8>(b';')? {
                    0 => Ok(Php::Bool(false)),
                    1 => Ok(Php::Bool(true)),
                    _ => self.wrong("a bool is 0 or 1"),
                }
            }
            b'i' => {
                self.head()?;
                self.number(b';').map(Php::Int)
            }
            b'd' => self.float(),
            b's' => self.string().map(Php::Text),
            b'a' => self.array(depth),
            b'O' | b'C' => self.wrong("an object has a class, which JSON cannot hold"),
            b'R' | b'r' => self.wrong("a reference to another value, which JSON cannot hold"),
            b'E' => self.wrong("an enum has a class, which JSON cannot hold"),
            b'S' => self.wrong("a text in PHP 6's escaped form"),
            _ => self.wrong("this is no serialised value"),
        }
    }

    /// Takes a kind and its colon.
    fn head(&mut self) -> Result<(), Wrong> {
        self.at += 1;
        self.expect(b':')
    }

    fn float(&mut self) -> Result<Php, Wrong> {
        self.head()?;
        let start = self.at;
        let text = self.until(b';', "a number's end")?;
        let wrong = |problem: &str| Wrong {
            at: start,
            problem: problem.to_owned(),
        };
        if matches!(text, b"INF" | b"-INF" | b"NAN") {
            return Err(wrong("JSON has no number for INF and NAN"));
        }
        let plain = |byte: &u8| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E');
        let text = str::from_utf8(text).ok().filter(|_| text.iter().all(plain));
        let float = text.and_then(|text| text.parse::<f64>().ok());
        match float {
            Some(float) if float.is_finite() => Ok(Php::Float(float)),
            Some(_) => Err(wrong("a float is out of range")),
            None => Err(wrong("a number is missing")),
        }
    }

    fn string(&mut self) -> Result<String, Wrong> {
        self.head()?;
        let length: usize = self.number(b':')?;
        self.expect(b'"')?;
        let Some(bytes) = self.bytes[self.at..].get(..length) else {
            return self.wrong(format!("a text of {length} bytes is cut off"));
        };
        let text = self.text(bytes)?;
        self.at += length;
        self.expect(b'"')?;
        self.expect(b';')?;
        Ok(text)
    }

    fn array(&mut self, depth: usize) -> Result<Php, Wrong> {
        self.head()?;
        let count: usize = self.number(b':')?;
        self.expect(b'{')?;
        let mut items = Vec::new();
        let mut keys = HashSet::new();
        for _ in 0..count {
            let key = match self.bytes.get(self.at) {
                Some(b'i') => {
                    self.head()?;
                    Key::Int(self.number(b';')?)
                }
                Some(b's') => Key::of(self.string()?),
                _ => return self.wrong("the key of an array is an integer or a text"),
            };
            if !keys.insert(key.clone()) {
                return self.wrong("a key of an array occurs twice");
            }
            items.push((key, self.value(depth + 1)?));
        }
        self.expect(b'}')?;
        Ok(Php::Array(items))
    }
}
