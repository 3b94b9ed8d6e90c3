//! Whom both backends trust, and what they say about the others.

use std::io::Write;
use std::sync::Arc;

use dt_auth::RequestTarget;
use dt_transport::{
    Blocking, BuildError, HttpOptions, ReqwestTransport, TlsProblem, TlsTrust, Transport,
    TransportError, TransportErrorKind, UreqTransport,
};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::server::{Server, Then, response};
use crate::{options, signed};

struct Authority {
    certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        Self { certificate, issuer: Issuer::new(params, key) }
    }

    fn trust(&self) -> TlsTrust {
        TlsTrust::PlatformPlus(self.certificate.pem().into_bytes())
    }

    /// A server whose certificate this authority signed.
    fn server(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Secure {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        change(&mut params);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Secure::start(certificate.der(), &key)
    }
}

/// A server with TLS, and the pin of its certificate.
struct Secure {
    server: Server,
    pin: [u8; 32],
}

impl Secure {
    fn start(certificate: &CertificateDer<'static>, key: &KeyPair) -> Self {
        let digest = ring::digest::digest(&ring::digest::SHA256, certificate);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .unwrap();
        let config = Arc::new(config);
        let server = Server::start_over(
            move |stream| {
                let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                Ok(Box::new(StreamOwned::new(connection, stream)))
            },
            |_, stream| {
                let _ = stream.write_all(&response(200, &[], b"{}"));
                Then::KeepAlive
            },
        );
        Self { server, pin: digest.as_ref().try_into().unwrap() }
    }

    /// A certificate of its own making, as appliances bring along.
    fn self_signed(change: impl FnOnce(&mut CertificateParams)) -> (Self, Certificate) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        change(&mut params);
        let certificate = params.self_signed(&key).unwrap();
        (Self::start(certificate.der(), &key), certificate)
    }

    /// What both backends, who must agree, say to this server.
    fn reached_by(&self, trust: TlsTrust) -> Result<(), TlsProblem> {
        let options = options().trust(trust);
        let ureq = UreqTransport::new(&options).unwrap();
        let reqwest = Blocking::new(ReqwestTransport::new(&options).unwrap()).unwrap();
        let [one, other] =
            [&ureq as &dyn Transport, &reqwest].map(|transport| self.reach(transport));
        assert_eq!(one, other);
        one
    }

    fn reach(&self, transport: &dyn Transport) -> Result<(), TlsProblem> {
        let url = format!("https://localhost:{}", self.server.address.port());
        let request = || signed(&url, &RequestTarget::new("/status"));
        for _ in 0..2 {
            match transport.send(request()).as_ref().map_err(TransportError::kind) {
                Ok(answer) => assert_eq!(answer.body(), b"{}"),
                Err(TransportErrorKind::Tls(problem)) => return Err(*problem),
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(self.server.heads().len() % 2, 0);
        Ok(())
    }
}

fn ca(params: &mut CertificateParams) {
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
}

#[test]
fn a_private_authority_is_trusted_once_it_is_given() {
    let authority = Authority::new();
    let server = authority.server("localhost", |_| {});
    assert_eq!(server.reached_by(authority.trust()), Ok(()));
    assert_eq!(server.reached_by(Authority::new().trust()), Err(TlsProblem::UnknownIssuer));
    let by_default = server.reached_by(TlsTrust::Platform).unwrap_err();
    assert!(
        matches!(by_default, TlsProblem::UnknownIssuer | TlsProblem::NoRoots),
        "{by_default:?}"
    );
}

#[test]
fn a_certificate_must_be_for_the_name_and_in_date() {
    let authority = Authority::new();
    let other_name = authority.server("appliance.example", |_| {});
    assert_eq!(other_name.reached_by(authority.trust()), Err(TlsProblem::WrongName));
    let past = |params: &mut CertificateParams| params.not_after = date_time_ymd(2020, 1, 1);
    let expired = authority.server("localhost", past);
    assert_eq!(expired.reached_by(authority.trust()), Err(TlsProblem::Expired));
    let future = |params: &mut CertificateParams| params.not_before = date_time_ymd(3000, 1, 1);
    let early = authority.server("localhost", future);
    assert_eq!(early.reached_by(authority.trust()), Err(TlsProblem::Expired));
    // Whoever pins it knows it, whatever it says of itself.
    for server in [other_name, expired, early] {
        assert_eq!(server.reached_by(TlsTrust::PinnedSha256(server.pin)), Ok(()));
    }
}

#[test]
fn a_pin_fits_one_certificate() {
    let (server, _) = Secure::self_signed(ca);
    assert_eq!(server.reached_by(TlsTrust::PinnedSha256(server.pin)), Ok(()));
    let presented = server.pin;
    assert_eq!(
        server.reached_by(TlsTrust::PinnedSha256([0; 32])),
        Err(TlsProblem::PinMismatch { presented })
    );
}

#[test]
fn a_certificate_that_is_its_own_authority_has_to_be_pinned() {
    let (server, certificate) = Secure::self_signed(ca);
    let trust = TlsTrust::PlatformPlus(certificate.pem().into_bytes());
    assert_eq!(server.reached_by(trust), Err(TlsProblem::SelfSigned));
}

#[test]
fn insecure_trusts_anyone() {
    let (server, _) = Secure::self_signed(|_| {});
    assert_eq!(server.reached_by(TlsTrust::Insecure), Ok(()));
}

#[test]
fn what_holds_no_certificate_is_refused_when_building() {
    let texts =
        ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"];
    let messages = texts.map(|pem| {
        let options = HttpOptions::new().trust(TlsTrust::PlatformPlus(pem.into()));
        let errors: [BuildError; 2] = [
            UreqTransport::new(&options).unwrap_err(),
            ReqwestTransport::new(&options).unwrap_err(),
        ];
        assert_eq!(errors[0].to_string(), errors[1].to_string());
        errors[0].to_string()
    });
    insta::assert_snapshot!(messages.join("\n"), @"
    failed to read the CA certificates: there is none among them
    failed to read the CA certificates: there is none among them
    failed to use a CA certificate
    ");
}

#[test]
fn a_server_without_tls_is_told_as_such() {
    // As servers do that get a handshake in place of a request.
    let plain = Server::start_over(
        |mut stream| {
            stream.write_all(&response(400, &[], b""))?;
            Ok(Box::new(stream))
        },
        |_, _| Then::Close,
    );
    let server = Secure { server: plain, pin: [0; 32] };
    assert_eq!(server.reached_by(TlsTrust::Insecure), Err(TlsProblem::Other));
}
