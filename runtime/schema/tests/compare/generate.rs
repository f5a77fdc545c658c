//! Schemas at random, small changes of them, and documents that are near to being valid.
//!
//! Everything is drawn from few names, few numbers and few strings, so that documents meet the bounds of schemas often.

use fastrand::Rng;
use serde_json::{Map, Value, json};

const NAMES: &[&str] = &["a", "b", "c", "x1"];
const STRINGS: &[&str] = &[
    "",
    "a",
    "b",
    "ab",
    "abc",
    "x1",
    "12",
    "2020-01-31",
    "a@example.com",
    "192.0.2.1",
    "é",
    "aaaa",
];
const PATTERNS: &[&str] = &[
    "^a", "b$", "^[a-z]+$", "^[a-z]*$", "^x", "^\\d+$", "^.{1,3}$", "a|b", "^(ab)*$", "^x\\d$",
    "^(?!a)",
];
const FORMATS: &[&str] = &["date", "email", "ipv4", "uuid", "unheard-of"];

/// Draws a schema with definitions to refer to.
pub(crate) fn schema(random: &mut Rng) -> Value {
    let mut root = match subschema(random, 3) {
        all @ Value::Bool(_) => json!({"allOf": [all]}),
        schema => schema,
    };
    if let Value::Object(members) = &mut root {
        let definitions = json!({"one": subschema(random, 2), "node": node(random)});
        members.insert("$defs".to_owned(), definitions);
    }
    root
}

/// A schema that refers to itself.
fn node(random: &mut Rng) -> Value {
    let mut node = json!({"type": "object", "properties": {"a": subschema(random, 1), "b": {"$ref": "#/$defs/node"}}});
    if random.bool() {
        node["additionalProperties"] = json!(random.bool());
    }
    if random.u8(0..4) == 0 {
        node["required"] = json!(["a"]);
    }
    node
}

fn pick<'v>(random: &mut Rng, from: &[&'v str]) -> &'v str {
    from[random.usize(0..from.len())]
}

fn number(random: &mut Rng) -> Value {
    match random.u8(0..8) {
        0 => json!(0.5),
        1 => json!(1.0),
        2 => json!(-1),
        3 => json!(2.25),
        4 => json!(10),
        _ => json!(random.i32(0..5)),
    }
}

/// Draws a small value.
pub(crate) fn value(random: &mut Rng, depth: u8) -> Value {
    match random.u8(0..if depth == 0 { 8 } else { 12 }) {
        0 => Value::Null,
        1 => json!(random.bool()),
        2..=4 => number(random),
        5..=7 => json!(pick(random, STRINGS)),
        8 | 9 => (0..random.u8(0..4))
            .map(|_| value(random, depth - 1))
            .collect(),
        _ => {
            let members = (0..random.u8(0..4))
                .map(|_| (pick(random, NAMES).to_owned(), value(random, depth - 1)));
            Value::Object(members.collect())
        }
    }
}

fn subschema(random: &mut Rng, depth: u8) -> Value {
    if random.u8(0..14) == 0 {
        return json!(random.u8(0..4) != 0);
    }
    let mut schema = Map::new();
    match random.u8(0..if depth == 0 { 7 } else { 20 }) {
        0 => add(random, &mut schema, "enum", depth),
        1 => add(random, &mut schema, "const", depth),
        2 | 3 => some(
            random,
            &mut schema,
            "string",
            &["minLength", "maxLength", "pattern", "format", "enum"],
            depth,
        ),
        4 | 5 => {
            let kind = if random.bool() { "integer" } else { "number" };
            some(
                random,
                &mut schema,
                kind,
                &[
                    "minimum",
                    "maximum",
                    "exclusiveMinimum",
                    "exclusiveMaximum",
                    "multipleOf",
                ],
                depth,
            );
        }
        6 => {
            schema.insert("type".to_owned(), json!(["string", "null"]));
        }
        7..=9 => some(
            random,
            &mut schema,
            "array",
            &[
                "items",
                "prefixItems",
                "minItems",
                "maxItems",
                "uniqueItems",
                "contains",
            ],
            depth,
        ),
        10..=15 => {
            add(random, &mut schema, "properties", depth);
            let more = [
                "required",
                "required",
                "additionalProperties",
                "additionalProperties",
                "patternProperties",
                "propertyNames",
                "minProperties",
                "maxProperties",
                "dependentRequired",
                "dependentSchemas",
            ];
            some(random, &mut schema, "object", &more, depth);
        }
        16 => add(random, &mut schema, "$ref", depth),
        17 => {
            add(random, &mut schema, "not", depth);
        }
        18 => {
            for keyword in ["if", "then", "else"] {
                add(random, &mut schema, keyword, depth);
            }
        }
        _ => {
            let keyword = pick(random, &["allOf", "anyOf", "oneOf"]);
            add(random, &mut schema, keyword, depth);
        }
    }
    Value::Object(schema)
}

fn some(
    random: &mut Rng,
    schema: &mut Map<String, Value>,
    kind: &str,
    keywords: &[&str],
    depth: u8,
) {
    if random.u8(0..8) != 0 {
        schema.insert("type".to_owned(), json!(kind));
    }
    for _ in 0..random.u8(0..4) {
        let keyword = pick(random, keywords);
        add(random, schema, keyword, depth);
    }
}

/// Sets a keyword to something.
fn add(random: &mut Rng, schema: &mut Map<String, Value>, keyword: &str, depth: u8) {
    let below = depth.saturating_sub(1);
    let list = |random: &mut Rng| {
        (0..random.u8(1..4))
            .map(|_| subschema(random, below))
            .collect::<Vec<_>>()
    };
    let set = match keyword {
        "type" => json!(pick(
            random,
            &[
                "string", "integer", "number", "object", "array", "null", "boolean"
            ]
        )),
        "enum" => (0..random.u8(1..4))
            .map(|_| value(random, depth.min(1)))
            .collect::<Vec<_>>()
            .into(),
        "const" => value(random, depth.min(2)),
        "minLength" | "minItems" | "minProperties" | "minContains" | "maxContains" => {
            json!(random.u8(0..4))
        }
        "maxLength" | "maxItems" | "maxProperties" => json!(random.u8(0..5)),
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => number(random),
        "multipleOf" => [
            json!(1),
            json!(2),
            json!(3),
            json!(0.5),
            json!(0.25),
            json!(1.5),
        ][random.usize(0..6)]
        .clone(),
        "pattern" => json!(pick(random, PATTERNS)),
        "format" => json!(pick(random, FORMATS)),
        "uniqueItems" => json!(random.u8(0..4) != 0),
        "required" => json!([pick(random, NAMES)]),
        "additionalProperties" if random.u8(0..3) != 0 => json!(random.u8(0..3) == 0),
        "propertyNames" => json!({"pattern": pick(random, PATTERNS)}),
        "properties" => (0..random.u8(1..4))
            .map(|_| (pick(random, NAMES).to_owned(), subschema(random, below)))
            .collect::<Map<_, _>>()
            .into(),
        "patternProperties" => json!({pick(random, PATTERNS): subschema(random, below)}),
        "dependentRequired" => json!({pick(random, NAMES): [pick(random, NAMES)]}),
        "dependentSchemas" => json!({pick(random, NAMES): subschema(random, below)}),
        "prefixItems" | "allOf" | "anyOf" | "oneOf" => Value::Array(list(random)),
        "contains" => {
            if random.u8(0..3) == 0 {
                schema.insert("minContains".to_owned(), json!(random.u8(0..3)));
            }
            if random.u8(0..3) == 0 {
                schema.insert("maxContains".to_owned(), json!(random.u8(0..3)));
            }
            subschema(random, below)
        }
        "$ref" => json!(if random.bool() {
            "#/$defs/one"
        } else {
            "#/$defs/node"
        }),
        "unevaluatedProperties" => json!(false),
        _ => subschema(random, below),
    };
    schema.insert(keyword.to_owned(), set);
}

const KEYWORDS: &[&str] = &[
    "type",
    "enum",
    "const",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "pattern",
    "format",
    "uniqueItems",
    "required",
    "additionalProperties",
    "propertyNames",
    "properties",
    "patternProperties",
    "dependentRequired",
    "dependentSchemas",
    "prefixItems",
    "items",
    "allOf",
    "anyOf",
    "oneOf",
    "contains",
    "not",
    "if",
    "then",
    "else",
    "unevaluatedProperties",
];

/// Changes a schema at one to three places.
pub(crate) fn changed(random: &mut Rng, schema: &Value) -> Value {
    let mut changed = schema.clone();
    for _ in 0..random.u8(1..4) {
        let mut places = Vec::new();
        collect(&changed, String::new(), &mut places);
        let place = places.swap_remove(random.usize(0..places.len()));
        if let Some(at) = changed.pointer_mut(&place) {
            change(random, at);
        }
    }
    changed
}

/// The places of all subschemas.
fn collect(schema: &Value, place: String, places: &mut Vec<String>) {
    let Value::Object(keywords) = schema else {
        places.push(place);
        return;
    };
    for (keyword, value) in keywords {
        match (keyword.as_str(), value) {
            (
                "properties" | "patternProperties" | "$defs" | "dependentSchemas",
                Value::Object(named),
            ) => {
                for (name, schema) in named {
                    collect(
                        schema,
                        format!(
                            "{place}/{keyword}/{}",
                            name.replace('~', "~0").replace('/', "~1")
                        ),
                        places,
                    );
                }
            }
            ("prefixItems" | "allOf" | "anyOf" | "oneOf", Value::Array(list)) => {
                for (index, schema) in list.iter().enumerate() {
                    collect(schema, format!("{place}/{keyword}/{index}"), places);
                }
            }
            (
                "items"
                | "additionalProperties"
                | "contains"
                | "propertyNames"
                | "not"
                | "if"
                | "then"
                | "else",
                schema,
            ) => {
                collect(schema, format!("{place}/{keyword}"), places);
            }
            _ => {}
        }
    }
    places.push(place);
}

fn change(random: &mut Rng, schema: &mut Value) {
    let Value::Object(keywords) = schema else {
        *schema = subschema(random, 1);
        return;
    };
    let names: Vec<String> = keywords
        .keys()
        .filter(|name| *name != "$defs" && *name != "$ref")
        .cloned()
        .collect();
    match random.u8(0..10) {
        0 | 1 if !names.is_empty() => {
            let name = &names[random.usize(0..names.len())];
            keywords.shift_remove(name);
        }
        2..=5 if !names.is_empty() => {
            let name = names[random.usize(0..names.len())].clone();
            match keywords.get_mut(&name) {
                Some(Value::Array(list)) if random.bool() && list.len() > 1 => {
                    list.remove(random.usize(0..list.len()));
                }
                Some(Value::Array(list)) if name == "enum" => list.push(value(random, 1)),
                Some(Value::Array(list)) if name == "required" => {
                    let name = json!(pick(random, NAMES));
                    if !list.contains(&name) {
                        list.push(name);
                    }
                }
                Some(Value::Array(list)) if name.ends_with("Of") => list.push(subschema(random, 1)),
                Some(Value::Object(named)) if name == "properties" => {
                    named.insert(pick(random, NAMES).to_owned(), subschema(random, 1));
                }
                _ => add(random, keywords, &name, 1),
            }
        }
        6 => {
            let inner = Value::Object(keywords.clone());
            if !inner.to_string().contains("$defs\"") || inner.get("$defs").is_none() {
                *schema = json!({"anyOf": [inner, subschema(random, 1)]});
            }
        }
        _ => {
            let keyword = pick(random, KEYWORDS);
            add(random, keywords, keyword, 1);
        }
    }
}

/// Draws a document with a schema in mind: mostly what it asks for, sometimes not.
pub(crate) fn document(random: &mut Rng, root: &Value, schema: &Value, depth: u8) -> Value {
    let Value::Object(keywords) = schema else {
        return value(random, 1);
    };
    if depth == 0 || random.u8(0..12) == 0 {
        return value(random, depth.min(1));
    }
    if let Some(reference) = keywords.get("$ref").and_then(Value::as_str)
        && let Some(target) = root.pointer(&reference[1..])
    {
        return document(random, root, target, depth - 1);
    }
    if let Some(only) = keywords.get("const") {
        return only.clone();
    }
    if let Some(Value::Array(values)) = keywords.get("enum")
        && !values.is_empty()
    {
        return values[random.usize(0..values.len())].clone();
    }
    for keyword in ["anyOf", "oneOf", "allOf"] {
        if let Some(Value::Array(branches)) = keywords.get(keyword)
            && random.u8(0..3) != 0
        {
            let branch = &branches[random.usize(0..branches.len())];
            return document(random, root, branch, depth - 1);
        }
    }
    for keyword in ["if", "then", "else"] {
        if let Some(branch) = keywords.get(keyword)
            && random.u8(0..4) == 0
        {
            return document(random, root, branch, depth - 1);
        }
    }
    let kind = match keywords.get("type") {
        Some(Value::String(kind)) => kind.clone(),
        Some(Value::Array(kinds)) => kinds[random.usize(0..kinds.len())]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        _ if [
            "properties",
            "required",
            "patternProperties",
            "additionalProperties",
        ]
        .iter()
        .any(|name| keywords.contains_key(*name)) =>
        {
            "object".to_owned()
        }
        _ if ["items", "prefixItems", "contains"]
            .iter()
            .any(|name| keywords.contains_key(*name)) =>
        {
            "array".to_owned()
        }
        _ if ["pattern", "minLength", "maxLength"]
            .iter()
            .any(|name| keywords.contains_key(*name)) =>
        {
            "string".to_owned()
        }
        _ => return value(random, 2),
    };
    match kind.as_str() {
        "string" => json!(pick(random, STRINGS)),
        "integer" | "number" => number_near(random, keywords),
        "array" => array(random, root, keywords, depth - 1),
        "object" => object(random, root, keywords, depth - 1),
        "boolean" => json!(random.bool()),
        _ => Value::Null,
    }
}

fn number_near(random: &mut Rng, keywords: &Map<String, Value>) -> Value {
    let bounds: Vec<f64> = [
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
    ]
    .iter()
    .filter_map(|name| keywords.get(*name).and_then(Value::as_f64))
    .collect();
    if bounds.is_empty() || random.u8(0..4) == 0 {
        return number(random);
    }
    let near = bounds[random.usize(0..bounds.len())]
        + [0.0, 0.0, 0.5, -0.5, 1.0, -1.0, 0.25][random.usize(0..7)];
    if near.fract() == 0.0 && random.bool() {
        #[allow(clippy::cast_possible_truncation, reason = "bounds are small")]
        return json!(near as i64);
    }
    json!(near)
}

fn array(random: &mut Rng, root: &Value, keywords: &Map<String, Value>, depth: u8) -> Value {
    let first = keywords
        .get("prefixItems")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let any = json!(true);
    (0..random.usize(0..5))
        .map(|place| {
            let schema = first
                .get(place)
                .or_else(|| keywords.get("items"))
                .unwrap_or(&any);
            let schema = match keywords.get("contains") {
                Some(wanted) if random.u8(0..3) == 0 => wanted,
                _ => schema,
            };
            document(random, root, schema, depth)
        })
        .collect()
}

fn object(random: &mut Rng, root: &Value, keywords: &Map<String, Value>, depth: u8) -> Value {
    let mut members = Map::new();
    let required = keywords
        .get("required")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let described = keywords
        .get("properties")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let any = json!(true);
    for name in NAMES {
        let needed = required.iter().any(|required| required == name);
        let likely = if needed {
            9
        } else if described.contains_key(*name) {
            6
        } else {
            1
        };
        if random.u8(0..10) < likely {
            let schema = described
                .get(*name)
                .or_else(|| keywords.get("additionalProperties"))
                .unwrap_or(&any);
            members.insert((*name).to_owned(), document(random, root, schema, depth));
        }
    }
    Value::Object(members)
}
