//! Streams to a server: TCP, a unix socket, or TLS on TCP.

mod tls;

use std::io::{self, Read, Write};
use std::net::{IpAddr, TcpStream, ToSocketAddrs as _};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use rustls::{ClientConnection, StreamOwned};
use socket2::{SockRef, TcpKeepalive};

use self::tls::Encryption;
pub(crate) use self::tls::TlsError;
use super::options::{Address, Options};

/// How long a silent connection stays unquestioned: below the idle limits of usual firewalls.
const KEEPALIVE: Duration = Duration::from_mins(1);

/// The way to a server, with everything read that it takes.
#[derive(Debug)]
pub(crate) struct Transport {
    address: Address,
    encryption: Option<Encryption>,
}

impl Transport {
    /// Reads the certificates; nothing is contacted.
    pub(crate) fn new(options: &Options) -> Result<Self, TlsError> {
        let encryption = match (&options.address, &options.tls) {
            (Address::Tcp { host, .. }, Some(tls)) => Some(Encryption::new(host, tls)?),
            (Address::Tcp { .. }, None) | (Address::Unix { .. }, _) => None,
        };
        Ok(Self {
            address: options.address.clone(),
            encryption,
        })
    }

    /// Connects. TLS shakes hands when something is sent first.
    pub(crate) fn connect(&self, limit: Duration) -> io::Result<Stream> {
        let (host, port) = match &self.address {
            Address::Unix { path } => return Ok(Stream::Unix(UnixStream::connect(path)?)),
            Address::Tcp { host, port } => (host.as_str(), *port),
        };
        let tcp = connect_tcp(host, port, limit)?;
        Ok(match &self.encryption {
            Some(encryption) => Stream::Tls(Box::new(encryption.over(tcp)?)),
            None => Stream::Tcp(tcp),
        })
    }
}

/// Tries the addresses of a host one after the other: an equal share of the time that is left is for each.
fn connect_tcp(host: &str, port: u16, limit: Duration) -> io::Result<TcpStream> {
    // The system would take it for this machine, silently.
    if is_wildcard(host) {
        let message = "a server has no wildcard address (0.0.0.0 or ::)";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    let began = Instant::now();
    let mut addresses: Vec<_> = (host, port).to_socket_addrs()?.collect();
    addresses.dedup();
    let mut failed = io::Error::new(io::ErrorKind::NotFound, "the host name has no address");
    for (tried, address) in addresses.iter().enumerate() {
        let others = u32::try_from(addresses.len() - tried).unwrap_or(u32::MAX);
        let share = limit.saturating_sub(began.elapsed()) / others;
        // Nothing would mean to wait without a limit.
        match TcpStream::connect_timeout(address, share.max(Duration::from_millis(1))) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                let keepalive = TcpKeepalive::new().with_time(KEEPALIVE);
                SockRef::from(&stream).set_tcp_keepalive(&keepalive)?;
                return Ok(stream);
            }
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

/// Whether an address stands for all of a machine's own.
pub(crate) fn is_wildcard(host: &str) -> bool {
    host.parse()
        .is_ok_and(|address: IpAddr| address.is_unspecified())
}

/// A stream to a server.
pub(crate) enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Stream {
    /// Limits how long is waited for the other side, each time.
    pub(crate) fn set_limit(&self, limit: Duration) -> io::Result<()> {
        let limit = Some(limit);
        let tcp = match self {
            Self::Tcp(stream) => stream,
            Self::Tls(stream) => stream.get_ref(),
            Self::Unix(stream) => {
                stream.set_read_timeout(limit)?;
                return stream.set_write_timeout(limit);
            }
        };
        tcp.set_read_timeout(limit)?;
        tcp.set_write_timeout(limit)
    }
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.read(into),
            Self::Unix(stream) => stream.read(into),
            Self::Tls(stream) => stream.read(into),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.write(bytes),
            Self::Unix(stream) => stream.write(bytes),
            Self::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.flush(),
            Self::Unix(stream) => stream.flush(),
            Self::Tls(stream) => stream.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn wildcards_are_no_servers() {
        for host in ["0.0.0.0", "::"] {
            let error = connect_tcp(host, 1, Duration::from_secs(1)).expect_err(host);
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{host}");
        }
        assert!(!is_wildcard("localhost") && !is_wildcard("::1"));
    }

    #[test]
    fn a_stream_is_limited_asked_for_its_life_and_sends_at_once() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let tcp = connect_tcp("127.0.0.1", port, Duration::from_secs(5)).expect("it listens");
        assert!(tcp.nodelay().expect("it can be asked"));
        assert!(SockRef::from(&tcp).keepalive().expect("it can be asked"));
        let mut stream = Stream::Tcp(tcp);
        stream
            .set_limit(Duration::from_millis(1))
            .expect("it can be limited");
        let error = stream.read(&mut [0]).expect_err("nobody answers");
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    }
}
