//! Thousands of stories hold, the same seed tells the same story, and without any one rule some story does not hold.

#![cfg(remold_simulation)]

use remold_simulation::{Rule, Rules, tell};

/// Stories in the tests; `tests/simulation/run seeds` tells more.
const SEEDS: u64 = 4000;

#[test]
fn every_key_is_migrated_once_and_nothing_is_lost() {
    for seed in 0..SEEDS {
        let ending = tell(seed, Rules::ALL);
        if let Some(breach) = ending.breach {
            let story = ending.story.join("\n  ");
            panic!("seed {seed}: {breach}\n  {story}\nagain: tests/simulation/run seed {seed}");
        }
    }
}

#[test]
fn a_seed_always_tells_the_same_story() {
    for seed in 0..20 {
        assert_eq!(
            tell(seed, Rules::ALL).story,
            tell(seed, Rules::ALL).story,
            "seed {seed}"
        );
    }
}

#[test]
fn without_any_one_rule_some_story_does_not_hold() {
    for rule in Rule::ALL {
        let rules = Rules::without(rule);
        let seed = (0..SEEDS * 5).find(|seed| tell(*seed, rules).breach.is_some());
        assert!(
            seed.is_some(),
            "nothing shows that {} is needed",
            rule.name()
        );
    }
}
