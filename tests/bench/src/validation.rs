//! What it costs to hold a record against a schema: eight fields, each with a type, two of them with a format.

use std::hint::black_box;
use std::time::Instant;

use bytes::Bytes;
use remold::host_api::{Entry, HashField, Value};
use remold::schema::{Definition, Occasion, References, Seen};
use serde::Serialize;

use crate::error::Error;
use crate::report;
use crate::statistics::Spread;

/// So many records are held against it in a round.
const RECORDS: u32 = 200_000;

const SCHEMA: &str = "
apiVersion: remold.dev/v1alpha1
kind: RedisSchema
metadata: { name: user-1.0.0 }
spec:
  subject: user
  version: 1.0.0
  keys: \"user:{id:integer}\"
  type: hash
  schema:
    type: object
    required: [name, email, born]
    additionalProperties: false
    properties:
      name: { type: string, minLength: 1, maxLength: 100 }
      email: { type: string, format: email }
      born: { type: string, format: date }
      age: { type: integer, minimum: 0, maximum: 150 }
      active: { type: boolean }
      score: { type: number }
      plan: { type: string, enum: [free, pro, team] }
      logins: { type: integer, minimum: 0 }
";

/// What validation costs.
#[derive(Debug, Serialize)]
pub(crate) struct Validation {
    /// Microseconds a valid record.
    pub(crate) us: Spread,
}

/// Measures it.
pub(crate) fn measure(rounds: usize) -> Result<Validation, Error> {
    report::progress("validation");
    let definition = Definition::read("user.yaml", SCHEMA, &References::new());
    let definition = definition.map_err(remold::Error::from)?;
    let entries: Vec<Entry> = (0..64).map(entry).collect();
    let round = |_| {
        let begun = Instant::now();
        let seen = entries.iter().cycle().take(RECORDS as usize);
        let valid = seen.filter(|entry| {
            black_box(&definition).accepts(black_box(Seen::of(entry)), 0, Occasion::Found)
        });
        let valid = valid.count();
        let us = begun.elapsed().as_secs_f64() * 1e6 / f64::from(RECORDS);
        if valid == RECORDS as usize {
            Ok(us)
        } else {
            Err(Error::Unexpected)
        }
    };
    // The first round fills caches and counts for nobody.
    let figures: Result<Vec<f64>, Error> = (0..=rounds.max(5)).map(round).collect();
    let us = Spread::of(figures?.into_iter().skip(1)).ok_or(Error::Unexpected)?;
    Ok(Validation { us })
}

fn entry(number: u32) -> Entry {
    let fields = [
        ("name", format!("Ada{number} Lovelace")),
        ("email", format!("ada{number}@example.com")),
        ("born", format!("1815-12-{:02}", number % 28 + 1)),
        ("age", (number % 90).to_string()),
        ("active", number.is_multiple_of(2).to_string()),
        ("score", format!("{}.5", number % 50)),
        ("plan", "pro".to_owned()),
        ("logins", (number * 37).to_string()),
    ];
    let field = |(name, value): (&'static str, String)| HashField {
        name: Bytes::from_static(name.as_bytes()),
        value: Bytes::from(value),
        expires_at: None,
    };
    Entry {
        key: Bytes::from(format!("user:{number}")),
        value: Value::Hash(fields.map(field).into_iter().collect()),
        expires_at: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_record_is_valid() {
        let definition = Definition::read("user.yaml", SCHEMA, &References::new());
        let definition = definition.expect("it is a schema");
        for number in 0..64 {
            assert!(
                definition.accepts(Seen::of(&entry(number)), 0, Occasion::Found),
                "{number}"
            );
        }
    }
}
