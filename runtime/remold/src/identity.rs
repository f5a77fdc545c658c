//! Names and numbers of a new run: its id, its owner, its seed, its clock.

use std::hash::{BuildHasher, Hasher};
use std::time::{SystemTime, UNIX_EPOCH};

/// Returns Unix milliseconds.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Returns a number that nobody can foresee.
pub(crate) fn seed() -> u64 {
    // The standard library seeds its hashers from the system.
    std::hash::RandomState::new().build_hasher().finish()
}

/// Makes a run's id: the migration's name, the second it began, and five letters against collisions.
///
/// All ids of a migration are of one length, and later ones sort behind earlier ones.
pub(crate) fn run_id(migration: &str, now_ms: u64, seed: u64) -> String {
    format!(
        "{migration}-{}-{}",
        base36::<6>(now_ms / 1000),
        base36::<5>(seed)
    )
}

/// Returns who we are, for whoever waits for us.
pub(crate) fn owner() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = if host.trim().is_empty() {
        "localhost"
    } else {
        host.trim()
    };
    format!("{host}, process {}", std::process::id())
}

/// Returns the last digits of a number, to the base of 36.
fn base36<const DIGITS: usize>(mut number: u64) -> String {
    let mut digits = ['0'; DIGITS];
    for digit in digits.iter_mut().rev() {
        let value = u32::try_from(number % 36).unwrap_or_default();
        *digit = char::from_digit(value, 36).unwrap_or('0');
        number /= 36;
    }
    digits.iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_id_begins_with_the_name_and_is_a_valid_file_name() {
        let id = run_id(
            "split-name",
            1_790_000_000_123,
            u64::from(36_u32.pow(5)) - 1,
        );
        assert_eq!(id, "split-name-tlpwu8-zzzzz");
    }

    #[test]
    fn all_run_ids_are_of_one_length() {
        let ids = [0, 35, 36, u64::MAX].map(|seed| run_id("a", 1_790_000_000_000, seed));
        assert_eq!(
            ids[..3],
            ["a-tlpwu8-00000", "a-tlpwu8-0000z", "a-tlpwu8-00010"]
        );
        assert_eq!(ids[3].len(), ids[0].len());
    }
}
