//! Which known word was probably meant.

/// Words that other tools use for what has another name here.
const SYNONYMS: &[(&str, &str)] = &[
    ("string", "text"),
    ("str", "text"),
    ("int", "integer"),
    ("float", "number"),
    ("double", "number"),
    ("decimal", "number"),
    ("bool", "boolean"),
    ("timestamp", "time-ms"),
    ("date", "time-text"),
    ("iso8601", "time-text"),
    ("zset", "sorted-set"),
    ("zset", "sortedSet"),
    ("sortedset", "sorted-set"),
    ("pattern", "match"),
    ("module", "opaque"),
    ("kind", "type"),
    ("concurrency", "parallelism"),
    ("workers", "parallelism"),
    ("lanes", "parallelism"),
    ("script", "rhai"),
    ("path", "file"),
    ("code", "source"),
    ("inline", "source"),
    ("ttl", "expiresAt"),
    ("params", "parameters"),
    ("input", "given"),
    ("expected", "expect"),
    ("output", "expect"),
];

/// Finds the accepted word that is closest to what was found, if one is close.
pub(crate) fn guess<'a>(found: &str, accepted: impl Iterator<Item = &'a str>) -> Option<String> {
    let accepted: Vec<&str> = accepted.collect();
    let plain = simplify(found);
    if plain.len() > 40 {
        return None;
    }
    if let Some(same) = accepted.iter().find(|word| simplify(word) == plain) {
        return Some((*same).to_owned());
    }
    let synonym = SYNONYMS
        .iter()
        .filter(|(other, _)| *other == plain)
        .find_map(|(_, word)| accepted.iter().find(|known| known == &word));
    if let Some(word) = synonym {
        return Some((*word).to_owned());
    }
    let closest = accepted
        .iter()
        .map(|word| (strsim::damerau_levenshtein(&plain, &simplify(word)), *word))
        .min_by_key(|(distance, _)| *distance)?;
    let (distance, word) = closest;
    (distance <= 1 + plain.chars().count() / 4).then(|| word.to_owned())
}

/// Forgets capitals, hyphens and underscores.
fn simplify(word: &str) -> String {
    let letters = word.chars().filter(|c| !matches!(c, '-' | '_' | ' '));
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_words_and_synonyms_are_found_and_far_ones_are_not() {
        let accepted = ["match", "type", "keys", "exclude", "sorted-set", "text"];
        for (found, meant) in [
            ("mach", Some("match")),
            ("Match", Some("match")),
            ("pattern", Some("match")),
            ("exlcude", Some("exclude")),
            ("sorted_set", Some("sorted-set")),
            ("zset", Some("sorted-set")),
            ("string", Some("text")),
            ("timeout", None),
            ("", None),
        ] {
            let guessed = guess(found, accepted.iter().copied());
            assert_eq!(guessed.as_deref(), meant, "{found:?}");
        }
    }
}
