//! How long ago something was, against how long it may be.

use std::time::Duration;

use k8s_openapi::jiff::Timestamp;

/// Says whether something was longer ago than a limit, in whole seconds. What is yet to come was not.
pub(super) fn is_older(since: Timestamp, now: Timestamp, limit: Duration) -> bool {
    let age = now.as_second() - since.as_second();
    u64::try_from(age).is_ok_and(|age| age > limit.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_passed_when_it_is_over() {
        let at = |second| Timestamp::from_second(second).expect("a time");
        let limit = Duration::from_secs(10);
        assert!(!is_older(at(100), at(110), limit));
        assert!(is_older(at(100), at(111), limit));
        assert!(!is_older(at(100), at(50), limit));
    }
}
