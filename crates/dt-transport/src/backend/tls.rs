//! Whom to trust: one TLS configuration for both backends.

use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
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

use super::build_error::BuildErrorKind;
use crate::TlsProblem;

/// Which servers are trusted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TlsTrust {
    /// Those whose certificate goes back to an authority the operating system trusts.
    #[default]
    Platform,
    /// Those, and those whose certificate goes back to one of these authorities, in PEM.
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

impl TlsTrust {
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

/// Authorities that are trusted besides those of the system.
#[derive(Debug)]
struct Given {
    authorities: Vec<CertificateDer<'static>>,
    verifier: Arc<WebPkiServerVerifier>,
}

impl Given {
    fn read(pem: &[u8], provider: &Arc<CryptoProvider>) -> Result<Self, BuildErrorKind> {
        let authorities = CertificateDer::pem_slice_iter(pem)
            .collect::<Result<Vec<_>, _>>()
            .map_err(BuildErrorKind::Pem)?;
        let mut store = RootCertStore::empty();
        for certificate in &authorities {
            store.add(certificate.clone()).map_err(BuildErrorKind::Certificate)?;
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
                verify(platform.as_ref().map_err(Clone::clone)?)
            }
            Trusted::Pinned(pin) => {
                let mut presented = [0; 32];
                presented.copy_from_slice(digest::digest(&digest::SHA256, end_entity).as_ref());
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

#[derive(Debug, thiserror::Error)]
#[error("another certificate than the pinned one was presented")]
struct PinMismatch {
    presented: [u8; 32],
}

/// When a certificate is valid that was refused for its time.
#[derive(Debug, thiserror::Error)]
pub(super) enum Validity {
    #[error("it was valid until {until}; this clock says {now}")]
    Past { until: Timestamp, now: Timestamp },
    #[error("it is valid from {from} on; this clock says {now}")]
    Ahead { from: Timestamp, now: Timestamp },
}

/// When the certificate is valid that an error refuses for its time.
pub(super) fn validity(error: &rustls::Error) -> Option<Validity> {
    let time = |unix: &UnixTime| {
        let seconds = i64::try_from(unix.as_secs()).ok()?;
        Timestamp::from_second(seconds).ok()
    };
    let rustls::Error::InvalidCertificate(certificate) = error else { return None };
    match certificate {
        CertificateError::ExpiredContext { time: now, not_after } => {
            Some(Validity::Past { until: time(not_after)?, now: time(now)? })
        }
        CertificateError::NotValidYetContext { time: now, not_before } => {
            Some(Validity::Ahead { from: time(not_before)?, now: time(now)? })
        }
        _ => None,
    }
}

/// What an error of rustls means for whoever has to act on it.
pub(super) fn problem(error: &rustls::Error) -> TlsProblem {
    let certificate = match error {
        rustls::Error::InvalidCertificate(certificate) => certificate,
        // The platform's verifier says it in prose only.
        rustls::Error::General(text) if text.contains("No CA certificates") => {
            return TlsProblem::NoRoots;
        }
        _ => return TlsProblem::Other,
    };
    match certificate {
        // The signature is bad if a trusted authority has the issuer's name, but another key.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            TlsProblem::UnknownIssuer
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            TlsProblem::WrongName
        }
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => TlsProblem::Expired,
        CertificateError::Other(OtherError(other)) => match other.downcast_ref::<PinMismatch>() {
            Some(mismatch) => TlsProblem::PinMismatch { presented: mismatch.presented },
            // rustls passes on what webpki found, whose type is not ours to name.
            None if format!("{other:?}").contains("CaUsedAsEndEntity") => TlsProblem::SelfSigned,
            None => TlsProblem::Other,
        },
        _ => TlsProblem::Other,
    }
}
