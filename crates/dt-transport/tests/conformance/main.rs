//! Both backends behave in the same way: every case runs over each of them.
#![cfg(all(feature = "ureq", feature = "reqwest"))]
#![expect(clippy::unwrap_used, reason = "these are tests, their helper functions too")]
#![expect(clippy::print_stdout, reason = "a case that fails shows which backend it was")]

mod appliance;
mod http;
mod misbehaving;
mod parts;
mod server;
mod tls;

use std::time::Duration;

use dt_auth::{Credentials, Encoding, RequestTarget, SigningPolicy};
use dt_transport::{Blocking, HttpOptions, ReqwestTransport, Transport, UreqTransport};

/// Runs a case over every backend.
fn each(options: &HttpOptions, mut case: impl FnMut(&dyn Transport)) {
    let ureq = UreqTransport::new(options).unwrap();
    let reqwest = Blocking::new(ReqwestTransport::new(options).unwrap()).unwrap();
    let backends: [(&str, Box<dyn Transport>); 2] =
        [("ureq", Box::new(ureq)), ("reqwest", Box::new(reqwest))];
    for (name, transport) in backends {
        println!("backend: {name}");
        case(&transport);
    }
}

fn options() -> HttpOptions {
    HttpOptions::new().timeout(Duration::from_secs(10))
}

/// Tokens that can be searched for.
fn credentials() -> Credentials {
    Credentials::new("s3cret-public", "s3cret-private").unwrap()
}

fn signed(url: &str, target: &RequestTarget) -> ::http::Request<Vec<u8>> {
    let now = "2026-11-24T02:00:00Z".parse().unwrap();
    let policy = SigningPolicy { encoding: Encoding::AsSent, ..SigningPolicy::default() };
    dt_transport::prepare(&url.parse().unwrap(), target, &credentials(), now, policy).unwrap()
}
