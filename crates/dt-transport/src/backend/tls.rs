//! Whom to trust: one TLS configuration for both backends.

use std::io;
use std::sync::{Arc, OnceLock};

use dt_model::{Diagnostic, FailureKind};
use ring::digest;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring as provider, verify_tls12_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, OtherError, RootCertStore,
    SignatureScheme,
};

use super::build_error::{BuildError, BuildErrorKind};
use super::tls_error::{PinMismatch, Untrusted, in_words};

/// Which servers are trusted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TlsTrust {
    /// Those whose certificate goes back to an authority the operating system trusts.
    #[default]
    Platform,
    /// Those, and those whose certificate goes back to one of these authorities, in PEM, or one in DER.
    ///
    /// A self-signed certificate, as appliances bring along, is usually no authority: pin it.
    PlatformPlus(Vec<u8>),
    /// Only the one whose certificate has this SHA-256, over its DER. Neither name nor expiry nor
    /// issuer matter then: the certificate itself is known.
    PinnedSha256([u8; 32]),
    /// Anyone. Who sits between sees everything and can answer anything.
    Insecure,
}

/// The text is no pin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a pin is the 64 hex digits of a certificate's SHA-256")]
pub struct InvalidPin;

impl Diagnostic for InvalidPin {
    fn kind(&self) -> FailureKind {
        FailureKind::Usage
    }
}

impl TlsTrust {
    /// Those of the system, and those whose certificate goes back to one of these authorities: what a file
    /// of them holds, PEM or one in DER.
    ///
    /// ```
    /// use dt_transport::TlsTrust;
    ///
    /// let error = TlsTrust::authorities(b"hello".to_vec()).unwrap_err();
    /// assert!(error.to_string().contains("there is none among them"));
    /// ```
    ///
    /// # Errors
    ///
    /// As reading the file fails, with a [`BuildError`] within: if there is none among them, or one that is not
    /// sound.
    pub fn authorities(file: Vec<u8>) -> io::Result<Self> {
        let given = Given::read(&file, &Arc::new(provider::default_provider()));
        given
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, BuildError::from(error)))?;
        Ok(Self::PlatformPlus(file))
    }

    /// Only the certificate with this SHA-256 in hex, in which colons are allowed.
    ///
    /// ```
    /// use dt_transport::TlsTrust;
    ///
    /// let pin = "AA:".repeat(31) + "0f";
    /// let TlsTrust::PinnedSha256(sha256) = TlsTrust::pinned(&pin)? else { panic!("a pin") };
    /// assert_eq!((sha256[0], sha256[31]), (0xaa, 0x0f));
    /// assert!(TlsTrust::pinned("aa").is_err());
    /// # Ok::<(), dt_transport::InvalidPin>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it has another length, or other characters.
    pub fn pinned(hex: &str) -> Result<Self, InvalidPin> {
        let digit = |c: char| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let digits: Option<Vec<u8>> = hex.chars().filter(|c| *c != ':').map(digit).collect();
        let digits = digits.filter(|digits| digits.len() == 64).ok_or(InvalidPin)?;
        let mut sha256 = [0; 32];
        for (byte, pair) in sha256.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = pair[0] << 4 | pair[1];
        }
        Ok(Self::PinnedSha256(sha256))
    }
}

/// The configuration for `trust`.
///
/// The provider is chosen here, and not installed for the process: that is for a program to decide.
/// What the system trusts is read when the first certificate has to be verified, so that plain HTTP
/// works on systems without a trust store.
pub(super) fn config(trust: &TlsTrust) -> Result<ClientConfig, BuildErrorKind> {
    let provider = Arc::new(provider::default_provider());
    let trusted = match trust {
        TlsTrust::Platform => Trusted::Platform { given: None, verifier: OnceLock::new() },
        TlsTrust::PlatformPlus(pem) => {
            let given = Some(Given::read(pem, &provider)?);
            Trusted::Platform { given, verifier: OnceLock::new() }
        }
        TlsTrust::PinnedSha256(pin) => Trusted::Pinned(*pin),
        TlsTrust::Insecure => Trusted::Anyone,
    };
    let verifier = Verifier { provider: Arc::clone(&provider), trusted };
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(BuildErrorKind::Tls)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

/// With what a certificate in DER begins.
const DER_SEQUENCE: u8 = 0x30;

/// With what a part of a PEM file begins.
const PEM: &[u8] = b"-----BEGIN";

/// Authorities that are trusted besides those of the system.
#[derive(Debug)]
struct Given {
    authorities: Vec<CertificateDer<'static>>,
    verifier: Arc<WebPkiServerVerifier>,
}

impl Given {
    fn read(file: &[u8], provider: &Arc<CryptoProvider>) -> Result<Self, BuildErrorKind> {
        // PEM is text, and editors begin one with a mark.
        let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
        // What tools write above it may begin with a zero, which a certificate in DER begins with, too.
        let is_pem = file.windows(PEM.len()).any(|window| window == PEM);
        let authorities = match file.first() {
            Some(&DER_SEQUENCE) if !is_pem => vec![CertificateDer::from(file.to_vec())],
            _ => CertificateDer::pem_slice_iter(file)
                .collect::<Result<Vec<_>, _>>()
                .map_err(BuildErrorKind::Pem)?,
        };
        let mut store = RootCertStore::empty();
        for (place, certificate) in authorities.iter().enumerate() {
            let unsound = |error: rustls::Error| BuildErrorKind::Certificate {
                number: place + 1,
                why: in_words(&error),
            };
            store.add(certificate.clone()).map_err(unsound)?;
        }
        // There is nothing else that it could lack.
        let builder =
            WebPkiServerVerifier::builder_with_provider(store.into(), Arc::clone(provider));
        let verifier = builder.build().map_err(|_| BuildErrorKind::NoCertificate)?;
        Ok(Self { authorities, verifier })
    }
}

#[derive(Debug)]
struct Verifier {
    provider: Arc<CryptoProvider>,
    trusted: Trusted,
}

#[derive(Debug)]
enum Trusted {
    Platform {
        given: Option<Given>,
        verifier: OnceLock<Result<rustls_platform_verifier::Verifier, rustls::Error>>,
    },
    Pinned([u8; 32]),
    Anyone,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let shown = |error| match error {
            rustls::Error::InvalidCertificate(cause) => {
                let untrusted = Untrusted { cause, presented: sha256(end_entity) };
                rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(
                    untrusted,
                ))))
            }
            error => error,
        };
        match &self.trusted {
            Trusted::Platform { given, verifier } => {
                let verify = |by: &dyn ServerCertVerifier| {
                    by.verify_server_cert(
                        end_entity,
                        intermediates,
                        server_name,
                        ocsp_response,
                        now,
                    )
                };
                // Whoever is vouched for by a given authority is trusted whatever the system says, and
                // reading all that it trusts takes longer than the rest of the hand-shake.
                if let Some(Ok(vouched)) = given.as_ref().map(|it| verify(&*it.verifier)) {
                    return Ok(vouched);
                }
                let extra = given.iter().flat_map(|it| it.authorities.iter().cloned());
                let platform = verifier.get_or_init(|| {
                    let provider = Arc::clone(&self.provider);
                    rustls_platform_verifier::Verifier::new_with_extra_roots(extra, provider)
                });
                verify(platform.as_ref().map_err(Clone::clone)?).map_err(shown)
            }
            Trusted::Pinned(pin) => {
                let presented = sha256(end_entity);
                // Not a secret: the server shows its certificate to everybody.
                if presented == *pin {
                    return Ok(ServerCertVerified::assertion());
                }
                let mismatch = OtherError(Arc::new(PinMismatch { presented }));
                Err(rustls::Error::InvalidCertificate(CertificateError::Other(mismatch)))
            }
            Trusted::Anyone => Ok(ServerCertVerified::assertion()),
        }
    }

    // Whoever is trusted, the server must hold the key of the certificate it shows.
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

fn sha256(certificate: &CertificateDer<'_>) -> [u8; 32] {
    let mut sum = [0; 32];
    sum.copy_from_slice(digest::digest(&digest::SHA256, certificate).as_ref());
    sum
}

#[cfg(test)]
mod tests {
    use super::super::tls_error::problem;
    use super::*;
    use crate::TlsProblem;

    /// An authority, and a certificate as `openssl x509 -req` writes one without extensions.
    const AUTHORITY: &str = "\
-----BEGIN CERTIFICATE-----
MIIBcjCCARegAwIBAgIULy8p6XcldYloB+cQUaKknLI8E7YwCgYIKoZIzj0EAwIw
DTELMAkGA1UEAwwCY2EwIBcNMjYxMTI3MjAzNzM4WhgPMjEyNjExMDMyMDM3Mzha
MA0xCzAJBgNVBAMMAmNhMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEJlEepBeh
BEU5qrhti2BMojnZ2KWQEa3W7SoEPyezlo+yQ1sW7/ITVsl3YTdg3Y7qdXJBv6GM
BvrEVsl5TSVoy6NTMFEwHQYDVR0OBBYEFAkq6webiz+TkIx8y7lVjwyK4SsPMB8G
A1UdIwQYMBaAFAkq6webiz+TkIx8y7lVjwyK4SsPMA8GA1UdEwEB/wQFMAMBAf8w
CgYIKoZIzj0EAwIDSQAwRgIhAKhDd/RPDMGo/yu6vwnC00QP2kylYcyPPujvP7e0
Kao9AiEA7fvBq0t/J6rToubIu8OW8m0yXsDpxRtwi4xs5pQBPBw=
-----END CERTIFICATE-----
";
    const VERSION_1: &str = "\
-----BEGIN CERTIFICATE-----
MIIBGDCBvwIUcMUSLE4wjz6MknJYmxhgcj/gIEEwCgYIKoZIzj0EAwIwDjEMMAoG
A1UEAwwDb2xkMCAXDTI2MTEyNzIwMzczOFoYDzIxMjYxMTAzMjAzNzM4WjAOMQww
CgYDVQQDDANvbGQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQmUR6kF6EERTmq
uG2LYEyiOdnYpZARrdbtKgQ/J7OWj7JDWxbv8hNWyXdhN2Ddjup1ckG/oYwG+sRW
yXlNJWjLMAoGCCqGSM49BAMCA0gAMEUCIQCiN7GA7Pjd+IitAIGddPbfgCErEgPY
HrcpS8H/yqnDXAIgSvYhLn7rlK6OTc34LHpIR41l3fsgV8avFLBNqGVuvwU=
-----END CERTIFICATE-----
";

    #[test]
    fn an_old_certificate_is_told_as_such() {
        let provider = Arc::new(provider::default_provider());
        let given = Given::read(AUTHORITY.as_bytes(), &provider).unwrap();
        let old = CertificateDer::from_pem_slice(VERSION_1.as_bytes()).unwrap();
        let name = ServerName::try_from("old").unwrap();
        let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(1_800_000_000));
        let verified = given.verifier.verify_server_cert(&old, &[], &name, &[], now);
        let error = verified.unwrap_err();
        assert_eq!(problem(&error), TlsProblem::OldCertificate);
        assert_eq!(in_words(&error), "unsupported cert version");
    }
}
