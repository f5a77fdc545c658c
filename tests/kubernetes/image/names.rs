//! A name server that knows one name, and remembers what it was asked for.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex};
use std::thread;

/// The one name.
const NAME: &str = "redis.shop.svc.cluster.local";
/// Its address, at which nobody listens.
const ADDRESS: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 9);

/// A server at port 53 of an address of this machine, until the end of the process.
pub(super) struct Names {
    asked: Arc<Mutex<Vec<String>>>,
}

impl Names {
    pub(super) fn serve(address: Ipv4Addr) -> Self {
        let socket =
            UdpSocket::bind(SocketAddr::from((address, 53))).expect("root may have the port");
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let noted = Arc::clone(&asked);
        thread::spawn(move || {
            let mut buffer = [0; 512];
            while let Ok((length, client)) = socket.recv_from(&mut buffer) {
                if let Some((name, reply)) = answer(&buffer[..length]) {
                    noted.lock().expect("nobody panics").push(name);
                    let _ = socket.send_to(&reply, client);
                }
            }
        });
        Self { asked }
    }

    /// Returns the names that were asked for, in order.
    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("nobody panics").clone()
    }
}

/// Answers a question: RFC 1035, as much of it as is needed.
fn answer(query: &[u8]) -> Option<(String, Vec<u8>)> {
    let mut labels = Vec::new();
    let mut at = 12;
    loop {
        let length = usize::from(*query.get(at)?);
        if length == 0 {
            break;
        }
        let label = query.get(at + 1..at + 1 + length)?;
        labels.push(String::from_utf8_lossy(label).into_owned());
        at += 1 + length;
    }
    let name = labels.join(".");
    let question = query.get(12..at + 5)?;
    let wants_address = question.ends_with(&[0, 1, 0, 1]);
    let is_known = name == NAME;
    let answers = u8::from(is_known && wants_address);
    let mut reply = query[..2].to_vec();
    // An answer, recursion wanted and to be had; no such name where it is not the one.
    reply.extend([0x81, if is_known { 0x80 } else { 0x83 }]);
    reply.extend([0, 1, 0, answers, 0, 0, 0, 0]);
    reply.extend(question);
    if answers == 1 {
        // The name of the question, an address, a minute, four bytes.
        reply.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
        reply.extend(ADDRESS.octets());
    }
    Some((name, reply))
}
