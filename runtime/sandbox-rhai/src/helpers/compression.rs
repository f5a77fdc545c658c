//! gzip, zlib, zstd and LZ4 frames. What is unpacked is charged piece by piece, so that a small input that
//! unpacks to gigabytes ends at the memory limit.

use std::io::{Read, Write};
use std::sync::Arc;

use rhai::{Dynamic, Engine};

use super::{helper, input, made};
use crate::fault::invalid;
use crate::meter::Fallible;
use crate::session::Session;

/// So much is unpacked between two looks at the limits.
const PIECE: usize = 64 << 10;

/// Packing costs this much more than reading.
const EFFORT: usize = 16;

fn unpack(session: &Session, format: &str, mut packed: impl Read) -> Fallible<Dynamic> {
    let mut unpacked = Vec::new();
    let mut piece = vec![0; PIECE];
    loop {
        let read = packed
            .read(&mut piece)
            .map_err(|error| invalid(format, error.to_string()))?;
        if read == 0 {
            return Ok(Dynamic::from_blob(unpacked));
        }
        // What holds the result may be twice as large while it grows.
        session.meter.allocate(read * 2)?;
        unpacked.extend_from_slice(&piece[..read]);
    }
}

fn gzip(session: &Session, value: &Dynamic) -> Fallible<Dynamic> {
    let bytes = input(session, value, "gzip", EFFORT)?;
    let mut encoder = flate2::GzBuilder::new()
        .mtime(0)
        .write(Vec::new(), flate2::Compression::default());
    let packed = encoder.write_all(&bytes).and_then(|()| encoder.finish());
    made(
        session,
        packed.map_err(|error| invalid("gzip", error.to_string()))?,
    )
}

fn zlib(session: &Session, value: &Dynamic) -> Fallible<Dynamic> {
    let bytes = input(session, value, "zlib", EFFORT)?;
    let level = flate2::Compression::default();
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), level);
    let packed = encoder.write_all(&bytes).and_then(|()| encoder.finish());
    made(
        session,
        packed.map_err(|error| invalid("zlib", error.to_string()))?,
    )
}

/// Unpacks one zlib stream that is all there is.
fn unzlib(session: &Session, value: &Dynamic) -> Fallible<Dynamic> {
    let bytes = input(session, value, "unzlib", 1)?;
    let mut decoder = flate2::read::ZlibDecoder::new(&*bytes);
    let unpacked = unpack(session, "zlib", &mut decoder)?;
    let read = usize::try_from(decoder.total_in()).unwrap_or(bytes.len());
    if read < bytes.len() {
        let problem = format!("{} bytes follow the stream", bytes.len() - read);
        return Err(invalid("zlib", problem));
    }
    Ok(unpacked)
}

fn zstd(session: &Session, value: &Dynamic) -> Fallible<Dynamic> {
    let bytes = input(session, value, "zstd", EFFORT)?;
    let packed = zstd::bulk::compress(&bytes, zstd::DEFAULT_COMPRESSION_LEVEL);
    made(
        session,
        packed.map_err(|error| invalid("zstd", error.to_string()))?,
    )
}

fn unzstd(session: &Session, value: &Dynamic) -> Fallible<Dynamic> {
    /// A frame may not ask for a window of more than 8 MiB.
    const WINDOW_LOG: u32 = 23;
    let bytes = input(session, value, "unzstd", 1)?;
    let failed = |error: std::io::Error| invalid("zstd", error.to_string());
    let mut decoder = zstd::Decoder::new(&*bytes).map_err(failed)?;
    decoder.window_log_max(WINDOW_LOG).map_err(failed)?;
    unpack(session, "zstd", decoder)
}

fn lz4(session: &Session, value: &Dynamic) -> Fallible<Dynamic> {
    let bytes = input(session, value, "lz4", EFFORT / 4)?;
    let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
    let written = encoder
        .write_all(&bytes)
        .map_err(|error| invalid("lz4", error.to_string()));
    let packed = written.and_then(|()| {
        encoder
            .finish()
            .map_err(|error| invalid("lz4", error.to_string()))
    })?;
    made(session, packed)
}

/// Registers packing and unpacking.
pub(crate) fn register(engine: &mut Engine, session: &Arc<Session>) {
    helper!(engine, session, "gzip", |s, value: Dynamic| gzip(s, &value));
    helper!(engine, session, "gunzip", |s, value: Dynamic| {
        let bytes = input(s, &value, "gunzip", 1)?;
        unpack(s, "gzip", flate2::read::MultiGzDecoder::new(&*bytes))
    });
    helper!(engine, session, "zlib", |s, value: Dynamic| zlib(s, &value));
    helper!(engine, session, "unzlib", |s, value: Dynamic| unzlib(
        s, &value
    ));
    helper!(engine, session, "zstd", |s, value: Dynamic| zstd(s, &value));
    helper!(engine, session, "unzstd", |s, value: Dynamic| unzstd(
        s, &value
    ));
    helper!(engine, session, "lz4", |s, value: Dynamic| lz4(s, &value));
    helper!(engine, session, "unlz4", |s, value: Dynamic| {
        let bytes = input(s, &value, "unlz4", 1)?;
        unpack(s, "lz4", lz4_flex::frame::FrameDecoder::new(&*bytes))
    });
}
