//! One field of a session can then be read and written alone: `HGET` instead of `GET`, parse, print, `SET`.

use remold_transform::{Record, Result, Value, export, fail, reject};
use serde_json::Value as Json;

export!(migrate, revert);

fn migrate(record: &Record) -> Result {
    let text = record.text().get()?;
    let session: Json = match serde_json::from_slice(&text) {
        Ok(session) => session,
        Err(error) => return reject("not-json", error.to_string()),
    };
    let members = match session {
        Json::Object(members) => members,
        Json::Array(_) => return reject("not-an-object", "the session is an array"),
        other => return reject("not-an-object", format!("the session is {other}")),
    };
    let fields = members.into_iter().filter_map(|(name, value)| {
        let value = match value {
            Json::Null => return None, // a field that is not there says the same
            Json::Bool(value) => String::from(if value { "1" } else { "0" }),
            Json::String(text) => text,
            other => other.to_string(), // numbers as they were written
        };
        Some((name, value))
    });
    record.set_value(&Value::hash(fields))?;
    Ok(())
}

fn revert(record: &Record) -> Result {
    let mut session = serde_json::Map::new();
    for field in record.hash().fields_text() {
        let (name, value) = field?;
        session.insert(name, Json::String(value));
    }
    for name in ["seen", "score", "roles"] {
        let Some(text) = session.get(name).and_then(Json::as_str) else {
            return fail(format!("there is no field {name}"));
        };
        let value = serde_json::from_str(text)?; // keeps 4.50 as it is
        session.insert(name.to_owned(), value);
    }
    let admin = session.get("admin").is_some_and(|admin| admin == "1");
    session.insert("admin".to_owned(), Json::Bool(admin));
    record.set_value(&Value::text(Json::Object(session).to_string()))?;
    Ok(())
}
