//! Certificates that are sound, or wrong in one way each.

use std::fmt;
use std::io;
use std::net::TcpStream;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd,
};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// The names of a sound certificate: what loopback is called.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// A private certificate authority, made when it is needed.
///
/// ```
/// use dt_appliance::{Appliance, Authority, CertificateFlaw, Forwarder};
///
/// let authority = Authority::new()?;
/// let appliance = Appliance::new().start()?;
/// let sound = Forwarder::to(appliance.address()).tls(authority.sound()?).start()?;
/// let expired = authority.flawed(CertificateFlaw::Expired)?;
/// let expired = Forwarder::to(appliance.address()).tls(expired).start()?;
/// assert!(sound.url().starts_with("https://127.0.0.1:"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Authority {
    certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

/// What is wrong with a certificate that a known authority has signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateFlaw {
    /// It was good until 2020.
    Expired,
    /// It will be good from the year 3000.
    NotYetValid,
    /// It is for `appliance.example`, where it is not used.
    WrongName,
}

impl Authority {
    /// Makes an authority that nobody else knows.
    pub fn new() -> Result<Self, CertificateError> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new([])?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // By another name than what it signs, which OpenSSL would else take for signed by itself.
        params.distinguished_name.push(DnType::CommonName, "authority of a demo appliance");
        let certificate = params.self_signed(&key)?;
        Ok(Self { certificate, issuer: Issuer::new(params, key) })
    }

    /// Its certificate in PEM, which is what a client has to be given to trust it.
    #[must_use]
    pub fn pem(&self) -> String {
        self.certificate.pem()
    }

    /// A certificate for the loopback interface.
    pub fn sound(&self) -> Result<Identity, CertificateError> {
        self.sign(&CertificateParams::new(NAMES.map(ToOwned::to_owned))?)
    }

    /// A certificate with one flaw.
    pub fn flawed(&self, flaw: CertificateFlaw) -> Result<Identity, CertificateError> {
        let mut params = CertificateParams::new(NAMES.map(ToOwned::to_owned))?;
        match flaw {
            CertificateFlaw::Expired => params.not_after = date_time_ymd(2020, 1, 1),
            CertificateFlaw::NotYetValid => params.not_before = date_time_ymd(3000, 1, 1),
            CertificateFlaw::WrongName => {
                params = CertificateParams::new(["appliance.example".to_owned()])?;
            }
        }
        self.sign(&params)
    }

    fn sign(&self, params: &CertificateParams) -> Result<Identity, CertificateError> {
        let key = KeyPair::generate()?;
        Identity::new(&params.signed_by(&key, &self.issuer)?, &key)
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authority")
    }
}

/// A certificate with its key: who a server is.
#[derive(Clone)]
pub struct Identity {
    config: Arc<ServerConfig>,
    pem: String,
    sha256: [u8; 32],
}

impl Identity {
    /// A certificate that nobody has signed but its own key, for the loopback interface.
    pub fn self_signed() -> Result<Self, CertificateError> {
        Self::own(IsCa::NoCa)
    }

    /// The same, marked as an authority's: what many appliances bring along, and what no client can
    /// accept as its own authority.
    pub fn self_signed_authority() -> Result<Self, CertificateError> {
        Self::own(IsCa::Ca(BasicConstraints::Unconstrained))
    }

    fn own(is_ca: IsCa) -> Result<Self, CertificateError> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(NAMES.map(ToOwned::to_owned))?;
        params.is_ca = is_ca;
        Self::new(&params.self_signed(&key)?, &key)
    }

    fn new(certificate: &Certificate, key: &KeyPair) -> Result<Self, CertificateError> {
        let der = certificate.der().clone();
        let digest = ring::digest::digest(&ring::digest::SHA256, &der);
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(digest.as_ref());
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![der], key)?;
        Ok(Self { config: Arc::new(config), pem: certificate.pem(), sha256 })
    }

    /// The certificate in PEM.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// The certificate's SHA-256 over its DER, by which it can be pinned.
    #[must_use]
    pub const fn sha256(&self) -> [u8; 32] {
        self.sha256
    }

    pub(super) fn accept<'s>(
        &self,
        stream: &'s TcpStream,
    ) -> io::Result<StreamOwned<ServerConnection, &'s TcpStream>> {
        let connection =
            ServerConnection::new(Arc::clone(&self.config)).map_err(io::Error::other)?;
        Ok(StreamOwned::new(connection, stream))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity")
    }
}

/// No certificate could be made.
#[derive(Debug, thiserror::Error)]
#[error("failed to make a certificate")]
pub struct CertificateError(#[source] Cause);

#[derive(Debug, thiserror::Error)]
#[error(transparent)]
enum Cause {
    Certificate(#[from] rcgen::Error),
    Tls(#[from] rustls::Error),
}

impl<E> From<E> for CertificateError
where
    Cause: From<E>,
{
    fn from(error: E) -> Self {
        Self(error.into())
    }
}
