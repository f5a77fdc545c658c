//! Which cases came out differently.

use std::collections::HashMap;

use remold::CaseProblem;

/// What came of a case.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::commands::watch) struct CaseState {
    /// Its file.
    pub(in crate::commands::watch) file: String,
    /// The line in it, which is no part of what it is: it moves when the file is edited.
    pub(in crate::commands::watch) line: usize,
    /// Its name.
    pub(in crate::commands::watch) name: String,
    /// What is wrong; nothing if it came out as expected.
    pub(in crate::commands::watch) problems: Vec<CaseProblem>,
}

/// What has become of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::commands::watch) enum Turn {
    /// It came out as expected and does not any more.
    Broke,
    /// It did not come out as expected and does now.
    Mended,
    /// It does not come out as expected, in another way than before.
    FailsOtherwise,
    /// It was not there before, and comes out as expected.
    NewOk,
    /// It was not there before, and does not come out as expected.
    NewFailed,
    /// It is not there any more.
    Gone,
}

/// Tells a case from the others: file, name, and which one of that name it is.
type Identity<'a> = (&'a str, &'a str, usize);

/// Lists the cases that came out differently: those that are there in their order, then those that are gone.
pub(in crate::commands::watch) fn turns<'a>(
    before: &'a [CaseState],
    after: &'a [CaseState],
) -> Vec<(Turn, &'a CaseState)> {
    let mut left: HashMap<Identity<'_>, &CaseState> = identified(before).collect();
    let mut turns = Vec::new();
    for (identity, case) in identified(after) {
        let is_ok = case.problems.is_empty();
        let turn = match left.remove(&identity) {
            None if is_ok => Turn::NewOk,
            None => Turn::NewFailed,
            Some(was) if was.problems == case.problems => continue,
            Some(_) if is_ok => Turn::Mended,
            Some(was) if was.problems.is_empty() => Turn::Broke,
            Some(_) => Turn::FailsOtherwise,
        };
        turns.push((turn, case));
    }
    let gone = identified(before).filter(|(identity, _)| left.contains_key(identity));
    turns.extend(gone.map(|(_, case)| (Turn::Gone, case)));
    turns
}

/// Lists the cases that do not come out as expected, in the same way as before.
pub(in crate::commands::watch) fn still_failing<'a>(
    before: &[CaseState],
    after: &'a [CaseState],
) -> Vec<&'a CaseState> {
    let was: HashMap<Identity<'_>, &CaseState> = identified(before).collect();
    let is_same = |(identity, case): &(Identity<'_>, &CaseState)| {
        let was = was.get(identity);
        !case.problems.is_empty() && was.is_some_and(|was| was.problems == case.problems)
    };
    let same = identified(after).filter(is_same);
    same.map(|(_, case)| case).collect()
}

fn identified(cases: &[CaseState]) -> impl Iterator<Item = (Identity<'_>, &CaseState)> {
    let mut seen: HashMap<(&str, &str), usize> = HashMap::new();
    cases.iter().map(move |case| {
        let name = (case.file.as_str(), case.name.as_str());
        let times = seen.entry(name).or_default();
        *times += 1;
        ((name.0, name.1, *times), case)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(name: &str, problem: &str) -> CaseState {
        let problem = (!problem.is_empty()).then(|| CaseProblem {
            key: None,
            message: problem.to_owned(),
            expected: String::new(),
            found: String::new(),
            records: None,
        });
        CaseState {
            file: "cases/a.yaml".to_owned(),
            line: 1,
            name: name.to_owned(),
            problems: problem.into_iter().collect(),
        }
    }

    fn check(before: &[CaseState], after: &[CaseState], expect: &[(Turn, &str)]) {
        let turns = turns(before, after);
        let found: Vec<(Turn, &str)> = turns
            .iter()
            .map(|(turn, case)| (*turn, case.name.as_str()))
            .collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn each_way_to_come_out_differently_is_told() {
        let before = [
            case("breaks", ""),
            case("is mended", "wrong"),
            case("fails otherwise", "wrong"),
            case("stays ok", ""),
            case("goes on failing", "wrong"),
            case("goes away", ""),
        ];
        let after = [
            case("is new", ""),
            case("breaks", "wrong"),
            case("is mended", ""),
            case("fails otherwise", "worse"),
            case("stays ok", ""),
            case("goes on failing", "wrong"),
            case("is new and wrong", "wrong"),
        ];
        check(
            &before,
            &after,
            &[
                (Turn::NewOk, "is new"),
                (Turn::Broke, "breaks"),
                (Turn::Mended, "is mended"),
                (Turn::FailsOtherwise, "fails otherwise"),
                (Turn::NewFailed, "is new and wrong"),
                (Turn::Gone, "goes away"),
            ],
        );
        let still = still_failing(&before, &after);
        assert_eq!(still, [&case("goes on failing", "wrong")]);
    }

    #[test]
    fn a_case_that_moves_in_its_file_is_the_same() {
        let moved = CaseState {
            line: 40,
            ..case("a", "wrong")
        };
        check(&[case("a", "wrong")], std::slice::from_ref(&moved), &[]);
        assert_eq!(still_failing(&[case("a", "wrong")], &[moved]).len(), 1);
    }

    #[test]
    fn cases_of_one_name_are_told_apart_by_their_order() {
        let before = [case("a", ""), case("a", "")];
        check(
            &before,
            &[case("a", ""), case("a", "wrong")],
            &[(Turn::Broke, "a")],
        );
        check(&before, &[case("a", "")], &[(Turn::Gone, "a")]);
        let elsewhere = CaseState {
            file: "cases/b.yaml".to_owned(),
            ..case("a", "")
        };
        check(
            &[case("a", "")],
            &[elsewhere],
            &[(Turn::NewOk, "a"), (Turn::Gone, "a")],
        );
    }
}
