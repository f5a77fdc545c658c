//! How much alike two names are.

/// Returns 1 for names that differ in their spelling alone, `userName` and `user_name`, 0 for those that share nothing.
pub(super) fn similarity(one: &str, other: &str) -> f64 {
    let (one, other) = (plain(one), plain(other));
    if one == other {
        return 1.0;
    }
    let longest = one.len().max(other.len()).max(1);
    #[allow(clippy::cast_precision_loss, reason = "names are short")]
    let by_letters = 1.0 - distance(&one, &other) as f64 / longest as f64;
    // A word that is wholly in the other name: `mail` and `email`, `name` and `full_name`.
    let (short, long) = if one.len() < other.len() {
        (&one, &other)
    } else {
        (&other, &one)
    };
    let is_within = short.len() >= 3 && long.windows(short.len()).any(|part| part == short);
    if is_within {
        by_letters.max(0.7)
    } else {
        by_letters
    }
}

/// The letters and figures, small; of a very long name the beginning.
fn plain(name: &str) -> Vec<char> {
    let plain = name.chars().filter(|character| character.is_alphanumeric());
    plain.flat_map(char::to_lowercase).take(64).collect()
}

/// The edit distance (Levenshtein 1966).
fn distance(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (place, wanted) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != wanted);
            diagonal = row[place + 1];
            row[place + 1] = replaced.min(row[place] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_spelt_otherwise_are_the_same() {
        let about = |one: &str, other: &str, expect: f64| {
            let is = similarity(one, other);
            assert!((is - expect).abs() < 0.01, "{one}, {other}: {is}");
            assert!((similarity(other, one) - is).abs() < 1e-9);
        };
        about("userName", "user_name", 1.0);
        about("mail", "email", 0.8);
        about("name", "full_name", 0.7);
        about("adress", "address", 0.857);
        about("age", "plan", 0.0);
    }
}
