//! What HTTP can do to a request, and to a response.

use std::io::Write;
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use ::http::Response;
use dt_auth::RequestTarget;
use dt_model::StatusQuery;
use dt_transport::{
    Client, Clock, ProxySetting, ProxyUrl, RetryPolicy, SystemClock, Transport, TransportError,
    TransportErrorKind,
};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::server::{Server, Then, response};
use crate::{credentials, each, options, signed};

fn get(transport: &dyn Transport, server: &Server) -> Result<Response<Vec<u8>>, TransportError> {
    transport.send(signed(&server.url(), &RequestTarget::new("/status")))
}

/// The kind of failure, whose text must be in order, too.
fn failure(transport: &dyn Transport, server: &Server) -> TransportErrorKind {
    let error = get(transport, server).unwrap_err();
    let chain: Vec<String> =
        std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source())
            .map(ToString::to_string)
            .collect();
    println!("{}", chain.join(": "));
    let all = format!("{chain:?} {error:?}");
    assert!(!all.contains("s3cret") && !all.contains("dtapi-signature"), "{all}");
    assert!(chain[0].starts_with("failed to "), "{chain:?}");
    error.kind().clone()
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn what_reaches_the_server_is_what_was_signed() {
    let values = [
        "plain",
        "two words",
        "\"quoted\"",
        "it's",
        "a&b=c",
        "100%",
        "%2e%2e",
        "../..",
        "a+b",
        "#x",
        "é ü 漢字",
        "\u{1f600}",
        "<>`{}|\\^[]",
        "a;b,c:d@e!f$g(h)*",
        "~-._",
        "",
        "\u{7f}\n\t",
        "//",
    ];
    each(&options(), |transport| {
        let server = Server::always(response(200, &[], b"{}"));
        let mut wires = Vec::new();
        for value in values {
            let target = RequestTarget::new("/devicesearch").param("query", value).param("é'", 1);
            wires.push(target.wire());
            transport.send(signed(&server.url(), &target)).unwrap();
        }
        let target = RequestTarget::new("/search/it's é/..a/b;c");
        wires.push(format!("/site{}", target.wire()));
        transport.send(signed(&format!("{}/site", server.url()), &target)).unwrap();
        assert_eq!(server.targets(), wires);
    });
}

#[test]
fn a_request_has_the_signed_headers_and_no_body() {
    each(&options(), |transport| {
        let server = Server::always(response(200, &[], b"{}"));
        get(transport, &server).unwrap();
        let head = server.heads().remove(0).to_ascii_lowercase();
        let request = signed(&server.url(), &RequestTarget::new("/status"));
        for (name, value) in request.headers() {
            let line = format!("\r\n{name}: {}\r\n", value.to_str().unwrap());
            assert!(head.contains(&line), "{head}");
        }
        assert!(head.contains("accept-encoding: gzip\r\n"), "{head}");
        assert!(!head.contains("content-length") && !head.contains("transfer-encoding"), "{head}");
    });
}

#[test]
fn any_status_is_a_response_and_no_redirect_is_followed() {
    for status in [200, 201, 204, 301, 302, 303, 307, 308, 400, 401, 403, 404, 429, 500, 503] {
        each(&options(), |transport| {
            let body: &[u8] = if status == 204 { b"" } else { b"body" };
            let server = Server::always(response(status, &[("location", "/elsewhere")], body));
            let answer = get(transport, &server).unwrap();
            assert_eq!(answer.status().as_u16(), status);
            assert_eq!(answer.headers()["location"], "/elsewhere");
            if !answer.status().is_redirection() {
                assert_eq!(answer.body(), body);
            }
            assert_eq!(server.targets(), ["/status"], "{status}");
        });
    }
}

#[test]
fn connections_are_kept() {
    each(&options(), |transport| {
        let server = Server::always(response(200, &[], b"{}"));
        for _ in 0..5 {
            get(transport, &server).unwrap();
        }
        assert_eq!((server.heads().len(), server.connections()), (5, 1));
    });
}

#[test]
fn gzip_is_undone() {
    let text = b"{\"deviceInfo\": []}".repeat(1000);
    let compressed = response(200, &[("content-encoding", "gzip")], &gzip(&text));
    each(&options(), |transport| {
        let server = Server::always(compressed.clone());
        let answer = get(transport, &server).unwrap();
        assert_eq!(answer.body(), &text);
        assert!(!answer.headers().contains_key("content-encoding"));
    });
}

#[test]
fn chunks_are_put_together() {
    let chunked =
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{ \r\n1\r\n}\r\n0\r\n\r\n";
    each(&options(), |transport| {
        assert_eq!(get(transport, &Server::always(chunked)).unwrap().body(), b"{ }");
    });
}

#[test]
fn a_body_may_be_as_large_as_the_limit_but_no_larger() {
    let options = options().body_limit(1000);
    let too_large = TransportErrorKind::BodyTooLarge { limit: 1000 };
    each(&options, |transport| {
        let server = Server::always(response(200, &[], &[b' '; 1000]));
        assert_eq!(get(transport, &server).unwrap().body().len(), 1000);
        let server = Server::always(response(200, &[], &[b' '; 1001]));
        assert_eq!(failure(transport, &server), too_large);
    });
    // What counts is the decompressed size.
    each(&options, |transport| {
        let bomb = response(200, &[("content-encoding", "gzip")], &gzip(&vec![b' '; 1_000_000]));
        assert!(bomb.len() < 10_000);
        assert_eq!(failure(transport, &Server::always(bomb)), too_large);
    });
    // Nor is an announced length believed.
    each(&options, |transport| {
        let endless = "HTTP/1.1 200 OK\r\ncontent-length: 18446744073709551000\r\n\r\n".to_owned();
        let server = Server::always(endless + &" ".repeat(5000));
        assert_eq!(failure(transport, &server), too_large);
    });
}

#[test]
fn time_runs_out_before_the_response_and_within_it() {
    let options = options().timeout(Duration::from_millis(300));
    let within = |case: &dyn Fn() -> TransportErrorKind| {
        let start = SystemClock.monotonic();
        assert_eq!(case(), TransportErrorKind::Timeout);
        assert!(SystemClock.monotonic() < start + Duration::from_secs(5));
    };
    each(&options, |transport| {
        let silent = Server::start(|_, _| {
            thread::sleep(Duration::from_secs(5));
            Then::Close
        });
        within(&|| failure(transport, &silent));
        let trickle = Server::start(|_, stream| {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
            while stream.write_all(b" ").is_ok() {
                thread::sleep(Duration::from_millis(20));
            }
            Then::Close
        });
        within(&|| failure(transport, &trickle));
    });
}

#[test]
fn a_connection_that_is_closed_early_is_told_as_such() {
    each(&options(), |transport| {
        let at_once = Server::start(|_, _| Then::Close);
        assert_eq!(failure(transport, &at_once), TransportErrorKind::Reset);
        for cut in [
            "HTTP/1.1 200 OK\r\ncontent-le",
            "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{",
        ] {
            let server = Server::start(move |_, stream| {
                let _ = stream.write_all(cut.as_bytes());
                Then::Close
            });
            assert_eq!(failure(transport, &server), TransportErrorKind::Reset, "{cut:?}");
        }
        let compressed =
            response(200, &[("content-encoding", "gzip")], &gzip(&vec![b' '; 100_000]));
        let server = Server::start(move |_, stream| {
            let _ = stream.write_all(&compressed[..compressed.len() - 9]);
            Then::Close
        });
        assert_eq!(failure(transport, &server), TransportErrorKind::Reset);
    });
}

#[test]
fn what_is_not_http_is_told_as_such() {
    each(&options(), |transport| {
        for nonsense in [
            "SSH-2.0-OpenSSH_9.9\r\n\r\n",
            "HTTP/1.1 abc\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n",
        ] {
            let server = Server::always(nonsense);
            assert_eq!(failure(transport, &server), TransportErrorKind::Protocol, "{nonsense:?}");
        }
        let no_gzip = response(200, &[("content-encoding", "gzip")], b"not compressed at all");
        assert_eq!(failure(transport, &Server::always(no_gzip)), TransportErrorKind::Protocol);
    });
}

#[test]
fn nobody_there_and_no_such_name_are_told_apart() {
    let unused = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    each(&options().proxy(ProxySetting::None), |transport| {
        let send = |url: &str| {
            let error = transport.send(signed(url, &RequestTarget::new("/status"))).unwrap_err();
            println!("{error:?}");
            error.kind().clone()
        };
        assert_eq!(send(&format!("http://{unused}")), TransportErrorKind::Connect);
        assert_eq!(send("https://no-such-host.invalid"), TransportErrorKind::Resolve);
    });
}

#[test]
fn loopback_needs_no_proxy_and_others_go_through_it() {
    let proxy = Server::always(response(407, &[], b""));
    let setting = ProxySetting::Url(proxy.url().parse().unwrap());
    each(&options().proxy(setting), |transport| {
        let server = Server::always(response(200, &[], b"{}"));
        get(transport, &server).unwrap();

        let elsewhere = signed("https://appliance.example", &RequestTarget::new("/status"));
        let error = transport.send(elsewhere).unwrap_err();
        println!("{error:?}");
        assert_eq!(*error.kind(), TransportErrorKind::Proxy);
        let blamed = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!(blamed, format!("the proxy {} let nothing through", proxy.url()));
    });
    assert_eq!(proxy.targets(), ["appliance.example:443"; 2]);
    for head in proxy.heads() {
        assert!(!head.contains("s3cret") && !head.to_lowercase().contains("dtapi"), "{head}");
    }
}

#[test]
fn what_a_proxy_answers_is_not_taken_for_an_answer() {
    let answers = [
        (response(502, &[], b"<title>DNS failure</title>"), "HTTP 502"),
        (response(302, &[("location", "http://portal.example/")], b""), "HTTP 302"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec(), "does not speak HTTP"),
    ];
    for (answer, ureq_tells) in answers {
        let proxy = Server::always(answer);
        let url = proxy.url().parse::<ProxyUrl>().unwrap().named_by("DT_PROXY");
        let mut told = Vec::new();
        each(&options().proxy(ProxySetting::Url(url)), |transport| {
            let elsewhere = signed("https://appliance.example", &RequestTarget::new("/status"));
            let error = transport.send(elsewhere).unwrap_err();
            assert_eq!(*error.kind(), TransportErrorKind::Proxy);
            let blamed = std::error::Error::source(&error).unwrap();
            assert!(blamed.to_string().contains("(from DT_PROXY)"), "{blamed}");
            let help = dt_model::Diagnostic::help(&error).unwrap().text;
            assert!(help.contains("do without DT_PROXY") && !help.contains("NO_PROXY"), "{help}");
            told.push(blamed.source().unwrap().to_string());
        });
        assert!(told.iter().any(|told| told.contains(ureq_tells)), "{told:?}");
    }
}

#[test]
fn a_client_survives_what_passes() {
    each(&options(), |transport| {
        // Every other response is followed by a close that was not announced, or never comes.
        let turn = std::sync::atomic::AtomicUsize::new(0);
        let server = Server::start(move |_, stream| {
            match turn.fetch_add(1, std::sync::atomic::Ordering::SeqCst) % 3 {
                0 => stream.write_all(&response(503, &[("retry-after", "0")], b"")).unwrap(),
                1 => return Then::Close,
                _ => stream.write_all(&response(200, &[], b"{}")).unwrap(),
            }
            Then::Close
        });
        let client = Client::new(transport, server.url().parse().unwrap(), credentials())
            // More than the turn has, as a close may also meet with a request sent meanwhile.
            .retry(RetryPolicy::default().retries(10).base(Duration::from_millis(1)));
        for _ in 0..4 {
            client.ask(&StatusQuery).unwrap();
        }
    });
}

#[test]
fn a_page_is_quoted() {
    each(&options(), |transport| {
        let server = Server::always(response(200, &[], b"<html><title>Log in</title></html>"));
        let client = Client::new(transport, server.url().parse().unwrap(), credentials());
        let error = client.ask(&StatusQuery).unwrap_err();
        assert_eq!((error.is_html(), error.html_title()), (true, Some("Log in")));
    });
}

#[test]
fn ipv6_is_spoken_like_ipv4() {
    each(&options(), |transport| {
        let Ok(listener) = TcpListener::bind("[::1]:0") else {
            println!("not tried: this system has no IPv6");
            return;
        };
        let server = Server::start_at(
            listener,
            |stream| Ok(Box::new(stream)),
            |_, stream| {
                let _ = stream.write_all(&response(200, &[], b"{}"));
                Then::KeepAlive
            },
        );
        assert!(server.url().starts_with("http://[::1]:"), "{}", server.url());
        let client = Client::new(transport, server.url().parse().unwrap(), credentials());
        for _ in 0..2 {
            client.ask(&StatusQuery).unwrap();
        }
        assert_eq!(server.connections(), 1);
        let host = format!("host: {}\r\n", server.address);
        assert!(server.heads()[0].to_ascii_lowercase().contains(&host), "{:?}", server.heads());
    });
}
