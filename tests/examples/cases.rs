//! Every case beside every story.

use remold_tests::case_problems;

use crate::story::STORIES;

#[test]
fn every_case_comes_out_as_it_says() {
    let problems: Vec<String> = STORIES
        .iter()
        .flat_map(|story| case_problems(&story.migration()))
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
