//! `remold test`.

use insta::assert_snapshot;

use crate::support::Place;

#[test]
fn cases_that_pass() {
    assert_snapshot!(Place::with_users().remold(&["test", "."]).shown());
}

#[test]
fn a_case_that_fails_is_shown_as_a_difference() {
    let place = Place::with_users();
    place.replace("cases/split.yaml", "first: Ada,", "first: Ada L.,");
    place.replace("cases/split.yaml", "reject: no-name", "skip: true");
    assert_snapshot!(place.remold(&["test", "."]).shown());
}

#[test]
fn an_update_makes_the_cases_pass_and_keeps_everything_else() {
    let place = Place::with_users();
    place.replace("cases/split.yaml", "first: Ada,", "first: Ada L.,");
    place.replace("cases/split.yaml", "reject: no-name", "skip: true");
    assert_snapshot!(place.remold(&["test", ".", "--update"]).shown());
    assert_snapshot!(place.read("cases/split.yaml"));
    let again = place.remold(&["test", "."]);
    assert_eq!(again.code, 0, "{}", again.out);
}

#[test]
fn a_case_can_be_chosen_by_a_part_of_its_name() {
    let place = Place::with_users();
    let answer = place.remold(&["test", ".", "--case", "rejected"]);
    assert_eq!(
        (answer.code, answer.out.matches("ok    ").count()),
        (0, 1),
        "{}",
        answer.out
    );
    assert_snapshot!(
        place
            .remold(&["test", ".", "--case", "no such case"])
            .shown()
    );
}
