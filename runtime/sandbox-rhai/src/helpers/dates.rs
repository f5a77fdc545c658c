//! Dates and times with zones: crate `jiff`, whose zone database is built in, so that a result does
//! not depend on the machine. Points in time are Unix milliseconds.
//!
//! A local time that a change of the clocks skips or repeats is read as RFC 5545 says: the earlier
//! one of two, and a skipped one as if the clocks had not changed.

use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use jiff::fmt::strtime;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use rhai::{Dynamic, Engine};

use super::{helper, made_text};
use crate::fault::invalid;
use crate::meter::Fallible;
use crate::session::Session;

static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Reading and printing a time costs more than its length says.
const EFFORT: usize = 64;

fn zone(name: &str) -> Fallible<TimeZone> {
    if name == "UTC" {
        return Ok(TimeZone::UTC);
    }
    ZONES
        .get(name)
        .map_err(|error| invalid("time zone", error.to_string()))
}

fn parse(text: &str) -> Fallible<i64> {
    let time: Timestamp = text
        .parse()
        .map_err(|error: jiff::Error| invalid("time", error.to_string()))?;
    Ok(time.as_millisecond())
}

fn parse_with(text: &str, format: &str, zone_name: &str) -> Fallible<i64> {
    let failed = |error: jiff::Error| invalid("time", error.to_string());
    let zone = zone(zone_name)?;
    let mut parts = strtime::parse(format, text).map_err(failed)?;
    if parts.offset().is_some() || parts.timestamp().is_some() {
        return Ok(parts.to_timestamp().map_err(failed)?.as_millisecond());
    }
    if parts.hour().is_none() {
        parts.set_hour(Some(0)).map_err(failed)?;
        parts.set_minute(Some(0)).map_err(failed)?;
        parts.set_second(Some(0)).map_err(failed)?;
    }
    let local = parts.to_datetime().map_err(failed)?;
    let time = zone
        .to_ambiguous_timestamp(local)
        .compatible()
        .map_err(failed)?;
    Ok(time.as_millisecond())
}

fn time(ms: i64) -> Fallible<Timestamp> {
    Timestamp::from_millisecond(ms).map_err(|error| invalid("time", error.to_string()))
}

fn format(session: &Session, ms: i64) -> Fallible<Dynamic> {
    made_text(session, time(ms)?.to_string())
}

fn format_with(session: &Session, ms: i64, format: &str, zone_name: &str) -> Fallible<Dynamic> {
    let zoned = time(ms)?.to_zoned_datetime(zone(zone_name)?);
    let text = strtime::format(format, &zoned);
    made_text(
        session,
        text.map_err(|error| invalid("time format", error.to_string()))?,
    )
}

/// Registers dates and times.
pub(crate) fn register(engine: &mut Engine, session: &Arc<Session>) {
    helper!(engine, session, "parse_time", |s, text: &str| {
        s.meter.work(text.len() + EFFORT)?;
        parse(text)
    });
    helper!(
        engine,
        session,
        "parse_time",
        |s, text: &str, form: &str, zone: &str| {
            s.meter.work(text.len() + form.len() * EFFORT)?;
            parse_with(text, form, zone)
        }
    );
    helper!(
        engine,
        session,
        "parse_time",
        |s, text: &str, form: &str| {
            s.meter.work(text.len() + form.len() * EFFORT)?;
            parse_with(text, form, "UTC")
        }
    );
    helper!(engine, session, "format_time", |s, ms: i64| {
        s.meter.work(EFFORT)?;
        format(s, ms)
    });
    helper!(engine, session, "format_time", |s, ms: i64, form: &str| {
        s.meter.work(form.len() * EFFORT)?;
        format_with(s, ms, form, "UTC")
    });
    helper!(
        engine,
        session,
        "format_time",
        |s, ms: i64, form: &str, zone: &str| {
            s.meter.work(form.len() * EFFORT)?;
            format_with(s, ms, form, zone)
        }
    );
}
