//! What is told of the difference between two versions. That scripts run and cases pass, the tests of the command line show.

use super::*;
use crate::definition::References;

mod scripts;

fn definition(version: &str, rest: &str) -> Definition {
    let text = format!(
        "apiVersion: remold.dev/v1alpha1\nkind: RedisSchema\nmetadata: {{ name: user }}\nspec:\n  subject: user\n  version: {version}\n{rest}"
    );
    Definition::read("schema.yaml", &text, &References::new()).expect("it is a schema")
}

fn hash(version: &str, required: &str, properties: &str) -> Definition {
    let rest = format!(
        "  keys: \"user:{{id}}\"\n  type: hash\n  schema: {{ type: object, required: {required}, properties: {properties} }}\n"
    );
    definition(version, &rest)
}

#[test]
fn a_name_that_is_nearly_the_same_is_taken_and_another_is_offered() {
    let old = hash(
        "1.0.0",
        "[]",
        "{ userName: { type: string }, mail: { type: string }, age: { type: string } }",
    );
    let new = hash(
        "2.0.0",
        "[email]",
        "{ user_name: { type: string }, email: { type: string }, age: { type: integer } }",
    );
    let generated = generate("up", &old, &new, ScriptLanguage::Rhai);
    assert_eq!(
        generated.edits,
        [
            Edit::Rename {
                from: "userName".to_owned(),
                to: "user_name".to_owned(),
                similarity: 1.0
            },
            Edit::Cast {
                name: "age".to_owned(),
                from: Type::Text,
                to: Type::Integer
            },
            Edit::Missing {
                name: "email".to_owned(),
                perhaps: vec![("mail".to_owned(), 0.8)],
                is_new: true
            },
            Edit::Drop {
                name: "mail".to_owned(),
                perhaps: Some(("email".to_owned(), 0.8))
            },
        ]
    );
    assert_eq!(
        generated.todos,
        ["email is required, and its value is not known; it may be what was mail (0.80)"]
    );
    assert!(!generated.reverts);
    let files: Vec<&str> = generated
        .files
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        files,
        [
            "migration.yaml",
            "up.rhai",
            "cases/generated.yaml",
            "schemas/user/1.0.0.yaml",
            "schemas/user/2.0.0.yaml"
        ]
    );
}

#[test]
fn what_cannot_be_told_is_left_to_a_person() {
    let old = definition("1.0.0", "  keys: \"user:{id}\"\n  type: list\n");
    let new = definition(
        "2.0.0",
        "  keys: \"user:{tenant}:{id}\"\n  type: hash\n  ttl: { required: true }\n",
    );
    let codes: Vec<String> = generate("up", &old, &new, ScriptLanguage::Rhai)
        .edits
        .into_iter()
        .filter_map(|edit| match edit {
            Edit::ByHand { code, .. } => Some(code),
            _ => None,
        })
        .collect();
    assert_eq!(codes, ["type", "expiry", "key"]);
}

#[test]
fn a_way_back_has_cases_too() {
    let old = hash("1.0.0", "[userName]", "{ userName: { type: string } }");
    let new = hash("2.0.0", "[user_name]", "{ user_name: { type: string } }");
    let generated = generate("up", &old, &new, ScriptLanguage::Rhai);
    assert!(generated.reverts);
    let mut files = generated.files.iter();
    let cases = files.find(|(name, _)| name == "cases/generated.yaml");
    let (_, cases) = cases.expect("there are cases");
    let (there, back) = cases.split_once("direction: revert").expect("there is one");
    assert!(
        there.contains("expect: { \"user:1\": { hash: { user_name: text } } }"),
        "{cases}"
    );
    assert!(
        back.contains("expect: { \"user:1\": { hash: { userName: text } } }"),
        "{cases}"
    );
}

#[test]
fn what_is_left_to_do_has_a_case_with_its_rejection() {
    let old = hash("1.0.0", "[name]", "{ name: { type: string } }");
    let list = definition("1.0.0", "  keys: \"user:{id}\"\n  type: list\n");
    let both = "{ name: { type: string }, mail: { type: string } }";
    for (old, new, code) in [
        (&old, hash("2.0.0", "[name, mail]", both), "todo-mail"),
        (
            &list,
            hash("2.0.0", "[name]", "{ name: { type: string } }"),
            "todo-type",
        ),
        (
            &old,
            definition("2.0.0", "  keys: \"user:{id}\"\n  type: list\n"),
            "todo-type",
        ),
    ] {
        let generated = generate("up", old, &new, ScriptLanguage::Rhai);
        assert!(!generated.todos.is_empty());
        let mut files = generated.files.iter();
        let cases = files.find(|(name, _)| name == "cases/generated.yaml");
        let (_, cases) = cases.expect("there are cases");
        assert!(cases.contains(&format!("reject: {code}")), "{cases}");
    }
}
