//! Tables, in Markdown.

use std::fmt::{Formatter, Result};

use crate::contest::{Contest, Standing, Turn};
use crate::contestants::Contestant;
use crate::files::Files;
use crate::growth::Size;
use crate::languages::Cost;
use crate::statistics::Spread;
use crate::targets::Target;

/// The contestants side by side.
pub(super) fn contest(f: &mut Formatter<'_>, contest: &Contest) -> Result {
    writeln!(f, "{} keys, data set {:?}:\n", contest.keys, contest.data)?;
    writeln!(
        f,
        "| way | thousand keys/s: median (range) | of B | Redis µs/key | client µs/key | another client's GET, p50 / p99 ms | client's memory, MiB |"
    )?;
    writeln!(f, "|---|---|---|---|---|---|---|")?;
    for standing in &contest.standings {
        row(f, contest, standing)?;
    }
    if let Some(idle) = idle(contest) {
        writeln!(f, "| nobody: the server at rest | | | | | {idle} | |")?;
    }
    writeln!(f)?;
    for (contestant, reason) in &contest.skipped {
        writeln!(f, "{} was left out: {reason}", contestant.label())?;
    }
    for standing in &contest.standings {
        for turn in &standing.rounds {
            if let Turn::Failed(reason) = turn {
                writeln!(
                    f,
                    "{}: a round failed: {reason}",
                    standing.contestant.label()
                )?;
            }
        }
    }
    Ok(())
}

fn row(f: &mut Formatter<'_>, contest: &Contest, standing: &Standing) -> Result {
    let label = standing.contestant.label();
    let Some(speed) = standing.spread(|round| round.keys_per_second / 1e3) else {
        return writeln!(f, "| {label} | failed | | | | | |");
    };
    let median = |figure: Option<Spread>| figure.map_or(f64::NAN, |spread| spread.median);
    let of_b = contest.standing(Contestant::B);
    let of_b = of_b.and_then(|b| standing.ratio(b, |round| round.keys_per_second));
    #[allow(clippy::cast_precision_loss, reason = "no process has 2^52 bytes")]
    let memory = median(standing.spread(|round| round.peak_bytes as f64 / f64::from(1 << 20)));
    writeln!(
        f,
        "| {label} | {:.0} ({:.0}–{:.0}) | {} | {:.1} | {:.1} | {:.2} / {:.1} | {memory:.0} |",
        speed.median,
        speed.least,
        speed.most,
        of_b.map_or_else(String::new, |ratio| format!("{:.2}", ratio.median)),
        median(standing.spread(|round| round.redis_us)),
        median(standing.spread(|round| round.client_us)),
        median(standing.spread(|round| round.busy.p50_ms)),
        median(standing.spread(|round| round.busy.p99_ms)),
    )
}

fn idle(contest: &Contest) -> Option<String> {
    let rounds = || contest.standings.iter().flat_map(Standing::done);
    let p50 = Spread::of(rounds().map(|round| round.idle.p50_ms))?;
    let p99 = Spread::of(rounds().map(|round| round.idle.p99_ms))?;
    Some(format!("{:.2} / {:.1}", p50.median, p99.median))
}

/// Codec and dry run.
#[allow(clippy::cast_precision_loss, reason = "no file has 2^52 bytes")]
pub(super) fn files(f: &mut Formatter<'_>, files: &Files) -> Result {
    writeln!(
        f,
        "An RDB file of {:.1} MB:\n",
        files.file_bytes as f64 / 1e6
    )?;
    writeln!(f, "| what | MB/s: median (range) |\n|---|---|")?;
    for (what, rate) in [
        ("reading and decoding, one core", files.decode),
        ("encoding, one core", files.encode),
        ("both, one after the other", files.codec),
        ("dry run, native transform, by the clock", files.dry_run),
        (
            "dry run, native transform, per core",
            files.dry_run_per_core,
        ),
    ] {
        writeln!(
            f,
            "| {what} | {:.0} ({:.0}–{:.0}) |",
            rate.median, rate.least, rate.most
        )?;
    }
    writeln!(f)
}

/// Remold by the number of keys.
pub(super) fn growth(f: &mut Formatter<'_>, sizes: &[Size]) -> Result {
    writeln!(f, "Remold, native transform, by the number of keys:\n")?;
    writeln!(
        f,
        "| keys | µs per key: median (range) | most memory, MiB |\n|---|---|---|"
    )?;
    for size in sizes {
        let us = size.us_per_key;
        writeln!(
            f,
            "| {} | {:.2} ({:.2}–{:.2}) | {} |",
            size.keys,
            us.median,
            us.least,
            us.most,
            size.peak_bytes >> 20
        )?;
    }
    writeln!(f)
}

/// The transform alone, by language.
pub(super) fn languages(f: &mut Formatter<'_>, costs: &[Cost]) -> Result {
    writeln!(f, "The transform alone, in each language and style:\n")?;
    writeln!(
        f,
        "| language | style | µs per record: median (range) | of native |\n|---|---|---|---|"
    )?;
    let native = costs.first().map_or(f64::NAN, |cost| cost.us.median);
    for cost in costs {
        let us = cost.us;
        writeln!(
            f,
            "| {} | {} | {:.2} ({:.2}–{:.2}) | {:.1} |",
            cost.language,
            cost.style,
            us.median,
            us.least,
            us.most,
            us.median / native
        )?;
    }
    writeln!(f)
}

/// Aims and figures.
pub(super) fn targets(f: &mut Formatter<'_>, targets: &[Target]) -> Result {
    writeln!(f, "| measure | aim | figure | |\n|---|---|---|---|")?;
    for target in targets {
        let verdict = if target.met { "met" } else { "**missed**" };
        writeln!(
            f,
            "| {} | {} | {} | {verdict} |",
            target.measure, target.aim, target.figure
        )?;
    }
    Ok(())
}
