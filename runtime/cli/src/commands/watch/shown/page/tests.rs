//! What is on the page, without colours.

use super::*;
use crate::report::Report;

fn ended(number: u64, result: Result<Findings, Failure>) -> Ended {
    Ended {
        number,
        files: vec!["split.rhai".to_owned()],
        took: Duration::from_millis(12),
        result,
    }
}

fn findings(difference: Option<&str>) -> Findings {
    Findings {
        exit: Exit::Success,
        summary: "2 cases, 1 passed, 1 failed\n".to_owned(),
        difference: difference.map(str::to_owned),
        standing: "still FAILED  b\n        why\n".to_owned(),
        standing_in_short: "still FAILED  b\n".to_owned(),
        log: String::new(),
        listing: "ok      a\nFAILED  b\n".to_owned(),
        document: serde_json::Value::Null,
        different: serde_json::Value::Null,
    }
}

fn shown(page: &Page) -> String {
    let lines = layout::whole(&page.parts(), 80).join("\n");
    anstream::adapter::strip_str(&lines).to_string()
}

#[test]
fn a_page_goes_from_a_first_result_to_a_difference_to_an_error_and_back() {
    let mut page = Page::new("remold test .".to_owned());
    assert_eq!(shown(&page), "remold test .");
    page.round(ended(1, Ok(findings(None))));
    assert_eq!(
        shown(&page),
        "remold test .  round 1 after split.rhai, 12 ms\n\n2 cases, 1 passed, 1 failed\n\nok      a\nFAILED  b"
    );
    page.round(ended(2, Ok(findings(Some("ok → FAILED  a\n")))));
    assert_eq!(
        shown(&page),
        "remold test .  round 2 after split.rhai, 12 ms\n\n2 cases, 1 passed, 1 failed\n\nok → FAILED  a\n\n\
         still FAILED  b\n        why"
    );
    let report = Report::new(Exit::Failed, "no-such-code", "it does not compile");
    page.round(ended(3, Err(report.into())));
    assert_eq!(
        shown(&page),
        "remold test .  round 3 after split.rhai, 12 ms\n\nerror: it does not compile\n\n\
         ─── the last good result, of round 2 ───\n\n2 cases, 1 passed, 1 failed\n\nok → FAILED  a\n\n\
         still FAILED  b\n        why"
    );
    page.round(ended(4, Ok(findings(Some("")))));
    assert_eq!(
        shown(&page),
        "remold test .  round 4 after split.rhai, 12 ms\n\n2 cases, 1 passed, 1 failed\n\n\
         no difference to the last result\n\nstill FAILED  b\n        why"
    );
}

#[test]
fn what_the_newest_round_came_to_is_seen_from_afar() {
    let mut page = Page::new("remold test .".to_owned());
    let exits = [Exit::Success, Exit::Rejects, Exit::Failed];
    let moods = exits.map(|exit| {
        page.round(ended(
            1,
            Ok(Findings {
                exit,
                ..findings(None)
            }),
        ));
        page.mood()
    });
    assert_eq!(moods, [GOOD, NOTE, BAD]);
    page.round(ended(2, Ok(findings(None))));
    let report = Report::new(Exit::Failed, "no-such-code", "it does not compile");
    page.round(ended(3, Err(report.into())));
    assert_eq!(page.mood(), BAD);
}

#[test]
fn the_last_line_says_what_is_going_on() {
    let plain = |now: &Now<'_>| anstream::adapter::strip_str(&foot(now, GOOD)).to_string();
    assert_eq!(
        plain(&Now::Waiting(3)),
        "● waiting for a change in 3 files  Ctrl-C ends"
    );
    let running = Now::Running {
        since: Duration::from_millis(2_500),
        doing: "building  $ cargo build",
        progress: None,
    };
    assert_eq!(
        plain(&running),
        "⠋ building  $ cargo build  2 s  Ctrl-C ends"
    );
}

#[test]
fn what_has_to_be_known_stays_on_the_page() {
    let mut page = Page::new("remold test .".to_owned());
    page.note("note: polling\nhint: more watches");
    page.round(ended(1, Ok(findings(None))));
    assert!(
        shown(&page).contains("\n\nnote: polling\nhint: more watches\n\n"),
        "{}",
        shown(&page)
    );
}
