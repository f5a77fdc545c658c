//! Redis's glob: `*` any run of bytes, `?` one byte, `[ab]`, `[a-z]`, `[^a]` sets, `\` takes the next byte literally.

/// Says whether a pattern matches a key.
pub(super) fn matches(pattern: &[u8], key: &[u8]) -> bool {
    match (pattern, key) {
        ([], _) => key.is_empty(),
        ([b'*', rest @ ..], _) => (0..=key.len()).any(|skipped| matches(rest, &key[skipped..])),
        (_, []) => false,
        ([b'?', rest @ ..], [_, behind @ ..]) => matches(rest, behind),
        ([b'\\', literal, rest @ ..], [byte, behind @ ..]) => {
            literal == byte && matches(rest, behind)
        }
        ([b'[', rest @ ..], [byte, behind @ ..]) => {
            let (hit, rest) = set(rest, *byte);
            hit && matches(rest, behind)
        }
        ([literal, rest @ ..], [byte, behind @ ..]) => literal == byte && matches(rest, behind),
    }
}

/// Says whether a byte is in a set, and returns the pattern behind the set.
fn set(mut pattern: &[u8], byte: u8) -> (bool, &[u8]) {
    let negated = pattern.first() == Some(&b'^');
    if negated {
        pattern = &pattern[1..];
    }
    let mut hit = false;
    loop {
        pattern = match pattern {
            // The server takes the end of the pattern for the end of the set.
            [] => return (hit != negated, pattern),
            [b']', rest @ ..] => return (hit != negated, rest),
            [b'\\', literal, rest @ ..] => {
                hit |= *literal == byte;
                rest
            }
            [low, b'-', high, rest @ ..] => {
                hit |= (low.min(high)..=low.max(high)).contains(&&byte);
                rest
            }
            [literal, rest @ ..] => {
                hit |= *literal == byte;
                rest
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_mean_what_they_mean_to_the_server() {
        for (pattern, key, expected) in [
            ("user:*", "user:1", true),
            ("user:*", "cart:1", false),
            ("*:items", "cart:1:items", true),
            ("h?llo", "hallo", true),
            ("h?llo", "hllo", false),
            ("h[ae]llo", "hello", true),
            ("h[^e]llo", "hello", false),
            ("h[a-c]llo", "hbllo", true),
            (r"h\*llo", "h*llo", true),
            (r"h\*llo", "hello", false),
            ("", "", true),
            ("*", "", true),
        ] {
            let found = matches(pattern.as_bytes(), key.as_bytes());
            assert_eq!(found, expected, "{pattern} {key}");
        }
    }
}
