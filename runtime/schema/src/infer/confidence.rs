//! Confidence: how sure a share in a sample makes of the share in all.

/// Returns the lower end of Wilson's score interval at 95 % for `agreeing` of `all`: 0 without observations, towards 1 with
/// many that agree. Source: Wilson 1927, in the form of Newcombe 1998.
pub(crate) fn confidence(agreeing: u64, all: u64) -> f64 {
    /// The quantile of the normal distribution for 95 %, two-sided.
    const Z: f64 = 1.96;
    if all == 0 {
        return 0.0;
    }
    #[allow(
        clippy::cast_precision_loss,
        reason = "beyond 2^53 observations the last digits do not matter"
    )]
    let (agreeing, all) = (agreeing.min(all) as f64, all as f64);
    let share = agreeing / all;
    let spread = Z * ((share * (1.0 - share) + Z * Z / (4.0 * all)) / all).sqrt();
    ((share + Z * Z / (2.0 * all) - spread) / (1.0 + Z * Z / all)).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_the_documentation_says() {
        let about = |agreeing, all, expect: f64| {
            let is = confidence(agreeing, all);
            assert!((is - expect).abs() < 0.005, "{agreeing} of {all}: {is}");
        };
        about(0, 0, 0.0);
        about(1, 1, 0.21);
        about(10, 10, 0.72);
        about(100, 100, 0.96);
        about(50, 100, 0.40);
    }
}
