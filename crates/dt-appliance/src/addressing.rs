//! To whom a request is addressed, and from where it comes.
//!
//! A page in a browser can send requests to any port of the machine it is read on: from its own site,
//! which the browser names in `Origin`, or under a name of its own that leads to 127.0.0.1. Clients of
//! an appliance do neither.

use std::net::IpAddr;

use hyper::Request;
use hyper::header::{HOST, ORIGIN};
use hyper::http::uri::Authority;

use crate::answer::Refusal;

/// Bytes of path and query. Questions about names of the greatest length are half as long.
const MOST_TARGET: usize = 8 * 1024;

/// Why a request is not looked at, if it is not.
pub(crate) fn refusal<B>(request: &Request<B>) -> Option<Refusal> {
    let headers = request.headers();
    let target = request.uri().path_and_query();
    if target.is_some_and(|target| target.as_str().len() > MOST_TARGET) {
        return Some(Refusal::TargetTooLong);
    }
    if headers.contains_key(ORIGIN) {
        return Some(Refusal::FromPage);
    }
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return Some(Refusal::NoHost);
    };
    let host = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok());
    // A request to a proxy names the host in its target, too.
    let named = [host.as_ref(), request.uri().authority()];
    let is_here = host.is_some() && named.into_iter().flatten().all(is_loopback);
    (!is_here).then_some(Refusal::ForeignHost)
}

/// Whether it names this machine, whichever port: a forwarder may stand in front.
fn is_loopback(authority: &Authority) -> bool {
    let host = authority.host();
    let literal = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    literal.parse().map_or_else(
        |_| host.eq_ignore_ascii_case("localhost"),
        |address: IpAddr| address.to_canonical().is_loopback(),
    ) && !authority.as_str().contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(target: &str, headers: &[(&str, &str)]) -> Option<Refusal> {
        let mut request = Request::get(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        refusal(&request.body(()).unwrap())
    }

    #[test]
    fn this_machine_may_be_called_by_any_of_its_names() {
        for host in ["127.0.0.1:8443", "127.9.9.9", "localhost", "LocalHost:80", "[::1]:8443"] {
            assert_eq!(of("/status", &[("host", host)]), None, "{host}");
        }
        assert_eq!(of("http://127.0.0.1:1/status", &[("host", "127.0.0.1:1")]), None);
    }

    #[test]
    fn another_host_is_refused_whatever_it_resembles() {
        for host in [
            "darktrace.example",
            "127.0.0.1.darktrace.example",
            "localhost.darktrace.example",
            "localhost.",
            "localhost@darktrace.example",
            "darktrace.example@localhost",
            "10.20.4.17",
            "0.0.0.0",
            "2130706433",
            "",
            "a b",
        ] {
            assert_eq!(of("/status", &[("host", host)]), Some(Refusal::ForeignHost), "{host:?}");
        }
        let proxied = of("http://darktrace.example/status", &[("host", "127.0.0.1")]);
        assert_eq!(proxied, Some(Refusal::ForeignHost));
    }

    #[test]
    fn a_request_has_one_host_and_no_origin() {
        let here = ("host", "127.0.0.1:8443");
        assert_eq!(of("/status", &[]), Some(Refusal::NoHost));
        assert_eq!(of("/status", &[here, here]), Some(Refusal::NoHost));
        for origin in ["https://darktrace.example", "http://127.0.0.1:8443", "null"] {
            assert_eq!(of("/status", &[here, ("origin", origin)]), Some(Refusal::FromPage));
        }
    }

    #[test]
    fn a_target_is_bounded() {
        let here = [("host", "127.0.0.1")];
        let target = |length: usize| format!("/{}", "a".repeat(length - 1));
        assert_eq!(of(&target(MOST_TARGET), &here), None);
        assert_eq!(of(&target(MOST_TARGET + 1), &here), Some(Refusal::TargetTooLong));
    }
}
