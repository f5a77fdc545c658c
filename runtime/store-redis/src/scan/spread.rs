//! Spreads keys: a window of keys out of which pages are taken so that neighbours in the server's table do not
//! stay neighbours. [`Walk`](super::walk::Walk) says why.
//!
//! A small table is in the window whole, and drawn from at random; a large one comes in parts, which are dealt one
//! key each in turn. The order is the same in every run.

use std::collections::VecDeque;

use remold_host_api::Bytes;

use super::walk::PARTS;

/// How many keys are drawn from.
pub(super) const DRAWN_FROM: usize = 64 << 10;

/// How many keys are waiting to be passed on.
const PASSED_FROM: usize = 512;

/// How many keys of all parts together are dealt from: some of each.
const DEALT_FROM: usize = 8 * PARTS;

/// How many bytes of keys a window holds.
const BYTES: usize = 16 << 20;

/// Candidates on their way to a page.
#[derive(Debug)]
pub(super) struct Window {
    order: Order,
    len: usize,
    bytes: usize,
}

#[derive(Debug)]
enum Order {
    /// As they came.
    Passed(Vec<Bytes>),
    /// At random, by this state.
    Drawn(Vec<Bytes>, u64),
    /// One of each part in turn, of this one next.
    Dealt(Vec<VecDeque<Bytes>>, usize),
}

impl Window {
    /// A window that passes on what it has.
    pub(super) fn passing() -> Self {
        Self::of(Order::Passed(Vec::new()))
    }

    /// A window for a table that it can hold, or for what cannot be listed in parts.
    pub(super) fn drawing() -> Self {
        Self::of(Order::Drawn(Vec::new(), 0x9E37_79B9_7F4A_7C15))
    }

    /// A window for a table that comes in parts.
    pub(super) fn dealing() -> Self {
        Self::of(Order::Dealt(vec![VecDeque::new(); PARTS], 0))
    }

    const fn of(order: Order) -> Self {
        Self {
            order,
            len: 0,
            bytes: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether it is time to take a page.
    pub(super) fn is_full(&self) -> bool {
        let limit = match self.order {
            Order::Passed(_) => PASSED_FROM,
            Order::Drawn(..) => DRAWN_FROM,
            Order::Dealt(..) => DEALT_FROM,
        };
        self.len >= limit || self.bytes >= BYTES
    }

    /// Adds a key that was found in a part of the table.
    pub(super) fn put(&mut self, part: usize, key: Bytes) {
        self.len += 1;
        self.bytes += key.len();
        match &mut self.order {
            Order::Passed(keys) | Order::Drawn(keys, _) => keys.push(key),
            Order::Dealt(parts, _) => parts[part % PARTS].push_back(key),
        }
    }

    /// Takes up to `count` keys.
    pub(super) fn take(&mut self, count: usize) -> Vec<Bytes> {
        let count = count.min(self.len);
        let page: Vec<Bytes> = match &mut self.order {
            Order::Passed(keys) => keys.drain(..count).collect(),
            Order::Drawn(keys, state) => (0..count)
                .map(|_| {
                    let place = random(state, keys.len());
                    keys.swap_remove(place)
                })
                .collect(),
            Order::Dealt(parts, turn) => {
                let mut page = Vec::with_capacity(count);
                while page.len() < count {
                    page.extend(parts[*turn].pop_front());
                    *turn = (*turn + 1) % PARTS;
                }
                page
            }
        };
        self.len -= page.len();
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
            window.put(0, Bytes::from(number.to_string()));
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
    fn parts_are_dealt_one_of_each_in_turn() {
        let mut window = Window::dealing();
        for number in 0..1024_u32 {
            let part = usize::try_from(number / 4).expect("it is small");
            window.put(part, Bytes::from(number.to_string()));
        }
        let page = numbers(window.take(PARTS));
        let expected = (0..256).map(|part| part * 4).collect::<Vec<u32>>();
        assert_eq!(page, expected);
        assert_eq!(window.take(2000).len(), 1024 - PARTS);
        assert!(window.is_empty() && window.take(1).is_empty());
    }

    #[test]
    fn long_keys_fill_it_too() {
        let mut window = Window::drawing();
        window.put(0, Bytes::from(vec![b'k'; BYTES]));
        assert!(window.is_full());
        window.take(1);
        assert!(!window.is_full());
    }
}
