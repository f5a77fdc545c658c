//! Numbers and texts that look random and are the same on every run.

/// A stream of values drawn from a number (`SplitMix64`).
pub(super) struct Source(u64);

impl Source {
    pub(super) fn new(number: u64) -> Self {
        Self(number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    pub(super) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.number() % end
    }

    /// Bytes that cannot be compressed.
    pub(super) fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length)
            .map(|_| self.number().to_le_bytes()[3])
            .collect()
    }

    /// Letters.
    pub(super) fn word(&mut self, length: usize) -> String {
        (0..length)
            .map(|_| char::from(b'a' + self.number().to_le_bytes()[3] % 26))
            .collect()
    }
}

/// Texts at every edge of how the compact forms hold integers and strings.
pub(super) const EDGES: &[&str] = &[
    "",
    "0",
    "12",
    "13",
    "-1",
    "127",
    "128",
    "-128",
    "-129",
    "4095",
    "-4096",
    "4096",
    "32767",
    "-32768",
    "32768",
    "8388607",
    "-8388608",
    "8388608",
    "2147483647",
    "-2147483648",
    "2147483648",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "007",
    "+1",
    "-0",
    " 1",
    "1.5",
    "\u{0}",
    "ünïcödé",
    "0123456789012345678901234567890123456789012345678901234567890123",
];
