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

/// Makes a run's id: the migration's name, the second it began, and a few letters against collisions.
pub(crate) fn run_id(migration: &str, now_ms: u64, seed: u64) -> String {
    format!(
        "{migration}-{}-{}",
        base36(now_ms / 1000),
        base36(seed % 46_656)
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

fn base36(mut number: u64) -> String {
    let mut digits = Vec::new();
    loop {
        let digit = u32::try_from(number % 36).unwrap_or_default();
        digits.push(char::from_digit(digit, 36).unwrap_or('0'));
        number /= 36;
        if number == 0 {
            return digits.iter().rev().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_id_begins_with_the_name_and_is_a_valid_file_name() {
        let id = run_id("split-name", 1_790_000_000_123, 46_655);
        assert_eq!(id, "split-name-tlpwu8-zzz");
    }
}
