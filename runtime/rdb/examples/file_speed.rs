//! Measures how fast files are read and written, in memory, on one core: bytes for each second that the
//! thread was really running, where the system tells (Linux), so that a busy machine disturbs less.
//!
//! `cargo run --release -p remold-rdb --example file_speed [FILE]`: without a file, one of a million small
//! keys is made.

use std::error::Error;
use std::hint::black_box;
use std::io::{Write, stdout};
use std::time::{Duration, Instant};

use bytes::Bytes;
use remold_rdb::checksum::checksum;
use remold_rdb::length::write_plain_string;
use remold_rdb::{FileEntry, Header, Item, Reader, Section, Version, Writer, lzf};

const ROUNDS: u32 = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let file = match std::env::args_os().nth(1) {
        Some(path) => std::fs::read(path)?,
        None => small_keys(1_000_000)?,
    };
    let size = file.len();
    let mut keys = 0_u64;
    report("read", size, || {
        keys = 0;
        for item in Reader::new(&file[..])? {
            if let Item::Entry(entry) = item? {
                black_box(entry.key());
                keys += 1;
            }
        }
        Ok(())
    })?;
    report("read and write untouched", size, || {
        let mut reader = Reader::new(&file[..])?;
        let mut writer = Writer::new(Vec::with_capacity(size), reader.header());
        while let Some(item) = reader.next_item()? {
            writer.item(&item)?;
        }
        assert!(writer.finish(true)? == file, "the bytes are the same");
        Ok(())
    })?;
    report("read, change the expiry, write", size, || {
        let mut reader = Reader::new(&file[..])?;
        let mut writer = Writer::new(Vec::with_capacity(size), reader.header());
        while let Some(mut item) = reader.next_item()? {
            if let Item::Entry(entry) = &mut item {
                entry.set_expires_at(Some(1_800_000_000_000));
            }
            writer.item(&item)?;
        }
        black_box(writer.finish(true)?);
        Ok(())
    })?;
    report("checksum alone", size * 50, || {
        for _ in 0..50 {
            black_box(checksum(black_box(&file)));
        }
        Ok(())
    })?;
    let text =
        b"{\"id\":12345,\"name\":\"a name of some length\",\"mail\":\"someone@example.com\"}"
            .repeat(8);
    let compressed = lzf::compress(&text).ok_or("the text repeats")?;
    report(
        "LZF, compress, 600 bytes each",
        text.len() * 100_000,
        || {
            for _ in 0..100_000 {
                black_box(lzf::compress(black_box(&text)));
            }
            Ok(())
        },
    )?;
    report(
        "LZF, decompress, 600 bytes each",
        text.len() * 100_000,
        || {
            for _ in 0..100_000 {
                black_box(lzf::decompress(black_box(&compressed), text.len() as u64)?);
            }
            Ok(())
        },
    )?;
    writeln!(
        stdout(),
        "{keys} keys, {} bytes each",
        size as u64 / keys.max(1)
    )?;
    Ok(())
}

/// Runs a measurement a few times, and writes the best.
fn report(
    name: &str,
    size: usize,
    mut run: impl FnMut() -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let (wall, running) = (Instant::now(), running());
        run()?;
        let ran = running.and_then(|before| self::running()?.checked_sub(before));
        best = best.min(ran.unwrap_or(wall.elapsed()).as_secs_f64());
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate needs no more digits")]
    let rate = size as f64 / best / 1e6;
    writeln!(stdout(), "{name:<34} {rate:>7.0} MB/s")?;
    Ok(())
}

/// Returns how long this thread was running so far.
fn running() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = text.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

/// Makes a file of small strings and small hashes.
fn small_keys(count: u32) -> Result<Vec<u8>, Box<dyn Error>> {
    let header = Header {
        version: Version(11),
    };
    let mut writer = Writer::new(Vec::new(), header);
    writer.section(&Section::aux(b"redis-ver", b"7.2.0"))?;
    for number in 0..count {
        let key = Bytes::from(format!("user:{number}"));
        let mut object = Vec::new();
        let (type_id, parts) = if number % 2 == 0 { (0, 1) } else { (4, 4) };
        if type_id == 4 {
            object.push(parts / 2);
        }
        for part in 0..parts {
            write_plain_string(&mut object, format!("value {part} {number}").as_bytes());
        }
        let mut entry = FileEntry::new(0, key, type_id, object.into());
        if number % 10 == 0 {
            entry.set_expires_at(Some(1_700_000_000_000 + u64::from(number)));
        }
        writer.entry(&entry)?;
    }
    Ok(writer.finish(true)?)
}
