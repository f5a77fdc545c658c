//! Walks over model tables that stand still, grow and shrink, and over cursors of another make.

use super::*;

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found} {expected}");
}

/// What a server with a table of `size` buckets answers to a cursor: the buckets that it visits, and the next cursor.
fn scan(size: u64, cursor: u64, count: usize) -> (Vec<u64>, u64) {
    let (mut buckets, mut next) = (Vec::new(), cursor);
    for _ in 0..count {
        buckets.push(next & (size - 1));
        next |= !(size - 1);
        next = next.reverse_bits().wrapping_add(1).reverse_bits();
        if next == 0 {
            break;
        }
    }
    (buckets, next)
}

/// Lists a table whose size changes on the way; returns every bucket of the smallest size that was seen, in order.
fn listed(walk: &mut Walk, size: impl Fn(usize) -> u64, smallest: u64) -> Vec<u64> {
    let (mut seen, mut step) = (Vec::new(), 0);
    while !walk.is_through() {
        let asks = walk.ask(10);
        let mut cursors = Vec::new();
        for ask in asks {
            let (buckets, next) = scan(size(step), ask.cursor, ask.count);
            let shared = smallest.min(walk.parts as u64);
            assert_eq!(buckets[0] % shared, ask.cursor % shared);
            seen.extend(buckets.iter().map(|bucket| bucket % smallest));
            cursors.push(next);
        }
        if walk.advance(&cursors).is_err() {
            // A table with fewer buckets than there are parts is not listed in parts.
            assert!(smallest < PARTS as u64, "these cursors are in order");
            *walk = Walk::whole();
        }
        step += 1;
    }
    seen
}

fn complete(mut seen: Vec<u64>, smallest: u64) {
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen, (0..smallest).collect::<Vec<u64>>());
}

#[test]
fn every_bucket_of_a_still_table_is_listed_once() {
    for parts in [1, PARTS] {
        let seen = listed(&mut Walk::of(parts), |_| 1 << 14, 1 << 14);
        assert_eq!(seen.len(), 1 << 14, "{parts}");
        complete(seen, 1 << 14);
    }
}

#[test]
fn every_bucket_is_listed_while_the_table_grows_and_shrinks() {
    for (early, late) in [(1 << 12, 1 << 16), (1 << 16, 1 << 12), (1 << 16, 1 << 6)] {
        for change in 1..12 {
            let size = |step| if step < change { early } else { late };
            let smallest = early.min(late);
            complete(listed(&mut Walk::in_parts(), size, smallest), smallest);
        }
    }
}

#[test]
fn cursors_of_another_make_are_noticed() {
    // Counting upwards, an opaque token, the end at once, fewer bits than there are parts.
    for next in [|cursor: u64| cursor + 8, |_| 77, |_| 0, |cursor| cursor] {
        let mut walk = Walk::in_parts();
        let cursors: Vec<u64> = walk.ask(8).iter().map(|ask| next(ask.cursor)).collect();
        assert_eq!(walk.advance(&cursors), Err(OutOfOrder));
    }
    let mut walk = Walk::whole();
    for next in [123, 7, 0] {
        walk.ask(8);
        walk.advance(&[next]).expect("one cursor may be anything");
    }
    assert!(walk.is_through());
}

#[test]
fn steps_that_are_asked_together_are_of_different_parts() {
    let mut walk = Walk::in_parts();
    let mut asked = Vec::new();
    loop {
        let step = walk.ask(8);
        if step.is_empty() {
            break;
        }
        asked.push(step);
    }
    let parts: Vec<u64> = asked.iter().flatten().map(|ask| ask.cursor).collect();
    assert_eq!(parts, (0..PARTS as u64).collect::<Vec<u64>>());
    assert!(!walk.is_through() && Walk::whole().ask(8).len() == 1);
    // The first step answers; what has not answered is asked again, in the same order.
    let cursors: Vec<u64> = asked[0]
        .iter()
        .map(|ask| scan(1 << 14, ask.cursor, ask.count).1)
        .collect();
    walk.advance(&cursors).expect("in order");
    walk.ask_again();
    assert_eq!(walk.ask(8), asked[1]);
}

#[test]
fn the_walk_tells_how_far_the_table_was_listed() {
    let mut walk = Walk::whole();
    near(walk.fraction(), 0.0);
    // In a table of eight the buckets come in the order 0, 4, 2, 6, 1, 5, 3, 7.
    for (place, bucket) in [4_u64, 2, 6, 1, 5, 3, 7].into_iter().enumerate() {
        walk.ask(1);
        walk.advance(&[bucket]).expect("in order");
        near(
            walk.fraction(),
            f64::from(u8::try_from(place + 1).expect("small")) / 8.0,
        );
    }
    let mut walk = Walk::in_parts();
    let mut before = 0.0;
    while !walk.is_through() {
        let cursors: Vec<u64> = walk
            .ask(8)
            .iter()
            .map(|ask| scan(1 << 12, ask.cursor, ask.count).1)
            .collect();
        walk.advance(&cursors).expect("in order");
        assert!(walk.fraction() > before, "{before}");
        before = walk.fraction();
    }
    near(before, 1.0);
}
