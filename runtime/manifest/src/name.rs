//! Names of objects of a cluster, by RFC 1123.

/// Says whether a text can be the name of an object: small letters, digits, hyphens and dots, 253 characters at most, with a letter or
/// digit at both ends and beside each dot.
pub fn is_object_name(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_part)
}

/// Says whether a text is a label, which Kubernetes asks of some names.
pub(crate) fn is_dns_label(text: &str) -> bool {
    text.len() <= 63 && is_part(text)
}

fn is_part(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    !text.is_empty()
        && text.bytes().all(|byte| inner(byte) || byte == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
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
