//! What a script can say and ask beside the record: outcomes, the run's clock, the log, parameters,
//! and what a caught error tells.

use std::sync::Arc;

use remold_host_api::{Applied, FailureReason, LogLevel, Outcome, Rejection};
use rhai::{Array, Dynamic, Engine, Map};

use crate::fault::Fault;
use crate::json;
use crate::session::Session;

/// An outcome in a script's hands: what `skip`, `reject` and `done` return.
#[derive(Debug, Clone)]
pub(crate) struct Verdict(pub(crate) Outcome);

/// Turns the manifest's parameters into a script's data.
pub(crate) fn parameters(value: &serde_json::Value) -> Dynamic {
    match value {
        serde_json::Value::Null => Dynamic::UNIT,
        serde_json::Value::Bool(value) => (*value).into(),
        serde_json::Value::Number(number) => json::number(number.as_str()),
        serde_json::Value::String(text) => text.as_str().into(),
        serde_json::Value::Array(items) => {
            Dynamic::from_array(items.iter().map(parameters).collect())
        }
        serde_json::Value::Object(members) => {
            let members = members.iter();
            let map: Map = members
                .map(|(name, value)| (name.as_str().into(), parameters(value)))
                .collect();
            Dynamic::from_map(map)
        }
    }
}

fn reject(code: &str, message: &str) -> Verdict {
    Verdict(Outcome::Reject(Rejection {
        code: code.to_owned(),
        message: message.to_owned(),
    }))
}

/// Registers outcomes, clock, log and caught errors.
pub(crate) fn register(engine: &mut Engine, session: &Arc<Session>) {
    engine
        .register_type_with_name::<Verdict>("Outcome")
        .register_fn("done", || Verdict(Outcome::Done))
        .register_fn("skip", |reason: &str| {
            Verdict(Outcome::Skip(reason.to_owned()))
        })
        .register_fn("reject", reject)
        .register_type_with_name::<Fault>("Error")
        .register_get("code", |fault: &mut Fault| fault.0.code())
        .register_get("message", |fault: &mut Fault| fault.0.to_string())
        .register_fn("to_string", |fault: &mut Fault| fault.0.to_string())
        .register_fn("to_debug", |fault: &mut Fault| fault.0.to_string());
    let clock = Arc::clone(session);
    engine.register_fn("now_ms", move || {
        i64::try_from(clock.now_ms()).unwrap_or(i64::MAX)
    });
    for (name, level) in [
        ("log_debug", LogLevel::Debug),
        ("log_info", LogLevel::Info),
        ("log_warn", LogLevel::Warn),
    ] {
        let log = Arc::clone(session);
        engine.register_fn(name, move |message: &str| log.log(level, message));
    }
    // A line that does not fit trips the output limit, which ends the script at its next step.
    let log = Arc::clone(session);
    engine.on_print(move |message| drop(log.log(LogLevel::Info, message)));
    let log = Arc::clone(session);
    engine.on_debug(move |message, _, _| drop(log.log(LogLevel::Debug, message)));
}

/// Reads what a program returned. The value of its last statement is its own: where that is a call of `apply`, what it answered.
pub(crate) fn outcome_of_program(returned: Dynamic) -> Result<Outcome, remold_host_api::Failure> {
    let answers: Vec<String> = if returned.is_string() {
        vec![returned.to_string()]
    } else if let Some(list) = returned.read_lock::<Array>() {
        list.iter().map(ToString::to_string).collect()
    } else {
        Vec::new()
    };
    let is_one = |word: &String| Applied::ALL.iter().any(|applied| applied.name() == word);
    if answers.is_empty() || !answers.iter().all(is_one) {
        return outcome(returned);
    }
    if answers.iter().any(|word| word == Applied::Conflict.name()) {
        return Err(remold_host_api::Failure::new(
            FailureReason::BadOutput,
            "the last `apply` met a conflict, and nothing was done about it; get the record again and apply it, or end with done()",
        ));
    }
    Ok(Outcome::Done)
}

/// Reads what a script returned.
pub(crate) fn outcome(returned: Dynamic) -> Result<Outcome, remold_host_api::Failure> {
    if returned.is_unit() {
        return Ok(Outcome::Done);
    }
    let returned = match returned.try_cast_result::<Verdict>() {
        Ok(verdict) => return Ok(verdict.0),
        Err(other) => other,
    };
    let found = match returned.type_name() {
        "map" => "a map".to_owned(),
        "array" => "an array".to_owned(),
        "string" => format!("the text {:?}", returned.to_string()),
        "i64" | "f64" | "bool" | "decimal" | "char" => format!("{returned}"),
        other => format!("a {}", other.rsplit("::").next().unwrap_or(other)),
    };
    Err(remold_host_api::Failure::new(
        FailureReason::BadOutput,
        format!(
            "the script returned {found}; it returns nothing, done(), skip(reason) or reject(code, message)"
        ),
    ))
}
