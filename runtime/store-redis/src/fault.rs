//! Sorts what servers, sockets and certificates say by what the engine has to do about it, and says what a person can
//! do. The only place where errors of sockets and texts of servers are looked at.

use std::io;

use remold_engine::port::{Fault, StoreError};

use super::reply::{self, Reply};
use super::transport::TlsError;
use super::wire::WireError;

/// What is done when a connection is opened.
pub(crate) const CONNECTING: &str = "connecting";

/// Whom an error is about: fills in messages and hints.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    /// The server for people, without credentials: `redis://localhost:6379/0`.
    pub(crate) name: String,
    /// The user as `ACL SETUSER` takes it.
    pub(crate) user: String,
    /// The reserved prefix.
    pub(crate) prefix: String,
    /// Whether the connection is encrypted.
    pub(crate) tls: bool,
}

impl Peer {
    /// Makes an error about this server. `doing` is a verb phrase: `reading 64 keys`.
    pub(crate) fn error(
        &self,
        fault: Fault,
        doing: &str,
        message: impl Into<String>,
        hint: Option<String>,
    ) -> StoreError {
        let doing = match doing {
            CONNECTING => format!("{doing} to {}", self.name),
            _ => format!("{doing} on {}", self.name),
        };
        StoreError::Server {
            fault,
            doing,
            message: message.into(),
            hint,
            retry_after: None,
        }
    }

    /// Makes the error for something that this version or this server does not do.
    pub(crate) fn refused(&self, doing: &str, message: &str, hint: &str) -> StoreError {
        self.error(Fault::Refused, doing, message, Some(hint.to_owned()))
    }

    /// Makes the error for data that is not the history that was worked on.
    pub(crate) fn history_changed(&self, doing: &str, message: &str) -> StoreError {
        self.error(Fault::HistoryChanged, doing, message, None)
    }

    /// Makes the error for a keyspace whose epoch is not ours: a newer one fences us, an older one means that the data
    /// went back in time.
    pub(crate) fn epoch(&self, doing: &str, ours: u64, found: u64) -> StoreError {
        if found > ours {
            return StoreError::Fenced { ours, found };
        }
        let message = format!(
            "the epoch is {found} and was {ours}: the data went back in time or was flushed"
        );
        self.history_changed(doing, &message)
    }

    /// Makes the error for a reply that no server of a known version gives.
    pub(crate) fn unexpected(&self, doing: &str, what: &str, reply: &Reply) -> StoreError {
        if let Some((code, rest)) = reply::refusal(reply) {
            return self.server(doing, code, rest);
        }
        let mut shown = format!("{reply:?}");
        shown.truncate(
            shown
                .char_indices()
                .nth(120)
                .map_or(shown.len(), |(at, _)| at),
        );
        let message = format!("the answer to {what} makes no sense: {shown}");
        self.error(
            Fault::Refused,
            doing,
            message,
            Some("is there a proxy in between that changes commands?".to_owned()),
        )
    }

    /// Sorts an error reply by its code and text.
    pub(crate) fn server(&self, doing: &str, code: &str, rest: &str) -> StoreError {
        let message = if code == "ERR" {
            rest.to_owned()
        } else {
            format!("{code} {rest}")
        };
        let (fault, hint) = self.sort(code, rest);
        self.error(fault, doing, message, hint)
    }

    /// Sorts an error that a script passes on: older servers put the place in the script before the server's words.
    pub(crate) fn script(&self, doing: &str, message: &str) -> StoreError {
        let mut words = message.split(|letter: char| !letter.is_ascii_uppercase());
        let known =
            |word: &&str| *word == "NOPERM" || TEMPORARY.iter().any(|(code, _)| code == word);
        let code = words.find(known).unwrap_or("ERR");
        let (fault, hint) = self.sort(code, message);
        self.error(fault, doing, message, hint)
    }

    fn sort(&self, code: &str, rest: &str) -> (Fault, Option<String>) {
        // A transaction that was begun before the server's state changed is discarded for the reason that it then has.
        let code = match rest.strip_prefix(DISCARDED) {
            Some(reason) if code == "EXECABORT" => reason.split(' ').next().unwrap_or(code),
            _ => code,
        };
        if let Some((_, hint)) = TEMPORARY.iter().find(|(known, _)| *known == code) {
            return (Fault::Unavailable, Some((*hint).to_owned()));
        }
        if rest.contains("max number of clients reached") {
            let hint = "the server has no connection left: raise maxclients or use fewer lanes";
            return (Fault::Unavailable, Some(hint.to_owned()));
        }
        if rest.contains("Script killed by user") {
            let hint = "somebody ended a script of this run (SCRIPT KILL), which works only before it has written anything";
            return (Fault::Unavailable, Some(hint.to_owned()));
        }
        (Fault::Refused, self.hint(code, rest))
    }

    fn hint(&self, code: &str, rest: &str) -> Option<String> {
        let hint = match code {
            "NOPERM" => return Some(self.permission(rest)),
            "NOAUTH" => "the server wants a password: give one, and a user if it has ACL users".to_owned(),
            "WRONGPASS" => format!("user {:?} and the given password do not match, or the user is off", self.user),
            "MOVED" | "ASK" | "CROSSSLOT" => CLUSTER.to_owned(),
            "DENIED" => "the server is in protected mode: bind it to an address, or set a password".to_owned(),
            "ERR" if rest.contains("without any password") || rest.contains("no password is set") => {
                "the server has no password: leave it out".to_owned()
            }
            "ERR" if rest.contains("DB index is out of range") => {
                "the server has fewer databases: choose another, or raise `databases`".to_owned()
            }
            "ERR" if rest.contains("unknown command") || rest.contains("unknown subcommand") => {
                "the server is too old for it, has it renamed, or is a service that blocks it; Redis 6.2 or Valkey 7.2 \
                 or newer is needed"
                    .to_owned()
            }
            _ => return None,
        };
        Some(hint)
    }

    /// The exact change of permissions that a refusal asks for.
    pub(crate) fn permission(&self, rest: &str) -> String {
        match rest.split('\'').nth(1) {
            Some(command) => format!(
                "as an administrator: ACL SETUSER {} +{}",
                self.user,
                command.to_lowercase()
            ),
            None => format!(
                "as an administrator, for the bookkeeping and the keys to be migrated: ACL SETUSER {} ~{}* ~PATTERN",
                self.user, self.prefix
            ),
        }
    }

    /// Sorts a failure to connect: nothing was sent that matters, so nothing can be lost.
    pub(crate) fn connecting(&self, doing: &str, error: &WireError) -> StoreError {
        let (fault, hint) = match error {
            WireError::Io(io) if tls_reason(io) => {
                (Fault::Refused, Some(self.tls_hint().to_owned()))
            }
            WireError::Io(io) => self.sort_connecting(io, &error.to_string()),
            WireError::Malformed(_) => {
                let hint = "what answers is no Redis server, or it speaks TLS: then use rediss://";
                (Fault::Refused, Some(hint.to_owned()))
            }
        };
        self.error(fault, doing, words(error), hint)
    }

    fn sort_connecting(&self, io: &io::Error, text: &str) -> (Fault, Option<String>) {
        match io.kind() {
            io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound => (
                Fault::Unavailable,
                Some(
                    "is the server running, and are host, port or socket right? if another took its place, give that \
                     one's address"
                        .to_owned(),
                ),
            ),
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => {
                let hint = if self.tls {
                    "nothing answers: does that port speak TLS? is a firewall in between, or the server overloaded?"
                } else {
                    "nothing answers: is a firewall in between, or is the server stopped or overloaded?"
                };
                (Fault::Unavailable, Some(hint.to_owned()))
            }
            io::ErrorKind::PermissionDenied => (
                Fault::Refused,
                Some("this process may not open the server's socket".to_owned()),
            ),
            io::ErrorKind::InvalidInput => {
                (Fault::Refused, Some("is the address right?".to_owned()))
            }
            _ if text.contains("lookup") && !text.contains("Temporary") => (
                Fault::Refused,
                Some("the host name is not known: is it spelt right?".to_owned()),
            ),
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::BrokenPipe
                if !self.tls =>
            {
                let hint = "the server closed the connection: is it stopping, full, or does it speak TLS (rediss://)?";
                (Fault::Unavailable, Some(hint.to_owned()))
            }
            _ => (Fault::Unavailable, None),
        }
    }

    fn tls_hint(&self) -> &'static str {
        if self.tls {
            "check that the port speaks TLS, that the authority (CA) is the one that signed the server's certificate, \
             that the certificate names this host, and that a client certificate is given if the server wants one"
        } else {
            "does the server speak TLS? then use rediss://"
        }
    }

    /// Makes the error for certificates that cannot be used.
    pub(crate) fn certificates(&self, doing: &str, error: &TlsError) -> StoreError {
        self.refused(doing, &error.to_string(), self.tls_hint())
    }

    /// Sorts a failure after something was sent: whether it happened is not known.
    pub(crate) fn exchanging(&self, doing: &str, error: &WireError) -> StoreError {
        self.error(Fault::Lost, doing, words(error), None)
    }
}

/// What is said to users of a cluster.
pub(crate) const CLUSTER: &str =
    "this version works on standalone servers: Redis Cluster is not supported by it";

/// What stands before the reason in an `EXECABORT`.
const DISCARDED: &str = "Transaction discarded because of: ";

/// States that pass, with what a person can do meanwhile.
const TEMPORARY: [(&str, &str); 9] = [
    (
        "LOADING",
        "the server is reading its data from disk, which passes",
    ),
    (
        "CLUSTERDOWN",
        "the cluster is down: look at its nodes (CLUSTER INFO)",
    ),
    (
        "BUSY",
        "a script blocks the server: SCRIPT KILL ends one that has not written yet",
    ),
    (
        "MASTERDOWN",
        "the server is a replica that has lost its primary: connect to the primary, or wait until the replica has \
         found it",
    ),
    (
        "READONLY",
        "the server is a replica at the moment: connect to the primary if that does not pass",
    ),
    (
        "OOM",
        "the server is out of memory: raise maxmemory or free some",
    ),
    (
        "MISCONF",
        "the server cannot write its snapshot: look at its log and disk",
    ),
    (
        "NOREPLICAS",
        "fewer replicas follow than min-replicas-to-write asks for: bring them back, or lower it",
    ),
    ("TRYAGAIN", "the server asks to try again"),
];

/// An error in words: those of the system for a limit or a closed connection say nothing to most people.
fn words(error: &WireError) -> String {
    let kind = match error {
        WireError::Io(error) => Some(error.kind()),
        WireError::Malformed(_) => None,
    };
    match kind {
        Some(io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock) => {
            "no answer within the time limit".to_owned()
        }
        Some(io::ErrorKind::UnexpectedEof) => "the server closed the connection".to_owned(),
        _ => error.to_string(),
    }
}

/// Whether an error is one of TLS: those pass through the socket's interface as invalid data around rustls' own.
fn tls_reason(error: &io::Error) -> bool {
    error
        .get_ref()
        .is_some_and(|inner| inner.downcast_ref::<rustls::Error>().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Malformed;

    #[test]
    fn what_ends_a_connection_is_said_in_words() {
        let peer = Peer {
            name: "redis://here".to_owned(),
            user: "default".to_owned(),
            prefix: "__remold:".to_owned(),
            tls: false,
        };
        let cases = [
            (io::ErrorKind::WouldBlock.into(), "within the time limit"),
            (io::ErrorKind::TimedOut.into(), "within the time limit"),
            (io::ErrorKind::UnexpectedEof.into(), "closed the connection"),
            (io::Error::other("something else"), "something else"),
        ];
        for (error, words) in cases {
            let error = peer.exchanging("reading 64 keys", &WireError::Io(error));
            assert_eq!(error.fault(), Some(Fault::Lost));
            assert!(error.to_string().contains(words), "{error}");
        }
        let error = WireError::Malformed(Malformed::Kind(0x15));
        let StoreError::Server { fault, hint, .. } = peer.connecting(CONNECTING, &error) else {
            panic!("it is about the server");
        };
        assert_eq!(fault, Fault::Refused);
        assert!(hint.is_some_and(|hint| hint.contains("rediss://")));
    }

    #[test]
    fn a_script_that_was_killed_had_written_nothing_and_is_sent_again() {
        let peer = Peer {
            name: "redis://here".to_owned(),
            user: "default".to_owned(),
            prefix: "__remold:".to_owned(),
            tls: false,
        };
        for said in [
            "Error running script (call to f_5): @user_script:31: Script killed by user with SCRIPT KILL...",
            "Error running script (call to f_5): @user_script:31: user_script:31: Script killed by user with SCRIPT KILL...",
            "Script killed by user with SCRIPT KILL. script: 5, on @user_script:31.",
        ] {
            let error = peer.server("writing", "ERR", said);
            assert_eq!(error.fault(), Some(Fault::Unavailable), "{said}");
            assert_eq!(
                peer.script("writing", said).fault(),
                Some(Fault::Unavailable)
            );
        }
    }

    #[test]
    fn a_discarded_transaction_is_sorted_by_its_reason() {
        let peer = Peer {
            name: "redis://here".to_owned(),
            user: "default".to_owned(),
            prefix: "__remold:".to_owned(),
            tls: false,
        };
        let sorted = |rest: &str| {
            let StoreError::Server { fault, hint, .. } = peer.server("writing", "EXECABORT", rest)
            else {
                panic!("the server said it");
            };
            (fault, hint.unwrap_or_default())
        };
        let full = "Transaction discarded because of: OOM command not allowed when used memory > 'maxmemory'.";
        let (fault, hint) = sorted(full);
        assert!(
            fault == Fault::Unavailable && hint.contains("maxmemory"),
            "{hint}"
        );
        let denied = "Transaction discarded because of: NOPERM this user has no permissions to run the 'exec' command";
        let (fault, hint) = sorted(denied);
        assert!(fault == Fault::Refused && hint.contains("+exec"), "{hint}");
        let (fault, _) = sorted("Transaction discarded because of previous errors.");
        assert_eq!(fault, Fault::Refused);
    }
}
