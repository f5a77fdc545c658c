//! Spreads keys: a window of candidates out of which pages are drawn at random.
//!
//! `SCAN` hands out keys that share the low bits of their hash, and the server's table of watched keys uses the same
//! hash: keys that are watched together would chain in a few buckets, and every `WATCH`, `EXEC` and foreign write
//! would walk the chains. The draw is random in the sense of spread alone, and the same in every run.

use remold_engine::port::Candidate;

/// How many candidates a window holds.
const CANDIDATES: usize = 64 << 10;

/// How many bytes of keys it holds.
const BYTES: usize = 16 << 20;

/// Candidates on their way to a page.
#[derive(Debug)]
pub(super) struct Window {
    candidates: Vec<Candidate>,
    bytes: usize,
    limit: usize,
    state: u64,
}

impl Window {
    /// A window that spreads.
    pub(super) fn spreading() -> Self {
        Self::of(CANDIDATES)
    }

    /// A window that passes on what it has.
    pub(super) fn passing() -> Self {
        Self::of(1)
    }

    fn of(limit: usize) -> Self {
        Self {
            candidates: Vec::new(),
            bytes: 0,
            limit,
            state: 0x9E37_79B9_7F4A_7C15,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.candidates.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.candidates.is_empty()
    }

    /// Whether it is time to draw.
    pub(super) fn is_full(&self) -> bool {
        self.candidates.len() >= self.limit || self.bytes >= BYTES
    }

    pub(super) fn put(&mut self, candidate: Candidate) {
        self.bytes += candidate.key.len();
        self.candidates.push(candidate);
    }

    /// Draws up to `count` candidates.
    pub(super) fn draw(&mut self, count: usize) -> Vec<Candidate> {
        if self.limit == 1 {
            self.bytes = 0;
            return std::mem::take(&mut self.candidates);
        }
        let count = count.min(self.candidates.len());
        let mut page = Vec::with_capacity(count);
        for _ in 0..count {
            let place = self.random(self.candidates.len());
            let candidate = self.candidates.swap_remove(place);
            self.bytes -= candidate.key.len();
            page.push(candidate);
        }
        page
    }

    /// A number below `bound` (xorshift64*).
    fn random(&mut self, bound: usize) -> usize {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        let number = self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32;
        usize::try_from((number * bound as u64) >> 32).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use remold_host_api::Bytes;

    fn filled(count: u32) -> Window {
        let mut window = Window::spreading();
        for number in 0..count {
            window.put(Candidate::new(Bytes::from(number.to_string())));
        }
        window
    }

    fn numbers(page: Vec<Candidate>) -> Vec<u32> {
        let number = |candidate: Candidate| {
            String::from_utf8_lossy(&candidate.key)
                .parse()
                .expect("a number")
        };
        page.into_iter().map(number).collect()
    }

    #[test]
    fn every_candidate_is_drawn_once() {
        let mut window = filled(1000);
        let mut drawn: Vec<u32> = (0..11).flat_map(|_| numbers(window.draw(100))).collect();
        assert!(window.is_empty());
        drawn.sort_unstable();
        assert_eq!(drawn, (0..1000).collect::<Vec<u32>>());
    }

    #[test]
    fn a_page_comes_from_the_whole_window_and_is_the_same_in_every_run() {
        let page = numbers(filled(10_000).draw(100));
        assert_eq!(page, numbers(filled(10_000).draw(100)));
        for tenth in 0..10_u32 {
            assert!(
                page.iter().any(|number| number / 1000 == tenth),
                "nothing from tenth {tenth}: {page:?}"
            );
        }
    }

    #[test]
    fn long_keys_fill_it_too() {
        let mut window = Window::spreading();
        window.put(Candidate::new(Bytes::from(vec![b'k'; BYTES])));
        assert!(window.is_full());
        window.draw(1);
        assert!(!window.is_full());
    }
}
