//! Names of objects of a cluster.

/// Says whether a text can be the name of an object: small letters, digits, hyphens and dots, 253 characters at most, with a letter or
/// digit at both ends and beside each dot.
pub fn is_object_name(text: &str) -> bool {
    let is_outer = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_part = |part: &str| {
        let ends = [part.bytes().next(), part.bytes().last()];
        let well = ends.into_iter().all(|end| end.is_some_and(is_outer));
        well && part.bytes().all(|byte| is_outer(byte) || byte == b'-')
    };
    text.len() <= 253 && text.split('.').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_an_object_has_small_letters_in_each_part() {
        for (text, is_one) in [
            ("names-1.before", true),
            ("1", true),
            ("Names", false),
            ("names-1.before_it", false),
            ("names-1.", false),
            ("names-.a", false),
            ("", false),
        ] {
            assert_eq!(is_object_name(text), is_one, "{text}");
        }
        assert!(!is_object_name(&"a".repeat(254)));
    }
}
