//! From JSON text to data, charged as it is made.

use std::fmt;

use rhai::{Array, Dynamic, Map};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::number;
use crate::fault::invalid;
use crate::meter::{Fallible, Meter};
use crate::record::value::ITEM;

/// How `serde_json` marks a number that it passes on as text.
const NUMBER_TOKEN: &str = "$serde_json::private::Number";

/// Parses JSON.
pub(crate) fn parse(meter: &Meter, text: &[u8]) -> Fallible<Dynamic> {
    meter.work(text.len())?;
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let parsed = Data { meter, depth: 0 }
        .deserialize(&mut deserializer)
        .and_then(|data| deserializer.end().map(|()| data));
    parsed.map_err(|error| match meter.tripped() {
        Some(trip) => meter.fail(trip.reason, trip.message),
        None => invalid("JSON", error.to_string()),
    })
}

#[derive(Clone, Copy)]
struct Data<'a> {
    meter: &'a Meter,
    depth: usize,
}

impl Data<'_> {
    fn charge<E: Error>(self, bytes: usize) -> Result<(), E> {
        self.meter
            .allocate(bytes)
            .map_err(|_| E::custom("a limit was passed"))
    }

    fn deeper<E: Error>(self) -> Result<Self, E> {
        if self.depth >= super::MAX_DEPTH {
            return Err(E::custom(format!(
                "it is nested deeper than {} levels",
                super::MAX_DEPTH
            )));
        }
        Ok(Self {
            depth: self.depth + 1,
            ..self
        })
    }
}

impl<'de> DeserializeSeed<'de> for Data<'_> {
    type Value = Dynamic;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Dynamic, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Data<'_> {
    type Value = Dynamic;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Dynamic, E> {
        Ok(Dynamic::UNIT)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Dynamic, E> {
        Ok(Dynamic::from_bool(value))
    }

    // Integers within 64 bits come as what they are, other numbers as text in a map.
    fn visit_i64<E: Error>(self, value: i64) -> Result<Dynamic, E> {
        Ok(Dynamic::from_int(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Dynamic, E> {
        Ok(i64::try_from(value).map_or_else(|_| number(&value.to_string()), Dynamic::from_int))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Dynamic, E> {
        self.charge(value.len() + ITEM)?;
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Dynamic, A::Error> {
        let inner = self.deeper()?;
        let mut array = Array::new();
        while let Some(item) = items.next_element_seed(inner)? {
            self.charge(2 * size_of::<Dynamic>())?;
            array.push(item);
        }
        Ok(array.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Dynamic, A::Error> {
        let inner = self.deeper()?;
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if map.is_empty() && name == NUMBER_TOKEN {
                let text: String = members.next_value()?;
                self.charge(ITEM + text.len())?;
                return exact_number(&text);
            }
            self.charge(name.len() + 2 * ITEM)?;
            let value = members.next_value_seed(inner)?;
            if map.insert(name.as_str().into(), value).is_some() {
                return Err(A::Error::custom(format!(
                    "the member {name:?} occurs twice"
                )));
            }
        }
        Ok(map.into())
    }
}

/// Reads the text of a number, which a document with a member of the marker's name could forge.
fn exact_number<E: Error>(text: &str) -> Result<Dynamic, E> {
    let is_number = matches!(text.as_bytes().first(), Some(b'-' | b'0'..=b'9'))
        && serde_json::from_str::<serde_json::Number>(text).is_ok();
    if is_number {
        Ok(number(text))
    } else {
        Err(E::custom("it is no JSON number"))
    }
}
