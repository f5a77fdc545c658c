//! Names of objects: the same for the same, and never too long.

use sha2::{Digest as _, Sha256};

/// Cuts a name so that something can be added to it.
pub(crate) fn short(name: &str, longest: usize) -> String {
    let cut: String = name.chars().take(longest).collect();
    cut.trim_end_matches(['-', '.']).replace('.', "-")
}

/// Makes a word of eight letters and digits of texts.
pub(crate) fn word(texts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.len().to_be_bytes());
        hash.update(text);
    }
    let digest = hash.finalize();
    hex::encode(&digest[..4])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_cut_ends_well() {
        assert_eq!(short("split-user-name", 11), "split-user");
        assert_eq!(short("user-2.0.0", 40), "user-2-0-0");
    }

    #[test]
    fn words_depend_on_where_texts_end() {
        assert_ne!(word(&["ab", "c"]), word(&["a", "bc"]));
        assert_eq!(word(&["a"]).len(), 8);
    }
}
