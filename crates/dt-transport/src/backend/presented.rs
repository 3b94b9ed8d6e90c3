//! The certificate that a server shows, looked at without trusting it.

use std::io;
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use ring::digest;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring as provider};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme,
};
use x509_cert::Certificate;
use x509_cert::der::{Decode, Encode};
use x509_cert::name::Name;
use x509_cert::time::Time;

use super::options::HttpOptions;
use super::{fault, route};
use crate::{BaseUrl, TransportError, TransportErrorKind};

/// What a server's certificate says of itself. Nothing of it is verified: this is for showing it to
/// somebody who can compare.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PresentedCertificate {
    /// The SHA-256 over its DER, as [`TlsTrust::PinnedSha256`](crate::TlsTrust::PinnedSha256) takes
    /// it.
    pub sha256: [u8; 32],
    /// Who issued it: the common name, else the organisation, else the whole name. `None` if the
    /// certificate cannot be read.
    pub issuer: Option<String>,
    /// Whom it was issued to, in the same form.
    pub subject: Option<String>,
    /// Whether it was signed with its own key: nobody else vouches for it.
    pub is_self_signed: bool,
    /// Until when it is valid.
    pub not_after: Option<Timestamp>,
}

/// Asks a server for its certificate, and breaks off: nothing is trusted, and no request is sent.
///
/// The server is connected to directly.
///
/// # Errors
///
/// If it cannot be reached, or no certificate came. [`TransportErrorKind::Proxy`] if `options` lead
/// through a proxy, and [`TransportErrorKind::Other`] for a URL without TLS: nothing is sent then.
///
/// ```no_run
/// use dt_transport::{HttpOptions, peer_certificate};
///
/// let base = "https://appliance.example".parse()?;
/// let presented = peer_certificate(&base, &HttpOptions::default())?;
/// println!("{:?}, issued by {:?}", presented.sha256, presented.issuer);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn peer_certificate(
    base: &BaseUrl,
    options: &HttpOptions,
) -> Result<PresentedCertificate, TransportError> {
    if base.is_plain_http() {
        return Err(TransportError::new(TransportErrorKind::Other).because("the URL has no TLS"));
    }
    if route::proxy_for(base, options)?.is_some() {
        return Err(TransportError::new(TransportErrorKind::Proxy)
            .because("certificates are not read through a proxy"));
    }
    let looking = Arc::new(Looking {
        provider: Arc::new(provider::default_provider()),
        seen: OnceLock::new(),
    });
    let config = ClientConfig::builder_with_provider(Arc::clone(&looking.provider))
        .with_safe_default_protocol_versions()
        .map_err(other)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::<Looking>::clone(&looking))
        .with_no_client_auth();
    let host = base.host().trim_start_matches('[').trim_end_matches(']').to_owned();
    let mut stream = connect(&host, port(base), options)?;
    let name = ServerName::try_from(host).map_err(other)?;
    let mut connection = ClientConnection::new(Arc::new(config), name).map_err(other)?;
    // It fails, if only because the certificate is refused once it was seen.
    let ended = connection.complete_io(&mut stream);
    match (looking.seen.get(), ended) {
        (Some(certificate), _) => Ok(read(certificate)),
        (None, Err(error)) => Err(failed(error)),
        (None, Ok(_)) => Err(TransportError::new(TransportErrorKind::Protocol)),
    }
}

/// Authorities keep a port as text only.
fn port(base: &BaseUrl) -> u16 {
    let text = base.authority()[base.host().len()..].trim_start_matches(':');
    text.parse().unwrap_or(443)
}

fn connect(host: &str, port: u16, options: &HttpOptions) -> Result<TcpStream, TransportError> {
    let addresses = (host, port)
        .to_socket_addrs()
        .map_err(|error| TransportError::new(TransportErrorKind::Resolve).because(error))?;
    let mut last = TransportError::new(TransportErrorKind::Resolve);
    for address in addresses {
        match TcpStream::connect_timeout(&address, options.connect_timeout) {
            Ok(stream) => {
                let limit = Some(options.connect_timeout);
                stream
                    .set_read_timeout(limit)
                    .and_then(|()| stream.set_write_timeout(limit))
                    .map_err(failed)?;
                return Ok(stream);
            }
            Err(error) => last = failed(error),
        }
    }
    Err(last)
}

fn failed(error: io::Error) -> TransportError {
    TransportError::new(fault::kind(&error).unwrap_or(TransportErrorKind::Other)).because(error)
}

fn other(error: impl std::error::Error + Send + Sync + 'static) -> TransportError {
    TransportError::new(TransportErrorKind::Other).because(error)
}

fn read(der: &CertificateDer<'_>) -> PresentedCertificate {
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(digest::digest(&digest::SHA256, der).as_ref());
    let certificate = Certificate::from_der(der).ok();
    let said = certificate.as_ref().map(Certificate::tbs_certificate);
    PresentedCertificate {
        sha256,
        issuer: said.map(|said| called(said.issuer())),
        subject: said.map(|said| called(said.subject())),
        is_self_signed: certificate.as_ref().is_some_and(is_self_signed),
        not_after: said.and_then(|said| instant(said.validity().not_after)),
    }
}

/// The name alone does not tell: an authority can have the same.
fn is_self_signed(certificate: &Certificate) -> bool {
    let said = certificate.tbs_certificate();
    let key = said.subject_public_key_info().subject_public_key.raw_bytes();
    let signature = certificate.signature().raw_bytes();
    said.issuer() == said.subject()
        && said.to_der().is_ok_and(|signed| {
            let mut algorithms =
                provider::default_provider().signature_verification_algorithms.all.iter();
            algorithms.any(|algorithm| algorithm.verify_signature(key, &signed, signature).is_ok())
        })
}

fn called(name: &Name) -> String {
    let common = name.common_name().ok().flatten();
    match common.or_else(|| name.organization().ok().flatten()) {
        Some(text) => text.value().into_owned(),
        None => name.to_string(),
    }
}

fn instant(time: Time) -> Option<Timestamp> {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).ok()?;
    Timestamp::from_second(seconds).ok()
}

/// Takes down the certificate, and refuses it.
#[derive(Debug)]
struct Looking {
    provider: Arc<CryptoProvider>,
    seen: OnceLock<CertificateDer<'static>>,
}

impl ServerCertVerifier for Looking {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        // The first one it is that was asked for.
        let _ = self.seen.set(end_entity.clone().into_owned());
        Err(rustls::Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure))
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(rustls::Error::General("no certificate is accepted here".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verify_tls12_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
