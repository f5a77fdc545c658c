//! Key patterns: Redis' own glob, so that a pattern means the same here and in `SCAN … MATCH`.
//!
//! Source: the `KEYS` command's documentation and `stringmatchlen` of the server. `*` any run of bytes,
//! `?` one byte, `[ab]`, `[a-z]`, `[^a]` sets, `\` takes the next byte literally.

use bytes::Bytes;

/// A glob over the bytes of a key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern {
    bytes: Bytes,
    /// If it is so many literal bytes and then anything, as most patterns are.
    prefix: Option<usize>,
}

impl Pattern {
    /// Makes a pattern; every sequence of bytes is one.
    pub fn new(pattern: impl Into<Bytes>) -> Self {
        let bytes = pattern.into();
        let literal = literal(&bytes).len();
        let rest = &bytes[literal..];
        let prefix = (!rest.is_empty() && rest.iter().all(|byte| *byte == b'*')).then_some(literal);
        Self { bytes, prefix }
    }

    /// Returns the pattern's own bytes.
    pub fn as_bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Says whether the pattern matches every key.
    pub fn is_all(&self) -> bool {
        self.prefix == Some(0)
    }

    /// Returns the literal bytes that every match begins with.
    pub fn literal_prefix(&self) -> &[u8] {
        literal(&self.bytes)
    }

    /// Says whether everything that `other` matches is surely matched by this pattern too. A pair of which that cannot be
    /// told from what they begin with is not covered.
    pub fn covers(&self, other: &Self) -> bool {
        let by_prefix = |prefix: usize| other.literal_prefix().starts_with(&self.bytes[..prefix]);
        self == other || self.prefix.is_some_and(by_prefix)
    }

    /// Says whether no key is matched by both patterns, as far as what they begin with tells.
    pub fn is_apart_from(&self, other: &Self) -> bool {
        let (mine, theirs) = (self.literal_prefix(), other.literal_prefix());
        let begins_alike = mine.starts_with(theirs) || theirs.starts_with(mine);
        let cannot_match = |literal: &Self, pattern: &Self| {
            literal.is_literal() && !pattern.matches(&literal.bytes)
        };
        !begins_alike || cannot_match(self, other) || cannot_match(other, self)
    }

    /// Says whether the pattern has nothing special, and so matches itself alone.
    fn is_literal(&self) -> bool {
        literal(&self.bytes).len() == self.bytes.len()
    }

    /// Says whether the pattern matches `key`.
    pub fn matches(&self, key: &[u8]) -> bool {
        if let Some(prefix) = self.prefix {
            return key.starts_with(&self.bytes[..prefix]);
        }
        // Backtracks to the last star only, so the time is bounded by |pattern| x |key|.
        let (pattern, mut p, mut k) = (self.bytes.as_ref(), 0, 0);
        let mut star: Option<(usize, usize)> = None;
        loop {
            if p < pattern.len() && pattern[p] == b'*' {
                star = Some((p + 1, k));
                p += 1;
                continue;
            }
            if k == key.len() {
                if p == pattern.len() {
                    return true;
                }
            } else if let Some(next) = match_one(pattern, p, key[k]) {
                p = next;
                k += 1;
                continue;
            }
            match star {
                Some((after, from)) if from < key.len() => {
                    star = Some((after, from + 1));
                    p = after;
                    k = from + 1;
                }
                _ => return false,
            }
        }
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", String::from_utf8_lossy(&self.bytes))
    }
}

/// The bytes before the first that is special.
fn literal(pattern: &[u8]) -> &[u8] {
    let special = |byte: &u8| matches!(byte, b'*' | b'?' | b'[' | b'\\');
    let end = pattern.iter().position(special).unwrap_or(pattern.len());
    &pattern[..end]
}

/// Matches the pattern's element at `p` against one byte; returns where the next element begins.
fn match_one(pattern: &[u8], p: usize, byte: u8) -> Option<usize> {
    match *pattern.get(p)? {
        b'?' => Some(p + 1),
        b'[' => {
            let mut at = p + 1;
            let negated = pattern.get(at) == Some(&b'^');
            if negated {
                at += 1;
            }
            let mut hit = false;
            loop {
                match pattern.get(at) {
                    // The server takes the end of the pattern for the end of the set.
                    None => break,
                    Some(b']') => {
                        at += 1;
                        break;
                    }
                    Some(b'\\') if at + 1 < pattern.len() => {
                        hit |= pattern[at + 1] == byte;
                        at += 2;
                    }
                    Some(&low) if pattern.get(at + 1) == Some(&b'-') && at + 2 < pattern.len() => {
                        let high = pattern[at + 2];
                        hit |= (low.min(high)..=low.max(high)).contains(&byte);
                        at += 3;
                    }
                    Some(&literal) => {
                        hit |= literal == byte;
                        at += 1;
                    }
                }
            }
            (hit != negated).then_some(at)
        }
        b'\\' if p + 1 < pattern.len() => (pattern[p + 1] == byte).then_some(p + 2),
        literal => (literal == byte).then_some(p + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_like_the_server() {
        let cases: &[(&str, &str, bool)] = &[
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("*", "anything", true),
            ("user:*", "user:1", true),
            ("user:*", "user", false),
            ("user:**", "user:", true),
            ("user:**", "use", false),
            ("user:*x", "user:1", false),
            (r"user\*", "user:1", false),
            ("h?llo", "hello", true),
            ("h?llo", "hllo", false),
            ("h[ae]llo", "hallo", true),
            ("h[ae]llo", "hillo", false),
            ("h[^e]llo", "hallo", true),
            ("h[^e]llo", "hello", false),
            ("h[a-b]llo", "hbllo", true),
            ("h[b-a]llo", "hbllo", true),
            ("h[a-b]llo", "hcllo", false),
            (r"\*", "*", true),
            (r"\*", "a", false),
            (r"[\]]", "]", true),
            ("[", "[", false),
            ("a[b", "ab", true),
            ("*a*b*c*", "xxaxxbxxcxx", true),
            ("*a*b*c*", "xxaxxcxxbxx", false),
            (
                "a*a*a*a*a*a*a*a*b",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                false,
            ),
        ];
        for (pattern, key, expected) in cases {
            assert_eq!(
                Pattern::new(*pattern).matches(key.as_bytes()),
                *expected,
                "{pattern} on {key}"
            );
        }
    }

    #[test]
    fn the_literal_prefix_ends_at_the_first_special_byte() {
        assert_eq!(Pattern::new("user:*").literal_prefix(), b"user:");
        assert_eq!(Pattern::new("plain").literal_prefix(), b"plain");
        assert_eq!(Pattern::new(r"a\*").literal_prefix(), b"a");
    }

    #[test]
    fn a_pattern_covers_what_it_matches_whole() {
        let covers =
            |a: &str, b: &str| Pattern::new(a.to_owned()).covers(&Pattern::new(b.to_owned()));
        assert!(covers("*", "user:[12]"));
        assert!(covers("user:*", "user:1*"));
        assert!(covers("user:?", "user:?"));
        assert!(!covers("user:1*", "user:*"));
        assert!(!covers("user:*", "use*"));
        assert!(!covers("user:1", "user:*"));
    }

    #[test]
    fn patterns_that_no_key_matches_together_are_apart() {
        let apart = |a: &str, b: &str| {
            Pattern::new(a.to_owned()).is_apart_from(&Pattern::new(b.to_owned()))
        };
        assert!(apart("user:*", "plan:*"));
        assert!(apart("user:1", "user:2"));
        assert!(apart("user:1", "user:1:*"));
        assert!(!apart("user:*", "user:1"));
        assert!(!apart("user:1*", "user:*"));
        assert!(!apart("*:1", "user:*"));
    }
}
