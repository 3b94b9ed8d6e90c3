//! Whom both backends trust, as far as it is no fault: for certificates that are wrong or unknown,
//! see the fault suite.

use std::io::Write;

use dt_appliance::{Appliance, Authority, CertificateFlaw, Forwarder};
use dt_auth::RequestTarget;
use dt_transport::{
    BuildError, HttpOptions, ReqwestTransport, TlsProblem, TlsTrust, Transport, TransportErrorKind,
    UreqTransport,
};

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
    let url = format!("https://localhost:{}", plain.address.port());
    each(&options().trust(TlsTrust::Insecure), |transport| {
        assert_eq!(tls_problem(transport, &url), TlsProblem::Other);
    });
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
    for (trust, forwarder, words) in [
        (trusted, &expired, "it was valid until"),
        (pinned, &other, "the certificate is not the pinned one"),
    ] {
        each(&options().trust(trust), |transport| {
            let request = signed(&forwarder.url(), &RequestTarget::new("/status"));
            let error = transport.send(request).unwrap_err();
            let sources =
                std::iter::successors(Some(&error as &dyn std::error::Error), |it| it.source());
            let told = sources.map(ToString::to_string).collect::<Vec<_>>().join(": ");
            assert!(told.contains(words), "{told}");
            assert!(!told.contains("UNIX") && !told.contains("PinMismatch"), "{told}");
        });
    }
}
