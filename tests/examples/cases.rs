//! Every case beside every story.

use remold::{CaseRunner, CaseVerdict};

use crate::story::STORIES;

#[test]
fn every_case_comes_out_as_it_says() {
    let mut problems = Vec::new();
    for story in &STORIES {
        let migration = story.migration();
        let runner = CaseRunner::new(&migration);
        let files = runner.files().expect("the folder can be listed");
        assert!(!files.is_empty(), "{} has no cases", story.folder);
        for file in files {
            let cases = runner
                .read(&file)
                .unwrap_or_else(|error| panic!("{error}"))
                .cases;
            assert!(!cases.is_empty(), "{} is empty", file.display());
            for case in &cases {
                let report = runner
                    .run(case)
                    .unwrap_or_else(|error| panic!("{}: {error}", case.name));
                if let CaseVerdict::Failed(found) = report.verdict {
                    problems.push(format!("{}, {}: {found:?}", story.folder, report.name));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
