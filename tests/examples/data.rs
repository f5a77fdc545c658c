//! The committed data is what the program makes, and nothing in the folders is forgotten.

use remold_tests::ExampleData;

use crate::story::{STORIES, examples, read};

#[test]
fn the_committed_files_are_what_the_program_makes() {
    for data in ExampleData::all() {
        let path = examples().join(data.folder).join("data.rdb");
        let committed =
            std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(
            committed == data.file(),
            "{} is not what `cargo run -p remold-tests --example make_example_data` makes",
            path.display()
        );
        assert!(
            (40..=300).contains(&read(&path).len()),
            "{} is of a size to look at",
            path.display()
        );
    }
}

#[test]
fn every_folder_is_a_story_and_has_its_files() {
    let folders = std::fs::read_dir(examples()).expect("the folder can be listed");
    let folders = folders.map(|entry| entry.expect("an entry"));
    let mut folders: Vec<String> = folders
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().expect("names are UTF-8"))
        .collect();
    folders.sort();
    assert_eq!(folders, STORIES.map(|story| story.folder));
    for story in &STORIES {
        for file in ["README.md", "migration.yaml", "data.rdb", "cases"] {
            assert!(
                story.path().join(file).exists(),
                "{} has no {file}",
                story.folder
            );
        }
    }
}
