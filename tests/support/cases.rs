//! The cases beside a migration.

use remold::{CaseRunner, CaseVerdict, Migration};

/// Runs every case beside a migration, of which there are some in each file; returns what did not come out.
pub fn case_problems(migration: &Migration) -> Vec<String> {
    let runner = CaseRunner::new(migration);
    let files = runner.files().expect("the folder can be listed");
    assert!(!files.is_empty(), "{} has no cases", migration.name());
    let mut problems = Vec::new();
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
                problems.push(format!("{}, {}: {found:?}", migration.name(), report.name));
            }
        }
    }
    problems
}
