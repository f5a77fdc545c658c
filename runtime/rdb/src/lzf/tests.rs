//! Compression, there and back, and hostile claims.

use super::*;

fn check(input: &[u8]) -> Option<usize> {
    let compressed = compress(input)?;
    assert!(compressed.len() <= input.len() - 4, "{}", input.len());
    assert_eq!(
        decompress(&compressed, input.len() as u64).as_deref(),
        Ok(input)
    );
    Some(compressed.len())
}

#[test]
fn repetition_is_compressed_and_comes_back() {
    for length in 0..600 {
        let same = vec![b'a'; length];
        let compressed = check(&same);
        assert_eq!(compressed.is_some(), length >= 14, "{length}");
        let period: Vec<u8> = (0..length).map(|n| b"abcdefg"[n % 7]).collect();
        check(&period);
    }
    let long = b"a field of a hash, ".repeat(20_000);
    assert!(check(&long).expect("it repeats") < long.len() / 50);
}

#[test]
fn what_does_not_repeat_is_left_alone() {
    let mut state = 1_u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        state.to_be_bytes()[0]
    })
    .take(4000)
    .collect();
    assert_eq!(compress(&noise), None);
    assert_eq!(compress(b""), None);
    assert_eq!(compress(b"abc"), None);
}

#[test]
fn what_was_compressed_before_does_not_matter() {
    let first = b"one two three four five six seven eight one two three".to_vec();
    let second = b"three four five six and three four five six again".to_vec();
    let alone = Compressor::default().compress(&second);
    let mut compressor = Compressor::default();
    for _ in 0..3 {
        compressor.compress(&first);
        assert_eq!(compressor.compress(&second), alone);
    }
    compressor.base = u32::MAX - 10;
    assert_eq!(compressor.compress(&second), alone);
}

#[test]
fn a_claim_beyond_what_can_come_out_reserves_nothing() {
    let error = decompress(b"\x00a", u64::MAX).expect_err("two bytes are not so many");
    assert_eq!(error.code(), "rdb-claim");
    assert_eq!(
        decompress(b"\x00a", 177).expect_err("88 a byte").code(),
        "rdb-claim"
    );
}

#[test]
fn broken_runs_are_refused() {
    for (input, claimed) in [
        (&b"\x05abc"[..], 6),  // fewer bytes than the run has
        (b"\x00a\x20", 4),     // no distance
        (b"\x00a\xe0", 9),     // no length
        (b"\x00a\x20\x01", 4), // back beyond the start
        (b"\x00a\x20\x00", 3), // one more than was claimed
        (b"\x00a", 2),         // one less
    ] {
        let error = decompress(input, claimed).expect_err("it is broken");
        assert_eq!(error.code(), "rdb-malformed", "{input:?}");
    }
    assert_eq!(decompress(b"\x00a\x20\x00", 4).as_deref(), Ok(&b"aaaa"[..]));
}
