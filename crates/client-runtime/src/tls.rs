//! TLS for the transport: rustls with ring, and the certificates that the operating system trusts.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, ring};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::Error;

/// The TLS configuration for an `https` origin.
pub(crate) fn platform() -> Result<ClientConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier::new(provider.clone()).map_err(|error| {
        Error::configuration(
            "no certificates to verify servers with were found: install your system's CA certificates \
             (Debian's package `ca-certificates`), or set SSL_CERT_FILE",
        )
        .caused_by(error)
    })?;
    let mut config = builder(provider)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// The TLS configuration for a plain `http` origin on loopback. It trusts no certificate and needs none on the machine.
pub(crate) fn none() -> Result<ClientConfig, Error> {
    Ok(builder(Arc::new(ring::default_provider()))?
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth())
}

fn builder(
    provider: Arc<CryptoProvider>,
) -> Result<rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>, Error> {
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::configuration("TLS could not be set up").caused_by(error))
}
