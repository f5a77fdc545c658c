//! Spreads keys: a window of keys out of which pages are taken so that neighbours in the server's table do not
//! stay neighbours. [`Walk`](super::walk::Walk) says why.
//!
//! A small table is in the window whole, and drawn from at random. A large one comes in parts, a few keys of each in
//! turn, and is passed on as it comes: the sooner a key is read after it was listed, the more of it the server still
//! has at hand. The order is the same in every run.

use remold_host_api::Bytes;

/// How many keys are drawn from.
pub(super) const DRAWN_FROM: usize = 64 << 10;

/// How many keys are waiting to be passed on.
const PASSED_FROM: usize = 256;

/// How many bytes of keys a window holds.
const BYTES: usize = 16 << 20;

/// Candidates on their way to a page.
#[derive(Debug)]
pub(super) struct Window {
    order: Order,
    keys: Vec<Bytes>,
    bytes: usize,
}

#[derive(Debug)]
enum Order {
    /// As they came.
    Passed,
    /// At random, by this state.
    Drawn(u64),
}

impl Window {
    /// A window that passes on what it has.
    pub(super) const fn passing() -> Self {
        Self::of(Order::Passed)
    }

    /// A window for a table that it can hold, or for what cannot be listed in parts.
    pub(super) const fn drawing() -> Self {
        Self::of(Order::Drawn(0x9E37_79B9_7F4A_7C15))
    }

    const fn of(order: Order) -> Self {
        Self {
            order,
            keys: Vec::new(),
            bytes: 0,
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.keys.len()
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Whether it is time to take a page.
    pub(super) const fn is_full(&self) -> bool {
        let limit = match self.order {
            Order::Passed => PASSED_FROM,
            Order::Drawn(_) => DRAWN_FROM,
        };
        self.keys.len() >= limit || self.bytes >= BYTES
    }

    /// Adds a key that was found.
    pub(super) fn put(&mut self, key: Bytes) {
        self.bytes += key.len();
        self.keys.push(key);
    }

    /// Takes up to `count` keys.
    pub(super) fn take(&mut self, count: usize) -> Vec<Bytes> {
        let count = count.min(self.keys.len());
        let page: Vec<Bytes> = match &mut self.order {
            Order::Passed => self.keys.drain(..count).collect(),
            Order::Drawn(state) => (0..count)
                .map(|_| {
                    let place = random(state, self.keys.len());
                    self.keys.swap_remove(place)
                })
                .collect(),
        };
        self.bytes -= page.iter().map(Bytes::len).sum::<usize>();
        page
    }
}

/// A number below `bound` (xorshift64*): random in the sense of spread alone.
fn random(state: &mut u64, bound: usize) -> usize {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    let number = state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32;
    usize::try_from((number * bound as u64) >> 32).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(count: u32) -> Window {
        let mut window = Window::drawing();
        for number in 0..count {
            window.put(Bytes::from(number.to_string()));
        }
        window
    }

    fn numbers(page: Vec<Bytes>) -> Vec<u32> {
        let number = |key: Bytes| String::from_utf8_lossy(&key).parse().expect("a number");
        page.into_iter().map(number).collect()
    }

    #[test]
    fn every_candidate_is_drawn_once() {
        let mut window = filled(1000);
        let mut drawn: Vec<u32> = (0..11).flat_map(|_| numbers(window.take(100))).collect();
        assert!(window.is_empty());
        drawn.sort_unstable();
        assert_eq!(drawn, (0..1000).collect::<Vec<u32>>());
    }

    #[test]
    fn a_page_comes_from_the_whole_window_and_is_the_same_in_every_run() {
        let page = numbers(filled(10_000).take(100));
        assert_eq!(page, numbers(filled(10_000).take(100)));
        for tenth in 0..10_u32 {
            assert!(
                page.iter().any(|number| number / 1000 == tenth),
                "nothing from tenth {tenth}: {page:?}"
            );
        }
    }

    #[test]
    fn long_keys_fill_it_too() {
        let mut window = Window::drawing();
        window.put(Bytes::from(vec![b'k'; BYTES]));
        assert!(window.is_full());
        window.take(1);
        assert!(!window.is_full());
    }
}
