//! Does what the field `do` of a record says: every misdeed that Rust has the means for.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

use remold_transform::{Record, Result, Value, export};

export!(migrate);

/// How many records were seen.
static SEEN: AtomicU64 = AtomicU64::new(0);

fn migrate(record: &Record) -> Result {
    let misdeed = record.hash().get_text("do")?.unwrap_or_default();
    match misdeed.as_str() {
        "loop" => loop {
            black_box(0);
        },
        "recursion" => drop(black_box(deeper(black_box(0)))),
        "memory" => {
            let mut kept = Vec::new();
            loop {
                kept.push(black_box(vec![1_u8; 1 << 20]));
            }
        }
        "output" => record.hash().set("big", vec![b'x'; 4 << 20])?,
        "calls" => loop {
            black_box(record.hash().contains("do")?);
        },
        "grant" => record.rename("secret:1")?,
        "emit" => {
            for number in 0_u64.. {
                record.emit(format!("user:{number}"), &Value::Text(vec![b'x'; 1000]), None)?;
            }
        }
        "panic" => panic!("it gave up"),
        "index" => drop(black_box([1, 2, 3][black_box(misdeed.len() + 10)])),
        "kind" => record.list().push("x")?,
        "remember" => {
            let count = SEEN.fetch_add(1, Ordering::Relaxed);
            record.hash().set("seen", count.to_string())?;
        }
        "exit" => std::process::exit(3),
        _ => record.hash().set("done", "1")?,
    }
    Ok(())
}

fn deeper(depth: u64) -> u64 {
    let frame = black_box([depth; 16]);
    deeper(depth + 1) + frame[3]
}
