//! Certificates for a server that speaks TLS: an authority of its own, one certificate for the server, one for a
//! client. Made anew for every server, valid for `localhost` and 127.0.0.1.

use std::fs;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
};

/// The files of one authority.
#[derive(Clone, Debug)]
pub struct Certificates {
    /// Certificate of the authority.
    pub authority: PathBuf,
    /// Certificate of the server.
    pub server: PathBuf,
    /// Private key of the server.
    pub server_key: PathBuf,
    /// Certificate of the client, common name `remold-client`.
    pub client: PathBuf,
    /// Private key of the client.
    pub client_key: PathBuf,
}

impl Certificates {
    /// Makes an authority and what it signs, as PEM files in `folder`.
    pub fn create(folder: &Path) -> Self {
        Self::create_for(folder, &[])
    }

    /// Makes them for a server with more names or addresses.
    pub(crate) fn create_for(folder: &Path, more_names: &[&str]) -> Self {
        fs::create_dir_all(folder).expect("the folder for certificates can be made");
        let key = KeyPair::generate().expect("a key can be made");
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority
            .distinguished_name
            .push(DnType::CommonName, "remold tests");
        let certificate = authority
            .self_signed(&key)
            .expect("the authority can sign itself");
        let file = |name: &str, text: String| {
            let path = folder.join(name);
            fs::write(&path, text).expect("a certificate can be written");
            path
        };
        let authority_file = file("authority.crt", certificate.pem());
        let issuer = Issuer::new(authority, key);
        let sign = |name: &str, purpose: ExtendedKeyUsagePurpose| {
            let key = KeyPair::generate().expect("a key can be made");
            let names = ["localhost", "127.0.0.1"].iter().chain(more_names);
            let names: Vec<String> = names.map(|name| (*name).to_owned()).collect();
            let mut params = CertificateParams::new(names).expect("the names are valid");
            params
                .distinguished_name
                .push(DnType::CommonName, format!("remold-{name}"));
            params.extended_key_usages = vec![purpose];
            let certificate = params
                .signed_by(&key, &issuer)
                .expect("the authority can sign");
            (
                file(&format!("{name}.crt"), certificate.pem()),
                file(&format!("{name}.key"), key.serialize_pem()),
            )
        };
        let (server, server_key) = sign("server", ExtendedKeyUsagePurpose::ServerAuth);
        let (client, client_key) = sign("client", ExtendedKeyUsagePurpose::ClientAuth);
        Self {
            authority: authority_file,
            server,
            server_key,
            client,
            client_key,
        }
    }
}
