//! Certificates that are not trusted, and those that are.

use std::time::Duration;

use dt_appliance::{Appliance, Authority, CertificateFlaw, Forwarder, Identity};
use dt_transport::{Error, HttpOptions, TlsProblem, TlsTrust, TransportErrorKind};

use crate::Case;
use crate::asker::{Asker, Patience};
use crate::verdict::{Verdict, equal};

pub(crate) fn cases() -> Vec<Case> {
    let authority = Authority::new().unwrap();
    let known = || TlsTrust::PlatformPlus(authority.pem().into());
    let flawed = |flaw| authority.flawed(flaw).unwrap();
    let pinned = |identity: &Identity| TlsTrust::PinnedSha256(identity.sha256());
    let self_signed = Identity::self_signed().unwrap();
    let own_authority = Identity::self_signed_authority().unwrap();
    let sound = authority.sound().unwrap();
    let stranger = Authority::new().unwrap().sound().unwrap();
    let as_its_own = TlsTrust::PlatformPlus(own_authority.pem().into());
    let mismatch = TlsProblem::PinMismatch { presented: sound.sha256() };
    let expired = flawed(CertificateFlaw::Expired);
    let early = flawed(CertificateFlaw::NotYetValid);
    let misnamed = flawed(CertificateFlaw::WrongName);

    // Whoever pins a certificate knows it, whatever it says of itself.
    let mut cases = vec![
        case("certificate of a private authority that is known", &sound, known(), None),
        case("self-signed certificate, pinned", &self_signed, pinned(&self_signed), None),
        case(
            "certificate of an authority itself, pinned",
            &own_authority,
            pinned(&own_authority),
            None,
        ),
        case("expired certificate, pinned", &expired, pinned(&expired), None),
        case("certificate that is not valid yet, pinned", &early, pinned(&early), None),
        case("certificate for another name, pinned", &misnamed, pinned(&misnamed), None),
        case("self-signed certificate, insecure", &self_signed, TlsTrust::Insecure, None),
    ];
    let refused = [
        ("expired certificate", &expired, known(), TlsProblem::Expired),
        ("certificate that is not valid yet", &early, known(), TlsProblem::Expired),
        ("certificate for another name", &misnamed, known(), TlsProblem::WrongName),
        ("self-signed certificate", &self_signed, known(), TlsProblem::UnknownIssuer),
        (
            "certificate that is its own authority",
            &own_authority,
            as_its_own,
            TlsProblem::SelfSigned,
        ),
        ("certificate of an unknown authority", &stranger, known(), TlsProblem::UnknownIssuer),
        (
            "another certificate than the pinned one",
            &sound,
            TlsTrust::PinnedSha256([0; 32]),
            mismatch,
        ),
    ];
    cases.extend(
        refused.map(|(name, identity, trust, problem)| case(name, identity, trust, Some(problem))),
    );
    cases
}

fn case(name: &str, identity: &Identity, trust: TlsTrust, problem: Option<TlsProblem>) -> Case {
    let identity = identity.clone();
    let options = HttpOptions::new().timeout(Duration::from_secs(30)).trust(trust);
    Case::new(name, options, move |asker| try_out(asker, &identity, problem))
}

/// A certificate is refused twice, without a further attempt and without a request; or accepted, and
/// the connection kept. Either way another appliance is still reached.
fn try_out(asker: &Asker, identity: &Identity, problem: Option<TlsProblem>) -> Verdict {
    let appliance = Appliance::new().start().unwrap();
    let forwarder = Forwarder::to(appliance.address()).tls(identity.clone()).start().unwrap();
    let plain = appliance.url();
    for patience in [Patience::Once, Patience::Patient] {
        let asked = asker.ask(&forwarder.url(), appliance.credentials(), patience);
        match problem {
            None => asked.answered_by(1)?,
            Some(problem) => {
                asked.failed_once(Error::is_tls)?;
                let kind = asked.outcome.unwrap_err().transport_error().unwrap().kind().clone();
                equal("the kind", kind, TransportErrorKind::Tls(problem))?;
            }
        }
    }
    asker.ask(&plain, appliance.credentials(), Patience::Patient).answered_by(1)?;
    let (connections, requests) = if problem.is_none() { (1, 2) } else { (2, 0) };
    equal("the number of connections", forwarder.connections(), connections)?;
    equal("the number of requests on the wire", forwarder.requests(), requests)
}
