//! Schemas of one version: what they refuse, and where.

use remold_host_api::{Collection, HashField};

use super::*;

const NOW: u64 = 1_790_000_000_000;

fn definition(spec: &str) -> Result<Definition, ManifestErrors> {
    with_references(spec, &References::new())
}

fn with_references(spec: &str, references: &References) -> Result<Definition, ManifestErrors> {
    let text = format!(
        "apiVersion: remold.dev/v1alpha1\nkind: RedisSchema\nmetadata: {{ name: user-1.0.0 }}\nspec:\n{spec}"
    );
    Definition::read("user.yaml", &text, references)
}

fn hash(fields: &[(&str, &str)]) -> Stored {
    let field = |&(name, value): &(&str, &str)| HashField {
        name: Bytes::copy_from_slice(name.as_bytes()),
        value: Bytes::copy_from_slice(value.as_bytes()),
        expires_at: None,
    };
    let fields: Vec<HashField> = fields.iter().map(field).collect();
    Stored::Hash(Collection::try_from_items(fields).expect("the names differ"))
}

/// Says what breaks, as `pointer rule: message` lines.
fn broken(
    definition: &Definition,
    key: &'static str,
    value: &Stored,
    expires_at: Option<u64>,
) -> Vec<String> {
    let key = Bytes::from_static(key.as_bytes());
    let seen = Seen {
        key: &key,
        value,
        expires_at,
    };
    let violations = definition.violations(seen, NOW, Occasion::Found);
    assert_eq!(
        violations.is_empty(),
        definition.accepts(seen, NOW, Occasion::Found)
    );
    violations
        .iter()
        .map(|violation| format!("{} {}", violation.rule, violation))
        .collect()
}

const USER: &str = "
  subject: user
  version: 1.0.0
  keys: \"user:{id:integer}\"
  type: hash
  ttl: { max: 1d }
  fields: { profile: { encoding: json }, token: { ttl: { required: true } } }
  schema:
    type: object
    required: [name]
    additionalProperties: false
    properties:
      name: { type: string, minLength: 2 }
      age: { type: integer, minimum: 0 }
      born: { type: string, format: date }
      token: true
      profile: { type: object, properties: { zip: { type: string } } }
";

#[test]
fn violations_have_the_place_of_the_value_and_of_the_rule() {
    let user = definition(USER).expect("it is a schema");
    let good = hash(&[
        ("name", "Ada"),
        ("age", "36"),
        ("born", "1815-12-10"),
        ("profile", "{}"),
    ]);
    assert_eq!(broken(&user, "user:1", &good, None), [""; 0]);
    for (fields, expected) in [
        (
            vec![("name", "Ada"), ("age", "-1")],
            "/schema/properties/age/minimum /age: -1 is less than 0",
        ),
        (
            vec![("name", "Ada"), ("age", "old")],
            "/schema/properties/age/type /age: expected a whole number, found the text \"old\"",
        ),
        (vec![("age", "1")], "/schema/required `name` is missing"),
        (
            vec![("name", "Ada"), ("nme", "x")],
            "/schema/additionalProperties `nme` is not among the members that exist",
        ),
        (
            vec![("name", "Ada"), ("born", "1815-13-10")],
            "/schema/properties/born/format /born: \"1815-13-10\" has not the form `date`",
        ),
        (
            vec![("name", "Ada"), ("profile", "{\"zip\":1}")],
            "/schema/properties/profile/properties/zip/type /profile/zip: expected a text, found the number 1",
        ),
        (
            vec![("name", "Ada"), ("profile", "{")],
            "/fields/profile/encoding /profile: this is not JSON: EOF while parsing an object at line 1 column 1",
        ),
        (
            vec![("name", "Ada"), ("token", "x")],
            "/fields/token/ttl /token: the field has no expiry",
        ),
    ] {
        assert_eq!(broken(&user, "user:1", &hash(&fields), None), [expected]);
    }
    assert_eq!(
        broken(&user, "user:x", &good, None),
        ["/keys the key does not match `user:{id:integer}`"]
    );
    assert_eq!(
        broken(&user, "user:1", &Stored::Text(Bytes::new()), None),
        ["/type this is a text, not a hash"]
    );
    assert_eq!(
        broken(&user, "user:1", &good, Some(NOW + 2 * 86_400_000)),
        ["/ttl the key lives for 2d more, at most 1d is accepted"]
    );
}

#[test]
fn a_least_time_to_live_is_asked_of_what_is_written() {
    let spec = "
  subject: s
  version: 1.0.0
  keys: \"s:{id}\"
  type: text
  ttl: { required: true, min: 1h }
";
    let definition = definition(spec).expect("it is a schema");
    let (key, value) = (Bytes::from_static(b"s:1"), Stored::Text(Bytes::new()));
    let seen = |expires_at| Seen {
        key: &key,
        value: &value,
        expires_at,
    };
    let soon = seen(Some(NOW + 60_000));
    assert!(definition.accepts(soon, NOW, Occasion::Found));
    assert!(!definition.accepts(soon, NOW, Occasion::Written));
    assert!(definition.accepts(seen(Some(NOW + 3_600_000)), NOW, Occasion::Written));
    assert!(!definition.accepts(seen(None), NOW, Occasion::Found));
}

/// Returns the first error as `line:column path: message`, and the first hint.
fn refused(spec: &str, references: &References) -> (String, String) {
    let errors = with_references(spec, references).expect_err(spec);
    let error = errors.first().expect("there is one");
    let hint = error.hints().first().cloned().unwrap_or_default();
    (
        format!(
            "{}:{} {}: {}",
            error.line, error.column, error.path, error.problem
        ),
        hint,
    )
}

#[test]
fn what_is_no_schema_is_refused_at_its_place() {
    let begin =
        "  subject: user\n  version: 1.0.0\n  keys: \"user:{id}\"\n  type: hash\n  schema:\n";
    for (schema, expected) in [
        ("    type: objct\n", "10:11 spec.schema.type: "),
        (
            "    properties:\n      a: { minimum: x }\n",
            "11:21 spec.schema.properties.a.minimum: ",
        ),
        (
            "    properties:\n      a: { pattern: \"(a\" }\n",
            "11:21 spec.schema.properties.a.pattern: ",
        ),
        (
            "    properties:\n      a: { pattern: \"(?=a)b\" }\n",
            "11:21 spec.schema.properties.a.pattern: ",
        ),
        (
            "    $ref: http://json-schema.org/schema\n",
            "10:11 spec.schema.\"$ref\": `http://json-schema.org/schema` leads out of the registry",
        ),
        (
            "    $ref: remold:address/1.0.0\n",
            "10:11 spec.schema.\"$ref\": `remold:address/1.0.0`: the registry has no schema `address/1.0.0`",
        ),
        (
            "    $ref: \"#/$defs/x\"\n",
            "10:11 spec.schema.\"$ref\": `#/$defs/x` leads nowhere",
        ),
    ] {
        let (found, _) = refused(&format!("{begin}{schema}"), &References::new());
        assert!(found.starts_with(expected), "{found}\n{expected}");
    }
    let (found, hint) = refused(
        "  subject: user\n  version: 1.0.0\n  keys: \"user:{id\"\n  type: hash\n",
        &References::new(),
    );
    assert_eq!(
        found,
        "7:9 spec.keys: `user:{id` is no pattern of keys: this `{` is not closed, at character 6"
    );
    assert!(hint.contains("written twice"), "{hint}");
}

#[test]
fn schemas_refer_to_others_of_the_registry() {
    let address = serde_json::json!({"type": "object", "required": ["zip"], "$defs": {"zip": {"pattern": "^[0-9]{5}$"}}});
    let references = References::from([("remold:address/1.0.0".to_owned(), address)]);
    let spec = "
  subject: user
  version: 1.0.0
  keys: \"user:{id}\"
  type: hash
  schema:
    properties:
      home: { $ref: remold:address/1.0.0 }
      zip: { $ref: \"remold:address/1.0.0#/$defs/zip\" }
";
    let user = with_references(spec, &references).expect("it is a schema");
    assert_eq!(user.referred(), ["address/1.0.0"]);
    assert_eq!(
        broken(
            &user,
            "user:1",
            &hash(&[("home", "{\"zip\":1}"), ("zip", "12345")]),
            None
        ),
        [""; 0]
    );
    assert_eq!(
        broken(
            &user,
            "user:1",
            &hash(&[("home", "{}"), ("zip", "1")]),
            None
        )
        .len(),
        2
    );
}

#[test]
fn older_drafts_are_read_as_they_were() {
    let spec = "
  subject: t
  version: 1.0.0
  keys: \"t:{id}\"
  type: text
  encoding: json
  schema: { $schema: \"http://json-schema.org/draft-04/schema#\", minimum: 1, exclusiveMinimum: true }
";
    let definition = definition(spec).expect("it is a schema of draft 4");
    assert_eq!(
        broken(
            &definition,
            "t:1",
            &Stored::Text(Bytes::from_static(b"2")),
            None
        ),
        [""; 0]
    );
    assert_eq!(
        broken(
            &definition,
            "t:1",
            &Stored::Text(Bytes::from_static(b"1")),
            None
        )
        .len(),
        1
    );
}

#[test]
fn hostile_schemas_end() {
    let begun = std::time::Instant::now();
    let head = "  subject: h\n  version: 1.0.0\n  keys: \"h:{id}\"\n  type: text\n  encoding: json\n  schema:\n";
    // References in a circle hold nothing against anything.
    for circle in [
        "    $ref: \"#\"\n",
        "    $ref: \"#/$defs/a\"\n    $defs: { a: { $ref: \"#/$defs/b\" }, b: { $ref: \"#/$defs/a\" } }\n",
        "    anyOf: [{ $ref: \"#\" }, { $ref: \"#\" }]\n",
    ] {
        if let Ok(definition) = definition(&format!("{head}{circle}")) {
            let _ = broken(
                &definition,
                "h:1",
                &Stored::Text(Bytes::from_static(b"[[1]]")),
                None,
            );
        }
    }
    let huge: Vec<String> = (0..100_000).map(|number| format!("w{number}")).collect();
    let definition = super::tests::definition(&format!("{head}    enum: [{}]\n", huge.join(",")))
        .expect("it is a schema");
    assert_eq!(
        broken(
            &definition,
            "h:1",
            &Stored::Text(Bytes::from_static(b"\"w99999\"")),
            None
        ),
        [""; 0]
    );
    let slow = "    pattern: \"^(a+)+$\"\n";
    let definition = super::tests::definition(&format!("{head}{slow}")).expect("it is a schema");
    let text = format!("\"{}b\"", "a".repeat(50_000));
    assert_eq!(
        broken(&definition, "h:1", &Stored::Text(Bytes::from(text)), None).len(),
        1
    );
    let large = "    pattern: \"^(a{1000}){1000}$\"\n";
    let (found, _) = refused(&format!("{head}{large}"), &References::new());
    assert!(found.contains("pattern"), "{found}");
    let deep = format!("    {}\n", "{ items: ".repeat(5000) + &"}".repeat(5000));
    assert!(super::tests::definition(&format!("{head}{deep}")).is_err());
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
}
