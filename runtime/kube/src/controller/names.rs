//! Names of objects: the same for the same, and never too long.

use sha2::{Digest as _, Sha256};

/// Cuts a name so that something can be added to it.
pub(crate) fn short(name: &str, longest: usize) -> String {
    let cut: String = name.chars().take(longest).collect();
    cut.trim_end_matches(['-', '.']).replace('.', "-")
}

/// Makes the name of a Job, or the beginning of one, out of an object's name: the same where a Job can have it, else what fits of it
/// and a word that tells it from others that begin alike.
pub(crate) fn job_name(name: &str, longest: usize) -> String {
    if name.len() <= longest && !name.contains('.') {
        return name.to_owned();
    }
    let word = word(&[name]);
    format!("{}-{word}", short(name, longest - word.len() - 1))
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
    fn objects_whose_names_begin_alike_have_jobs_of_their_own() {
        assert_eq!(job_name("before", 20), "before");
        let long = |end: &str| job_name(&format!("{}{end}", "a".repeat(60)), 50);
        let dotted = [
            job_name("names-1.before", 50),
            job_name("names-1-before", 50),
        ];
        for [one, other] in [[long("-x"), long("-y")], dotted] {
            assert_ne!(one, other);
            assert!(one.len() <= 50 && !one.contains('.'), "{one}");
        }
    }

    #[test]
    fn words_depend_on_where_texts_end() {
        assert_ne!(word(&["ab", "c"]), word(&["a", "bc"]));
        assert_eq!(word(&["a"]).len(), 8);
    }
}
