//! Opens connections to one server: address, TLS, log-in, database, name, and who answered.
//!
//! The log-in is done here and not by the redis crate, whose errors do not say what the server said.

use std::time::Duration;

use redis::io::tcp::{TcpSettings, socket2::TcpKeepalive};
use redis::{
    Client, ClientTlsConfig, ConnectionAddr, IntoConnectionInfo as _, TlsCertificates, Value,
};
use remold_engine::port::StoreError;

use super::connection::Connection;
use super::fault::{CLUSTER, CONNECTING, Peer};
use super::info::Info;
use super::options::{Address, Options, Tls};
use super::reply;
use super::request::{Request, Sink as _};

/// How long a silent connection stays unquestioned: below the idle limits of usual firewalls.
const KEEPALIVE: Duration = Duration::from_mins(1);

/// A server and everything that a connection to it needs.
#[derive(Debug)]
pub(crate) struct Endpoint {
    client: Client,
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
        let client = client(&options)
            .map_err(|error| peer.connecting("preparing the connection", &error))?;
        Ok(Self {
            client,
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
        let link = self
            .client
            .get_connection_with_timeout(limit)
            .map_err(|error| self.peer.connecting(CONNECTING, &error))?;
        let mut connection = Connection::new(link, self.peer.clone());
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
        replies: &[Value],
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

fn client(options: &Options) -> redis::RedisResult<Client> {
    let settings = TcpSettings::default()
        .set_nodelay(true)
        .set_keepalive(TcpKeepalive::new().with_time(KEEPALIVE));
    let info = |address: ConnectionAddr| -> redis::RedisResult<_> {
        let info = address.into_connection_info()?;
        let redis = info.redis_settings().clone().set_skip_set_lib_name();
        Ok(info.set_tcp_settings(settings).set_redis_settings(redis))
    };
    match (&options.address, &options.tls) {
        (Address::Unix { path }, _) => Client::open(info(ConnectionAddr::Unix(path.clone()))?),
        (Address::Tcp { host, port }, None) => {
            Client::open(info(ConnectionAddr::Tcp(host.clone(), *port))?)
        }
        (Address::Tcp { host, port }, Some(tls)) => {
            choose_cryptography();
            let address = ConnectionAddr::TcpTls {
                host: host.clone(),
                port: *port,
                insecure: tls.insecure,
                tls_params: None,
            };
            Client::build_with_tls(info(address)?, certificates(tls))
        }
    }
}

fn certificates(tls: &Tls) -> TlsCertificates {
    let client_tls = match (&tls.certificate, &tls.key) {
        (Some(certificate), Some(key)) => Some(ClientTlsConfig {
            client_cert: certificate.clone(),
            client_key: key.clone(),
        }),
        _ => None,
    };
    TlsCertificates {
        client_tls,
        root_cert: tls.authority.clone(),
    }
}

/// The redis crate takes the process' provider, and rustls cannot choose one where another crate brings a second.
fn choose_cryptography() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Another thread may be first, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
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
