//! Whom both backends trust, as far as it is no fault: for certificates that are wrong or unknown,
//! see the fault suite.

use std::io::Write;

use dt_appliance::{Appliance, Authority, CertificateFlaw, Forwarder, Identity};
use dt_auth::RequestTarget;
use dt_transport::{
    BuildError, HttpOptions, ReqwestTransport, TlsProblem, TlsTrust, Transport, TransportErrorKind,
    UreqTransport,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::server::{Server, Then, response};
use crate::{each, options, signed};

fn tls_problem(transport: &dyn Transport, url: &str) -> TlsProblem {
    let error = transport.send(signed(url, &RequestTarget::new("/status"))).unwrap_err();
    println!("{error:?}");
    match error.kind() {
        TransportErrorKind::Tls(problem) => *problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_private_authority_is_not_trusted_by_default() {
    let appliance = Appliance::new().start().unwrap();
    let identity = Authority::new().unwrap().sound().unwrap();
    let forwarder = Forwarder::to(appliance.address()).tls(identity).start().unwrap();
    each(&options().trust(TlsTrust::Platform), |transport| {
        let problem = tls_problem(transport, &forwarder.url());
        assert!(matches!(problem, TlsProblem::UnknownIssuer | TlsProblem::NoRoots), "{problem:?}");
    });
    assert_eq!(forwarder.requests(), 0);
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
    failed to read the CA certificates: there is none among them, in PEM or DER
    failed to read the CA certificates: there is none among them, in PEM or DER
    failed to use CA certificate 1: it is not sound (bad encoding)
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
    let url = format!("https://localhost:{}", plain.address.port());
    each(&options().trust(TlsTrust::Insecure), |transport| {
        assert_eq!(tls_problem(transport, &url), TlsProblem::NoTls);
    });
}

#[test]
fn what_the_other_end_says_by_an_alert_is_told_in_words_alone() {
    for (alert, problem) in
        [(70, TlsProblem::OldVersion), (116, TlsProblem::WantsCertificate), (40, TlsProblem::Other)]
    {
        let server = Server::start_over(
            move |mut stream| {
                stream.write_all(&[21, 3, 3, 0, 2, 2, alert])?;
                Ok(Box::new(stream))
            },
            |_, _| Then::Close,
        );
        let url = format!("https://localhost:{}", server.address.port());
        each(&options().trust(TlsTrust::Insecure), |transport| {
            assert_eq!(tls_problem(transport, &url), problem);
            let told = told(transport, &url);
            assert!(!told.contains("Failure") && !told.contains("Version"), "{told}");
        });
    }
}

/// What went wrong, with everything behind it.
fn told(transport: &dyn Transport, url: &str) -> String {
    let error = transport.send(signed(url, &RequestTarget::new("/status"))).unwrap_err();
    let sources = std::iter::successors(Some(&error as &dyn std::error::Error), |it| it.source());
    sources.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[test]
fn a_file_of_authorities_may_be_der_and_may_begin_with_a_mark() {
    let appliance = Appliance::new().start().unwrap();
    let authority = Authority::new().unwrap();
    let identity = authority.sound().unwrap();
    let forwarder = Forwarder::to(appliance.address()).tls(identity).start().unwrap();
    let pem = authority.pem();
    let der = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap().to_vec();
    for file in [der, format!("\u{feff}{pem}").into_bytes()] {
        let trust = TlsTrust::authorities(file).unwrap();
        each(&options().trust(trust), |transport| {
            let request = signed(&forwarder.url(), &RequestTarget::new("/status"));
            assert_eq!(transport.send(request).unwrap().status(), 400);
        });
    }
}

#[test]
fn what_is_wrong_with_a_certificate_is_told_in_words_alone() {
    let appliance = Appliance::new().start().unwrap();
    let authority = Authority::new().unwrap();
    let behind = |identity| Forwarder::to(appliance.address()).tls(identity).start().unwrap();
    let expired = behind(authority.flawed(CertificateFlaw::Expired).unwrap());
    let other = behind(authority.sound().unwrap());
    let trusted = TlsTrust::PlatformPlus(authority.pem().into());
    let pinned = TlsTrust::pinned(&"00".repeat(32)).unwrap();
    let own = Identity::self_signed_authority().unwrap();
    let as_its_own = TlsTrust::PlatformPlus(own.pem().into());
    let pin = format!("its SHA-256 is {}", base16ct::lower::encode_string(&own.sha256()));
    let self_signed = behind(own);
    for (trust, forwarder, words) in [
        (trusted, &expired, "it was valid until"),
        (pinned, &other, "the certificate is not the pinned one"),
        (as_its_own, &self_signed, &*pin),
    ] {
        each(&options().trust(trust), |transport| {
            let told = told(transport, &forwarder.url());
            assert!(told.contains(words), "{told}");
            assert!(!told.contains("UNIX") && !told.contains("PinMismatch"), "{told}");
            assert!(!told.contains("OtherError"), "{told}");
        });
    }
}
