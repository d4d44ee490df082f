//! TLS by rustls. The server's certificate and host name are always verified.

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{Error, ErrorKind};

/// Returns a connector that trusts these authorities, or those of the operating system.
pub(super) fn connector(authorities: Option<&Path>) -> Result<MakeRustlsConnect, Error> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| refused("TLS could not be set up").caused_by(error))?;
    let builder = match authorities {
        Some(path) => builder.with_root_certificates(read(path)?),
        None => builder.with_platform_verifier().map_err(|error| {
            refused(
                "found no certificates to verify the server with: name them with sslrootcert=FILE",
            )
            .caused_by(error)
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
        return Err(unusable("it contains no certificate".to_owned()));
    }
    Ok(store)
}

fn refused(message: &str) -> Error {
    Error::new(ErrorKind::Address, message)
}
