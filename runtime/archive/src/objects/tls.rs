//! The connections to an object store: HTTP, over TLS by rustls with ring, as everywhere else.
//!
//! The package that speaks HTTP asks the whole process for its cryptography unless it is given a configuration; here it is
//! given one.

use std::sync::Arc;
use std::time::Duration;

use object_store::ClientConfigKey;
use object_store::client::{ClientOptions, HttpClient, HttpConnector};
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

/// Limit on making a connection.
const CONNECTING: Duration = Duration::from_secs(10);
/// Limit on a whole request: a part of an object on a slow line.
const REQUEST: Duration = Duration::from_mins(2);

/// Makes connections.
#[derive(Debug)]
pub(super) struct Connector {
    configuration: ClientConfig,
}

/// Why no connections can be made.
#[derive(Debug, thiserror::Error)]
pub(super) enum TlsError {
    /// The authorities cannot be read.
    #[error("the certificates of the authorities cannot be read: {0}")]
    Unreadable(String),
    /// There are none.
    #[error("there is no certificate of an authority to trust")]
    NoAuthority,
    /// Rustls refuses them.
    #[error(transparent)]
    Refused(#[from] rustls::Error),
}

impl Connector {
    /// Trusts these authorities, PEM, or the system's.
    pub(super) fn new(authority: Option<&[u8]>) -> Result<Self, TlsError> {
        let mut roots = RootCertStore::empty();
        match authority {
            Some(pem) => {
                for certificate in CertificateDer::pem_slice_iter(pem) {
                    let certificate =
                        certificate.map_err(|error| TlsError::Unreadable(error.to_string()))?;
                    roots.add(certificate)?;
                }
                if roots.is_empty() {
                    return Err(TlsError::NoAuthority);
                }
            }
            None => {
                // A machine without any can still speak plain HTTP.
                roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            }
        }
        let provider = Arc::new(ring::default_provider());
        let configuration = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { configuration })
    }
}

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let allows_http = options.get_config_value(&ClientConfigKey::AllowHttp);
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(self.configuration.clone())
            .https_only(allows_http.as_deref() != Some("true"))
            .connect_timeout(CONNECTING)
            .timeout(REQUEST)
            .user_agent(concat!("remold/", env!("CARGO_PKG_VERSION")))
            .build();
        let client = client.map_err(|error| object_store::Error::Generic {
            store: "S3",
            source: Box::new(error),
        })?;
        Ok(HttpClient::new(client))
    }
}
