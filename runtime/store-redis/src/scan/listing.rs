//! What was found and is not yet handed out: keys on their way from `SCAN`, or from a given list, to pages.

use remold_host_api::Bytes;

use super::spread::{DRAWN_FROM, Window};
use super::walk::{Ask, OutOfOrder, Walk};

/// How many keys a page has at most.
const PAGE: usize = 128;

/// After how many steps without a page one is drawn from what there is: so that a pattern that matches little does not
/// hold up whoever waits.
const BARREN: usize = 64;

/// The keys of one server, some of them under way.
#[derive(Debug)]
pub(super) struct Listing {
    source: Source,
    window: Window,
    /// Drawn for a page that was not handed out, for the connection was lost.
    returned: Vec<Bytes>,
    /// Steps since a page was drawn.
    barren: usize,
}

/// Where keys come from.
#[derive(Debug)]
enum Source {
    /// `SCAN`, for so many keys at once.
    Table(Walk, usize),
    /// Explicit keys, those that are left.
    Keys(std::vec::IntoIter<Bytes>),
}

/// What is asked together: where to look for more keys, and what is to be known of those that are handed out next.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) asks: Vec<Ask>,
    pub(super) page: Vec<Bytes>,
}

impl Listing {
    /// Lists explicit keys in their order.
    pub(super) fn given(keys: Vec<Bytes>) -> Self {
        Self::of(Source::Keys(keys.into_iter()), Window::passing())
    }

    /// Lists a table as `SCAN` does, with so many keys a command.
    pub(super) fn in_order(count: usize) -> Self {
        Self::of(Source::Table(Walk::whole(), count), Window::passing())
    }

    /// Lists a table of about so many keys in an order that spreads them.
    pub(super) fn spread(keys: Option<u64>, count: usize) -> Self {
        if keys.is_some_and(|keys| keys > DRAWN_FROM as u64) {
            Self::of(Source::Table(Walk::in_parts(), count), Window::passing())
        } else {
            Self::of(Source::Table(Walk::whole(), count), Window::drawing())
        }
    }

    const fn of(source: Source, window: Window) -> Self {
        Self {
            source,
            window,
            returned: Vec::new(),
            barren: 0,
        }
    }

    /// Returns the next step: a page if there is enough to draw from, and where to look for more if there is not.
    /// `None` if nothing is to be asked before something is answered.
    pub(super) fn step(&mut self) -> Option<Step> {
        let page = self.draw();
        let asks = match &mut self.source {
            Source::Table(walk, count) if !self.window.is_full() => walk.ask(*count),
            _ => Vec::new(),
        };
        if page.is_empty() && asks.is_empty() {
            return None;
        }
        self.barren = if page.is_empty() { self.barren + 1 } else { 0 };
        Some(Step { asks, page })
    }

    fn draw(&mut self) -> Vec<Bytes> {
        let again = self.returned.len().min(PAGE);
        if again > 0 {
            return self.returned.drain(..again).collect();
        }
        if let Source::Keys(keys) = &mut self.source {
            return keys.take(PAGE).collect();
        }
        if self.window.is_full() || self.is_listed() || self.barren >= BARREN {
            self.window.take(PAGE)
        } else {
            Vec::new()
        }
    }

    /// Takes the pages of the first step that was not answered. If they show that the table cannot be listed as it was,
    /// the listing has begun again, and all later steps are to be given back.
    pub(super) fn answer(&mut self, pages: Vec<(u64, Vec<Bytes>)>) -> Result<(), OutOfOrder> {
        let Source::Table(walk, _) = &mut self.source else {
            return Ok(());
        };
        let cursors: Vec<u64> = pages.iter().map(|(cursor, _)| *cursor).collect();
        let advanced = walk.advance(&cursors);
        if advanced.is_err() {
            *walk = Walk::whole();
            let waiting = self.window.take(usize::MAX);
            self.window = Window::drawing();
            waiting.into_iter().for_each(|key| self.window.put(key));
        }
        let keys = pages.into_iter().flat_map(|(_, keys)| keys);
        keys.for_each(|key| self.window.put(key));
        advanced
    }

    /// Takes back all steps that were not answered: what they asked will be asked again.
    pub(super) fn give_back(&mut self, steps: impl Iterator<Item = Step>) {
        self.returned.extend(steps.flat_map(|step| step.page));
        if let Source::Table(walk, _) = &mut self.source {
            walk.ask_again();
        }
    }

    /// Whether all keys were found, though not yet drawn.
    fn is_listed(&self) -> bool {
        match &self.source {
            Source::Table(walk, _) => walk.is_through(),
            Source::Keys(keys) => keys.as_slice().is_empty(),
        }
    }

    /// Whether there is no further step.
    pub(super) fn is_through(&self) -> bool {
        self.is_listed() && self.window.is_empty() && self.returned.is_empty()
    }

    /// Returns how much of the table was listed, 0 to 1.
    pub(super) fn fraction(&self) -> f64 {
        match &self.source {
            Source::Table(walk, _) => walk.fraction(),
            Source::Keys(_) => 1.0,
        }
    }

    /// Returns how many keys are known and were not drawn.
    pub(super) fn waiting(&self) -> usize {
        let given = match &self.source {
            Source::Table(..) => 0,
            Source::Keys(keys) => keys.len(),
        };
        given + self.window.len() + self.returned.len()
    }
}

#[cfg(test)]
mod tests {
    use super::super::walk::PARTS;
    use super::*;

    fn key(number: u64) -> Bytes {
        Bytes::from(number.to_string())
    }

    /// Answers a step as a table of so many keys with one cursor does.
    fn answer(step: &Step, keys: u64) -> Vec<(u64, Vec<Bytes>)> {
        let page = |ask: &Ask| {
            let end = ask.cursor + ask.count as u64;
            let next = if end < keys { end } else { 0 };
            (next, (ask.cursor..end.min(keys)).map(key).collect())
        };
        step.asks.iter().map(page).collect()
    }

    fn sorted(mut keys: Vec<Bytes>) -> Vec<Bytes> {
        keys.sort_unstable();
        keys
    }

    #[test]
    fn every_key_is_drawn_once_also_when_steps_are_lost() {
        let mut listing = Listing::spread(Some(1000), 100);
        let mut drawn = Vec::new();
        for turn in 0.. {
            let steps: Vec<Step> = std::iter::from_fn(|| listing.step()).take(3).collect();
            if steps.is_empty() {
                break;
            }
            if turn % 2 == 0 {
                listing.give_back(steps.into_iter());
                assert!(!listing.is_through());
                continue;
            }
            for step in steps {
                listing
                    .answer(answer(&step, 1000))
                    .expect("one cursor may be anything");
                drawn.extend(step.page);
            }
        }
        assert!(listing.is_through());
        assert_eq!(sorted(drawn), sorted((0..1000).map(key).collect()));
    }

    #[test]
    fn given_keys_keep_their_order() {
        let mut listing = Listing::given((0..200).map(key).collect());
        let steps = std::iter::from_fn(|| listing.step());
        let drawn: Vec<Bytes> = steps.flat_map(|step| step.page).collect();
        assert_eq!(drawn, (0..200).map(key).collect::<Vec<Bytes>>());
        assert!(listing.is_through());
    }

    #[test]
    fn a_page_is_drawn_after_long_enough_without_one() {
        let mut listing = Listing::spread(Some(1 << 20), 100);
        let pages = |step: &Step, found: bool| {
            let page = |ask: &Ask| {
                // Each part goes on to its next bucket, in a table of 2^20 of them.
                let high = (ask.cursor >> 8).reverse_bits() >> (64 - 12);
                let next = ((high + 1) << (64 - 12)).reverse_bits() << 8;
                let keys = if found { vec![key(ask.cursor)] } else { vec![] };
                (next | (ask.cursor % PARTS as u64), keys)
            };
            step.asks.iter().map(page).collect()
        };
        for number in 0..BARREN {
            let step = listing.step().expect("more of the table");
            assert!(step.page.is_empty(), "step {number}");
            listing.answer(pages(&step, number == 0)).expect("in order");
        }
        assert!(!listing.step().expect("a page").page.is_empty());
    }

    #[test]
    fn a_table_that_cannot_be_listed_in_parts_is_listed_again_as_a_whole() {
        let mut listing = Listing::spread(Some(1 << 20), 100);
        let first = listing.step().expect("parts");
        let second = listing.step().expect("other parts");
        assert!(first.asks.len() > 1 && second.asks.len() > 1);
        let pages = first.asks.iter().map(|ask| (77, vec![key(ask.cursor)]));
        assert_eq!(listing.answer(pages.collect()), Err(OutOfOrder));
        listing.give_back(std::iter::once(second));
        let again = listing.step().expect("from the beginning");
        assert_eq!((again.asks.len(), again.asks[0].cursor), (1, 0));
        assert_eq!(listing.waiting(), first.asks.len());
    }
}
