//! Errors show their place.

use super::*;
use crate::Document;

const VALID: &str = "\
apiVersion: remold.dev/v1alpha1
kind: RedisMigration
metadata: { name: a }
spec:
  transform: { rhai: { file: gone.rhai } }
";

#[test]
fn a_place_is_counted_in_characters_and_given_in_bytes() {
    let text = "äöü: [b,\r\n  \u{1f600}: 1]\r\n";
    let at = text.find('1').expect("it is there");
    let problem = Problem::Zero;
    let errors = ManifestErrors::new(
        "f",
        text,
        vec![Finding::new(at..at + 1, Path::default(), problem)],
    );
    let error = errors.first().expect("there is one");
    assert_eq!((error.line, error.column), (2, 6));
    assert_eq!(&text[error.span.clone()], "1");
    assert_eq!(error.source_line, "  \u{1f600}: 1]");
    assert!(
        error
            .to_string()
            .ends_with("2 |   \u{1f600}: 1]\n  |      ^"),
        "{error}"
    );
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let text = "a: \u{1b}[31m\u{202e}\t\u{7}x";
    let finding = Finding::new(0..1, Path::default(), Problem::Zero);
    let shown = ManifestErrors::new("f", text, vec![finding]).to_string();
    assert!(
        shown.chars().all(|c| c == '\n' || !c.is_control()),
        "{shown:?}"
    );
    assert!(!shown.contains('\u{202e}'));
}

#[test]
fn of_very_many_errors_the_rest_is_counted() {
    let fields: Vec<String> = (0..120).map(|n| format!("unknown{n}: 1\n")).collect();
    let errors = crate::parse("many.yaml", &fields.concat()).expect_err("no field is known");
    assert_eq!(errors.iter().count(), 50);
    // The four fields that are missing are among them.
    assert_eq!(errors.omitted(), 120 + 4 - 50);
    assert!(errors.to_string().ends_with("and 74 more"));
}

#[test]
fn what_is_found_out_later_is_shown_at_its_place() {
    let document = Document::read("a.yaml", VALID).expect("the document is valid");
    let path = Path::of(&["spec", "transform", "rhai", "file"]);
    let span = document.span(&path).expect("it is in the text");
    assert_eq!(&VALID[span], "gone.rhai");
    let problem = Problem::Unreadable {
        message: "no such file".to_owned(),
    };
    let errors = document.error_at(&path, problem.clone());
    assert_eq!(
        errors.to_string(),
        "this cannot be read: no such file\n  --> a.yaml:5:30, spec.transform.rhai.file\n  |\n\
         5 |   transform: { rhai: { file: gone.rhai } }\n  |                              ^^^^^^^^^"
    );
    // A default has no place of its own: the closest part around it is shown.
    let default = Path::of(&["metadata", "labels", "team"]);
    assert_eq!(document.span(&default), None);
    let errors = document.error_at(&default, problem);
    assert_eq!(errors.first().map(|error| error.line), Some(3));
}
