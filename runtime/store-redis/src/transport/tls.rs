//! TLS: whom to trust, and who we are.

use std::io;
use std::net::TcpStream;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, ring};
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, RootCertStore, SignatureScheme,
    StreamOwned,
};

use crate::options::Tls;

/// Certificates that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    /// What was given as the authority's certificates is not PEM.
    #[error("the authority's certificate cannot be read: {0}")]
    Authority(#[source] pem::Error),
    /// There is nobody to trust.
    #[error("{place} holds no certificate of an authority")]
    NoAuthority {
        /// Where it was looked for.
        place: &'static str,
    },
    /// What was given as the client's certificate is not PEM.
    #[error("the client's certificate cannot be read: {0}")]
    Certificate(#[source] pem::Error),
    /// What was given as the client's key is not PEM.
    #[error("the client's key cannot be read: {0}")]
    Key(#[source] pem::Error),
    /// Certificates have names for hosts.
    #[error("{host:?} is no name that a certificate can have")]
    Host {
        /// The host.
        host: String,
    },
    /// What TLS says of certificate, key or authority.
    #[error(transparent)]
    Refused(#[from] rustls::Error),
}

/// How connections to one host are encrypted.
#[derive(Debug)]
pub(super) struct Encryption {
    config: Arc<ClientConfig>,
    host: ServerName<'static>,
}

impl Encryption {
    /// Reads the certificates, those of the system included.
    pub(super) fn new(host: &str, tls: &Tls) -> Result<Self, TlsError> {
        let name = ServerName::try_from(host.to_owned()).map_err(|_| TlsError::Host {
            host: host.to_owned(),
        })?;
        let cryptography = Arc::new(ring::default_provider());
        let algorithms = cryptography.signature_verification_algorithms;
        let config = configuration(cryptography)?;
        let config = if tls.insecure {
            config
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(AnyCertificate(algorithms)))
        } else {
            config.with_root_certificates(authorities(tls)?)
        };
        let mut config = match (&tls.certificate, &tls.key) {
            (Some(certificate), Some(key)) => {
                let chain: Result<Vec<_>, _> =
                    CertificateDer::pem_slice_iter(certificate).collect();
                let key = PrivateKeyDer::from_pem_slice(key).map_err(TlsError::Key)?;
                config.with_client_auth_cert(chain.map_err(TlsError::Certificate)?, key)?
            }
            _ => config.with_no_client_auth(),
        };
        config.enable_sni = !tls.insecure;
        Ok(Self {
            config: Arc::new(config),
            host: name,
        })
    }

    /// Encrypts a stream.
    pub(super) fn over(
        &self,
        tcp: TcpStream,
    ) -> io::Result<StreamOwned<ClientConnection, TcpStream>> {
        let client = ClientConnection::new(Arc::clone(&self.config), self.host.clone())
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        Ok(StreamOwned::new(client, tcp))
    }
}

/// The cryptography is named: another crate of the program may have made another the process' own.
fn configuration(
    cryptography: Arc<CryptoProvider>,
) -> Result<rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>, rustls::Error> {
    ClientConfig::builder_with_provider(cryptography).with_safe_default_protocol_versions()
}

/// Those that were given, else those of the system.
fn authorities(tls: &Tls) -> Result<RootCertStore, TlsError> {
    let mut authorities = RootCertStore::empty();
    let place = match &tls.authority {
        Some(given) => {
            for certificate in CertificateDer::pem_slice_iter(given) {
                authorities.add(certificate.map_err(TlsError::Authority)?)?;
            }
            "the file of authorities"
        }
        None => {
            // One that is damaged or of an unknown kind says nothing of the others.
            let found = rustls_native_certs::load_native_certs();
            authorities.add_parsable_certificates(found.certs);
            "the system"
        }
    };
    if authorities.is_empty() {
        return Err(TlsError::NoAuthority { place });
    }
    Ok(authorities)
}

/// Takes any certificate, as the operator asked for.
#[derive(Debug)]
struct AnyCertificate(WebPkiSupportedAlgorithms);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(host: &str, tls: &Tls) -> String {
        let error = Encryption::new(host, tls).expect_err("it cannot be used");
        error.to_string()
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let nobody = Tls {
            authority: Some(b"no certificate".to_vec()),
            ..Tls::default()
        };
        assert!(error("db", &nobody).contains("authorities"));
        let damaged = Tls {
            authority: Some(
                b"-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n".to_vec(),
            ),
            ..Tls::default()
        };
        assert!(error("db", &damaged).contains("the authority's certificate"));
        let insecure = Tls {
            insecure: true,
            ..Tls::default()
        };
        let keyless = Tls {
            certificate: Some(Vec::new()),
            key: Some(b"no key".to_vec()),
            ..insecure.clone()
        };
        assert!(error("db", &keyless).contains("the client's key"));
        assert!(error("not a name", &insecure).contains("not a name"));
        Encryption::new("127.0.0.1", &insecure).expect("nothing more is needed");
    }
}
