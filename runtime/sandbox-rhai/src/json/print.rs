//! From data to JSON text, compact, charged as it is made.

use std::collections::BTreeSet;
use std::fmt;

use rhai::{Dynamic, Map};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{MAX_DEPTH, Number, parse, same};
use crate::fault::invalid;
use crate::meter::{Fallible, Meter};

/// Prints data; the members of a map by name.
pub(crate) fn print(meter: &Meter, value: &Dynamic) -> Fallible<String> {
    let mut printer = Printer::new(meter);
    printer.value(value, None, 0)?;
    Ok(printer.text)
}

/// Prints data that takes the place of the text `before`: in its order, and with its spelling where
/// nothing changed. Text that is no JSON is a plain replacement.
pub(crate) fn print_like(meter: &Meter, value: &Dynamic, before: &[u8]) -> Fallible<String> {
    let Some(before) = str::from_utf8(before).ok() else {
        return print(meter, value);
    };
    let Ok(raw) = serde_json::from_str::<&RawValue>(before) else {
        return print(meter, value);
    };
    if let Some(unchanged) = unchanged(meter, value, raw)? {
        meter.allocate(before.len())?;
        debug_assert_eq!(unchanged, raw.get());
        return Ok(before.to_owned());
    }
    let mut printer = Printer::new(meter);
    printer.value(value, Some(raw), 0)?;
    Ok(printer.text)
}

/// Returns the text of `raw` if it means `value`.
fn unchanged<'a>(meter: &Meter, value: &Dynamic, raw: &'a RawValue) -> Fallible<Option<&'a str>> {
    match parse(meter, raw.get().as_bytes()) {
        Ok(old) => Ok(same(&old, value).then_some(raw.get())),
        Err(error) if meter.tripped().is_some() => Err(error),
        Err(_) => Ok(None),
    }
}

/// The members of an object in their order, as text.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Vec<(String, &'de RawValue)>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(InOrder).map(Self)
    }
}

struct Printer<'m> {
    meter: &'m Meter,
    text: String,
}

impl<'m> Printer<'m> {
    const fn new(meter: &'m Meter) -> Self {
        Self {
            meter,
            text: String::new(),
        }
    }

    fn push(&mut self, text: &str) -> Fallible<()> {
        self.meter.allocate(text.len())?;
        self.text.push_str(text);
        Ok(())
    }

    fn value(&mut self, value: &Dynamic, before: Option<&RawValue>, depth: usize) -> Fallible<()> {
        if depth > MAX_DEPTH {
            return Err(invalid(
                "JSON",
                format!("it is nested deeper than {MAX_DEPTH} levels"),
            ));
        }
        if let Ok(map) = value.as_map_ref() {
            return self.map(&map, before, depth);
        }
        if let Ok(array) = value.as_array_ref() {
            self.meter.work(before.map_or(0, |raw| raw.get().len()))?;
            let before: Vec<&RawValue> = before
                .and_then(|raw| serde_json::from_str(raw.get()).ok())
                .unwrap_or_default();
            self.push("[")?;
            for (index, item) in array.iter().enumerate() {
                if index > 0 {
                    self.push(",")?;
                }
                self.value(item, before.get(index).copied(), depth + 1)?;
            }
            return self.push("]");
        }
        if let Some(raw) = before
            && let Some(text) = unchanged(self.meter, value, raw)?
        {
            return self.push(text);
        }
        self.scalar(value)
    }

    fn map(&mut self, map: &Map, before: Option<&RawValue>, depth: usize) -> Fallible<()> {
        self.meter.work(before.map_or(0, |raw| raw.get().len()))?;
        let before: Vec<(String, &RawValue)> = before
            .and_then(|raw| serde_json::from_str::<Members<'_>>(raw.get()).ok())
            .map_or_else(Vec::new, |members| members.0);
        let mut printed = BTreeSet::new();
        self.push("{")?;
        for (name, raw) in &before {
            if let Some(value) = map.get(name.as_str())
                && printed.insert(name.as_str())
            {
                self.member(printed.len() == 1, name, value, Some(raw), depth)?;
            }
        }
        let mut first = printed.is_empty();
        for (name, value) in map {
            if !printed.contains(name.as_str()) {
                self.member(first, name, value, None, depth)?;
                first = false;
            }
        }
        self.push("}")
    }

    fn member(
        &mut self,
        first: bool,
        name: &str,
        value: &Dynamic,
        before: Option<&RawValue>,
        depth: usize,
    ) -> Fallible<()> {
        if !first {
            self.push(",")?;
        }
        self.quoted(name)?;
        self.push(":")?;
        self.value(value, before, depth + 1)
    }

    fn quoted(&mut self, text: &str) -> Fallible<()> {
        self.meter.work(text.len())?;
        let quoted =
            serde_json::to_string(text).map_err(|error| invalid("JSON", error.to_string()))?;
        self.push(&quoted)
    }

    fn scalar(&mut self, value: &Dynamic) -> Fallible<()> {
        if value.is_unit() {
            return self.push("null");
        }
        if let Ok(text) = value.as_immutable_string_ref() {
            return self.quoted(&text);
        }
        if let Ok(integer) = value.as_int() {
            return self.push(&integer.to_string());
        }
        if let Ok(boolean) = value.as_bool() {
            return self.push(if boolean { "true" } else { "false" });
        }
        if let Ok(decimal) = value.as_decimal() {
            return self.push(&decimal.to_string());
        }
        if let Ok(character) = value.as_char() {
            return self.quoted(&character.to_string());
        }
        if let Some(number) = value.read_lock::<Number>() {
            return self.push(&number.0);
        }
        if let Ok(float) = value.as_float() {
            if !float.is_finite() {
                return Err(invalid("JSON", format!("it has no number for {float}")));
            }
            let text = serde_json::to_string(&float)
                .map_err(|error| invalid("JSON", error.to_string()))?;
            return self.push(&text);
        }
        Err(invalid(
            "JSON",
            format!("it has no form for a {}", value.type_name()),
        ))
    }
}
