//! Draws pairs of schemas and holds the verdicts of their comparison against documents: `compare_pairs [PAIRS] [SEED]`.
//!
//! The same as the test does, for longer. Prints the figures and each disagreement, of which there must be none.

#![allow(clippy::print_stdout, reason = "it is a program for a terminal")]

#[path = "../tests/compare/agreement.rs"]
mod agreement;
#[path = "../tests/compare/generate.rs"]
mod generate;
#[path = "../tests/compare/written.rs"]
mod written;

fn main() {
    let mut arguments = std::env::args()
        .skip(1)
        .map(|text| text.parse::<u64>().expect("a number"));
    let pairs = arguments.next().unwrap_or(100_000);
    let seed = arguments.next().unwrap_or(0);
    let started = std::time::Instant::now();
    let figures = agreement::check(seed, pairs, 10);
    for disagreement in figures.disagreements.iter().take(20) {
        println!("{disagreement}\n");
    }
    let [holds, broken, unknown] = figures.verdicts;
    println!(
        "{} pairs in {:?}; verdicts: {holds} hold, {broken} broken, {unknown} unknown; {} valid documents, {} of them not valid under the other; {} disagreements",
        figures.pairs,
        started.elapsed(),
        figures.documents,
        figures.telling,
        figures.disagreements.len(),
    );
    let mut unknown: Vec<_> = figures.unknown.into_iter().collect();
    unknown.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
    for (reason, times) in unknown.into_iter().take(25) {
        println!("{times:8} {reason}");
    }
}
