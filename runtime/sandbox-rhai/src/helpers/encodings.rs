//! Bytes as text: base64, hexadecimal, percent encoding, UTF-8.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{GeneralPurpose, STANDARD, URL_SAFE_NO_PAD};
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};
use rhai::{Dynamic, Engine};

use super::{helper, input, made, made_text};
use crate::bytes::text_value;
use crate::fault::invalid;
use crate::meter::Fallible;
use crate::session::Session;

/// What a URL's component may hold as it is (RFC 3986, unreserved).
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const READ_STANDARD: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::STANDARD, LENIENT);
const READ_URL: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::URL_SAFE, LENIENT);

fn decode(session: &Session, alphabet: &GeneralPurpose, text: &str) -> Fallible<Dynamic> {
    session.meter.work(text.len())?;
    let bytes = alphabet.decode(text);
    made(
        session,
        bytes.map_err(|error| invalid("base64", error.to_string()))?,
    )
}

/// Registers the encodings.
pub(crate) fn register(engine: &mut Engine, session: &Arc<Session>) {
    helper!(engine, session, "base64", |s, value: Dynamic| {
        made_text(s, STANDARD.encode(input(s, &value, "base64", 1)?))
    });
    helper!(engine, session, "base64_decode", |s, text: &str| decode(
        s,
        &READ_STANDARD,
        text
    ));
    helper!(engine, session, "base64_url", |s, value: Dynamic| {
        made_text(
            s,
            URL_SAFE_NO_PAD.encode(input(s, &value, "base64_url", 1)?),
        )
    });
    helper!(
        engine,
        session,
        "base64_url_decode",
        |s, text: &str| decode(s, &READ_URL, text)
    );
    helper!(engine, session, "hex", |s, value: Dynamic| {
        made_text(s, hex::encode(input(s, &value, "hex", 1)?))
    });
    helper!(engine, session, "hex_decode", |s, text: &str| {
        s.meter.work(text.len())?;
        let bytes = hex::decode(text);
        made(
            s,
            bytes.map_err(|error| invalid("hexadecimal text", error.to_string()))?,
        )
    });
    helper!(engine, session, "url_encode", |s, value: Dynamic| {
        let bytes = input(s, &value, "url_encode", 3)?;
        made_text(s, percent_encode(&bytes, COMPONENT).to_string())
    });
    helper!(engine, session, "url_decode", |s, text: &str| {
        s.meter.work(text.len())?;
        let decoded = percent_decode(text.as_bytes()).decode_utf8();
        let decoded = decoded.map_err(|_| invalid("url_decode", "it is not UTF-8 text"))?;
        made_text(s, decoded.into_owned())
    });
    helper!(engine, session, "to_text", |s, value: Dynamic| {
        let bytes = input(s, &value, "to_text", 1)?;
        s.meter.allocate(bytes.len())?;
        text_value(&bytes, || "the argument of to_text".to_owned())
    });
}
