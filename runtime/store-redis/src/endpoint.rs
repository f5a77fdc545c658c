//! Opens connections to one server: address, TLS, log-in, database, name, and who answered.

use remold_engine::port::StoreError;

use super::connection::Connection;
use super::fault::{CLUSTER, CONNECTING, Peer};
use super::info::Info;
use super::options::Options;
use super::reply::{self, Reply};
use super::request::{Request, Sink as _};
use super::transport::Transport;

/// A server and everything that a connection to it needs.
#[derive(Debug)]
pub(crate) struct Endpoint {
    transport: Transport,
    peer: Peer,
    options: Options,
}

impl Endpoint {
    /// Checks address and certificates; nothing is contacted.
    pub(crate) fn new(options: Options) -> Result<Self, StoreError> {
        let peer = Peer {
            name: options.name(),
            user: options
                .username
                .clone()
                .unwrap_or_else(|| "default".to_owned()),
            prefix: options.prefix.clone(),
            tls: options.tls.is_some(),
        };
        let transport = Transport::new(&options)
            .map_err(|error| peer.certificates("preparing the connection", &error))?;
        Ok(Self {
            transport,
            peer,
            options,
        })
    }

    pub(crate) fn peer(&self) -> &Peer {
        &self.peer
    }

    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    /// Opens a connection and asks who answers, in one round trip after the handshake.
    pub(crate) fn open(&self) -> Result<Connection, StoreError> {
        let limit = self.options.connect_timeout;
        let stream = self
            .transport
            .connect(limit)
            .map_err(|error| self.peer.connecting(CONNECTING, &error.into()))?;
        let mut connection = Connection::new(stream, self.peer.clone());
        connection.limit(limit)?;
        let mut request = Request::default();
        let log_in = self.log_in(&mut request);
        request.command(&[b"CLIENT", b"SETNAME", self.options.client_name.as_bytes()]);
        // Keeps our reads out of the eviction state; Redis 7.2 has it, the others refuse it without harm.
        request.command(&[b"CLIENT", b"NO-TOUCH", b"ON"]);
        request.command(&[b"INFO", b"server"]);
        request.command(&[b"INFO", b"replication"]);
        let replies = connection.greet(&request)?;
        connection.set_info(self.check_greeting(CONNECTING, &replies, log_in)?);
        connection.limit(self.options.response_timeout)?;
        Ok(connection)
    }

    /// Writes the log-in and returns how many commands that are.
    fn log_in(&self, request: &mut Request) -> usize {
        let password = self
            .options
            .password
            .as_ref()
            .map(|secret| secret.reveal().as_bytes());
        match (&self.options.username, password) {
            (Some(user), password) => {
                request.command(&[b"AUTH", user.as_bytes(), password.unwrap_or_default()]);
            }
            (None, Some(password)) => request.command(&[b"AUTH", password]),
            (None, None) => {}
        }
        if self.options.database != 0 {
            let database = self.options.database.to_string();
            request.command(&[b"SELECT", database.as_bytes()]);
        }
        request.commands()
    }

    fn check_greeting(
        &self,
        doing: &str,
        replies: &[Reply],
        log_in: usize,
    ) -> Result<Info, StoreError> {
        let (log_in, others) = replies.split_at(log_in.min(replies.len()));
        let answers = others.iter().skip(2);
        let mut info = Info::default();
        for text in answers.clone().filter_map(reply::text) {
            info.add(&text);
        }
        // The log-in first: the others only follow from it.
        if let Some((code, rest)) = log_in.iter().find_map(reply::refusal) {
            if info.get("redis_mode") == Some("cluster") {
                return Err(self.peer.refused(doing, rest, CLUSTER));
            }
            return Err(self.peer.server(doing, code, rest));
        }
        // INFO may be denied; another refusal is one of the connection itself.
        let mut refusals = answers.filter_map(reply::refusal);
        if let Some((code, rest)) =
            refusals.find(|(code, _)| matches!(*code, "NOAUTH" | "LOADING" | "DENIED"))
        {
            return Err(self.peer.server(doing, code, rest));
        }
        Ok(info)
    }
}

/// Opens a connection in place of a lost one, if it leads to the same history.
pub(crate) fn reopen(
    endpoint: &Endpoint,
    history: Option<&str>,
    doing: &str,
) -> Result<Connection, StoreError> {
    let connection = endpoint.open()?;
    match (history, connection.info().history().as_deref()) {
        (Some(known), Some(found)) if known == found => Ok(connection),
        (Some(known), Some(found)) => {
            let message = format!("the server's history is {found} and was {known}");
            Err(connection.peer().history_changed(doing, &message))
        }
        _ => {
            let message = "the connection was lost, and the server does not say whether its data is the same (INFO)";
            Err(connection.peer().history_changed(doing, message))
        }
    }
}

/// The refusal to write where only reading was asked for.
pub(crate) fn read_only(endpoint: &Endpoint, doing: &str) -> StoreError {
    let hint = "the connection was opened for reading alone";
    endpoint
        .peer()
        .refused(doing, "nothing may be written", hint)
}
