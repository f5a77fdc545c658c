//! The two threads of a proxied connection: one hands on requests and applies the rules, one hands on replies.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use super::resp::{Scan, request, scan};
use super::rule::Action;
use super::{Pair, State, lock};

/// How far one connection has come; replies are counted from 0 in the order of their requests.
#[derive(Debug, Default)]
struct Progress {
    replied: Mutex<Replies>,
    moved: Condvar,
}

#[derive(Debug, Default)]
struct Replies {
    /// How many the client was given.
    count: u64,
    /// Which one is kept from it.
    lost: Option<u64>,
    /// No more will come.
    ended: bool,
}

/// Starts both threads.
pub(super) fn start(pair: Arc<Pair>, state: Arc<State>) {
    let progress = Arc::new(Progress::default());
    let requests = thread::spawn({
        let (pair, state, progress) = (pair.clone(), state.clone(), progress.clone());
        move || hand_on_requests(&pair, &state, &progress)
    });
    thread::spawn(move || {
        hand_on_replies(&pair, &progress);
        lock(&progress.replied).ended = true;
        progress.moved.notify_all();
        pair.cut();
        drop(requests.join());
        lock(&state.open).retain(|open| !Arc::ptr_eq(open, &pair));
    });
}

/// Returns when the connection has ended, or when the thread of the replies is to end it.
fn hand_on_requests(pair: &Pair, state: &State, progress: &Progress) {
    let mut number = 0_u64;
    let mut reply_is_lost = false;
    each_value(&pair.client, |bytes| {
        let Some(request) = request(bytes) else {
            return (&pair.server).write_all(bytes).is_ok();
        };
        let rules = lock(&state.rules).clone();
        for action in rules.iter().filter_map(|rule| rule.meet(&request)) {
            match action {
                Action::CutBefore => {
                    // What was asked before is still answered, so that a test sees the same cut every time.
                    let replies = lock(&progress.replied);
                    drop(
                        progress.moved.wait_while(replies, |replies| {
                            !replies.ended && replies.count < number
                        }),
                    );
                    return false;
                }
                Action::LoseReply => {
                    lock(&progress.replied).lost = Some(number);
                    reply_is_lost = true;
                }
                Action::Delay(time) => thread::sleep(time),
                Action::Count => {}
            }
        }
        number += 1;
        (&pair.server).write_all(bytes).is_ok() && !reply_is_lost
    });
    if !reply_is_lost {
        pair.cut();
    }
}

/// Returns when the connection has ended or is to be cut.
fn hand_on_replies(pair: &Pair, progress: &Progress) {
    each_value(&pair.server, |bytes| {
        let is_push = bytes.first() == Some(&b'>'); // out of band, no reply to a request
        if is_push {
            return (&pair.client).write_all(bytes).is_ok();
        }
        let replies = lock(&progress.replied);
        if replies.lost == Some(replies.count) {
            return false;
        }
        drop(replies);
        let written = (&pair.client).write_all(bytes).is_ok();
        lock(&progress.replied).count += 1;
        progress.moved.notify_all();
        written
    });
}

/// Calls `take` with every whole value that comes from `source`, until it returns false or the stream ends.
/// What is not the Redis protocol (TLS) is handed on as it comes.
fn each_value(mut source: &TcpStream, mut take: impl FnMut(&[u8]) -> bool) {
    let mut buffer = Vec::new();
    let mut chunk = vec![0; 64 * 1024];
    loop {
        let length = match source.read(&mut chunk) {
            Ok(0) | Err(_) => return,
            Ok(length) => length,
        };
        buffer.extend_from_slice(&chunk[..length]);
        let mut start = 0;
        while start < buffer.len() {
            let end = match scan(&buffer[start..]) {
                Scan::Whole(length) => start + length,
                Scan::Foreign => buffer.len(),
                Scan::Partial => break,
            };
            if !take(&buffer[start..end]) {
                return;
            }
            start = end;
        }
        buffer.drain(..start);
    }
}
