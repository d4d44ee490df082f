//! TLS to a server: rustls with ring, and a certificate that is always verified, its host's name included.

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{Error, ErrorKind};

/// What connects by TLS to a server that these authorities vouch for, or those that the operating system trusts.
pub(super) fn connector(authorities: Option<&Path>) -> Result<MakeRustlsConnect, Error> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| refused("TLS could not be set up").caused_by(error))?;
    let builder = match authorities {
        Some(path) => builder.with_root_certificates(read(path)?),
        None => builder.with_platform_verifier().map_err(|error| {
            refused("no certificates to verify the server with were found: name them with sslrootcert=FILE").caused_by(error)
        })?,
    };
    Ok(MakeRustlsConnect::new(builder.with_no_client_auth()))
}

fn read(path: &Path) -> Result<RootCertStore, Error> {
    let unusable = |error: String| refused(&format!("sslrootcert={}: {error}", path.display()));
    let mut store = RootCertStore::empty();
    for certificate in
        CertificateDer::pem_file_iter(path).map_err(|error| unusable(error.to_string()))?
    {
        let certificate = certificate.map_err(|error| unusable(error.to_string()))?;
        store
            .add(certificate)
            .map_err(|error| unusable(error.to_string()))?;
    }
    if store.is_empty() {
        return Err(unusable("it has no certificate in it".to_owned()));
    }
    Ok(store)
}

fn refused(message: &str) -> Error {
    Error::new(ErrorKind::Address, message)
}
