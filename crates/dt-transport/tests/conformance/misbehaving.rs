//! Servers that keep HTTP's rules loosely, or not at all: both backends make the same of each.

use std::thread;
use std::time::Duration;

use dt_auth::RequestTarget;
use dt_transport::{HttpOptions, Transport, TransportErrorKind};

use crate::http::gzip;
use crate::server::{Server, Stream, Then, response};
use crate::{each, options, signed};

const BODY: &[u8] = b"{\"deviceInfo\": []}";

/// What came: status and body, or why neither did, in words.
type Outcome = Result<(u16, Vec<u8>), (TransportErrorKind, String)>;

fn outcome(transport: &dyn Transport, server: &Server) -> Outcome {
    match transport.send(signed(&server.url(), &RequestTarget::new("/status"))) {
        Ok(answer) => Ok((answer.status().as_u16(), answer.into_body())),
        Err(error) => Err((error.kind().clone(), error.to_string())),
    }
}

/// What both backends make of a server that answers so, asking once each.
fn agreed<A>(options: &HttpOptions, answer: A) -> Outcome
where
    A: Fn(&mut dyn Stream) -> Then + Clone + Send + Sync + 'static,
{
    let outcomes = std::cell::RefCell::new(Vec::new());
    each(options, |transport| {
        let answer = answer.clone();
        let server = Server::start(move |_, stream| answer(stream));
        let outcome = outcome(transport, &server);
        println!("{outcome:?}");
        assert_eq!(server.heads().len(), 1);
        outcomes.borrow_mut().push(outcome);
    });
    let [first, second] = &outcomes.into_inner()[..] else { panic!("there are two backends") };
    assert_eq!(first, second);
    first.clone()
}

/// The same of one that answers with these bytes, and then closes.
fn agreed_on(bytes: impl Into<Vec<u8>>) -> Outcome {
    let bytes = bytes.into();
    agreed(&options(), move |stream| {
        let _ = stream.write_all(&bytes);
        Then::Close
    })
}

fn kind(outcome: Outcome) -> TransportErrorKind {
    outcome.map_or_else(|(kind, _)| kind, |answer| panic!("{answer:?}"))
}

fn head(lines: &str) -> Vec<u8> {
    format!("{}\r\n\r\n", lines.replace('\n', "\r\n")).into_bytes()
}

fn with_head(lines: &str, body: &[u8]) -> Vec<u8> {
    [&head(lines), body].concat()
}

fn chunked(extension: &str, trailer: &str) -> Vec<u8> {
    let (first, second) = BODY.split_at(7);
    let chunk = |part: &[u8]| {
        let size = format!("{:x}{extension}\r\n", part.len());
        [size.as_bytes(), part, b"\r\n"].concat()
    };
    let end = format!("0\r\n{trailer}\r\n");
    [chunk(first), chunk(second), end.into_bytes()].concat()
}

#[test]
fn loose_framing_is_read() {
    let length = BODY.len();
    let chunks = "HTTP/1.1 200 OK\ntransfer-encoding: chunked";
    for (name, bytes) in [
        ("HTTP/1.0 without a length", with_head("HTTP/1.0 200 OK\nserver: x", BODY)),
        ("no length", with_head("HTTP/1.1 200 OK\nserver: x", BODY)),
        ("chunks", with_head(chunks, &chunked("", ""))),
        ("chunks with extensions", with_head(chunks, &chunked(";a=b", ""))),
        ("chunks with a trailer", with_head(chunks, &chunked("", "dtapi-token: x\r\n"))),
        (
            "chunks beside a length",
            with_head(&format!("{chunks}\ncontent-length: 5"), &chunked("", "")),
        ),
        (
            "the same length twice",
            with_head(
                &format!("HTTP/1.1 200 OK\ncontent-length: {length}\ncontent-length: {length}"),
                BODY,
            ),
        ),
        (
            "line feeds alone",
            [format!("HTTP/1.1 200 OK\ncontent-length: {length}\n\n").as_bytes(), BODY].concat(),
        ),
        (
            "a header in Latin-1",
            [
                b"HTTP/1.1 200 OK\r\nx: \xe9\r\n".as_slice(),
                format!("content-length: {length}\r\n\r\n").as_bytes(),
                BODY,
            ]
            .concat(),
        ),
    ] {
        assert_eq!(agreed_on(bytes), Ok((200, BODY.to_vec())), "{name}");
    }
}

#[test]
fn interim_responses_are_passed_over() {
    // Larger than a head may be: what was read with an interim response is no part of it.
    let body = vec![b' '; 100_000];
    for interim in ["HTTP/1.1 100 Continue", "HTTP/1.1 103 Early Hints\nlink: </x>"] {
        let bytes = [head(interim), response(200, &[], &body)].concat();
        assert_eq!(agreed_on(bytes), Ok((200, body.clone())), "{interim}");
    }
}

#[test]
fn any_status_that_is_one_is_answered() {
    for status in [101, 204, 304, 999] {
        let bytes = head(&format!("HTTP/1.1 {status} X\nserver: x"));
        assert_eq!(agreed_on(bytes), Ok((status, Vec::new())), "{status}");
    }
}

#[test]
fn what_breaks_the_rules_is_not_sound() {
    let length = |value: &str| with_head(&format!("HTTP/1.1 200 OK\n{value}"), BODY);
    let chunks = "HTTP/1.1 200 OK\ntransfer-encoding: chunked";
    for (name, bytes) in [
        ("HTTP/0.9", BODY.to_vec()),
        ("HTTP/2", b"\0\0\x12\x04\0\0\0\0\0".repeat(3)),
        ("no status", head("HTTP/1.1 abc OK")),
        ("a status that is none", head("HTTP/1.1 099 X")),
        ("a chunk of no size", with_head(chunks, b"zz\r\n{}")),
        ("a chunk of too large a size", with_head(chunks, b"fffffffffffffffff\r\n{}")),
        ("a negative length", length("content-length: -5")),
        ("a length that is too large", length("content-length: 99999999999999999999")),
        ("a length with a sign", length(&format!("content-length: +{}", BODY.len()))),
        ("two lengths", length(&format!("content-length: {}\ncontent-length: 5", BODY.len()))),
        ("NUL in a header", with_head("HTTP/1.1 200 OK\nx: a\0b", BODY)),
        ("a folded header", with_head("HTTP/1.1 200 OK\nx: a\n  b", BODY)),
        ("too many headers", head(&format!("HTTP/1.1 200 OK{}", "\nx: y".repeat(10_000)))),
        ("too long a header", head(&format!("HTTP/1.1 200 OK\nx: {}", "y".repeat(1_000_000)))),
    ] {
        assert_eq!(kind(agreed_on(bytes)), TransportErrorKind::Protocol, "{name}");
    }
}

#[test]
fn a_body_that_ends_early_is_told_and_one_that_is_longer_is_cut() {
    let chunks = with_head("HTTP/1.1 200 OK\ntransfer-encoding: chunked", &chunked("", ""));
    for (name, bytes) in [
        ("within a chunk", chunks[..chunks.len() - 12].to_vec()),
        ("before the last chunk", chunks[..chunks.len() - 5].to_vec()),
        ("a length of more", with_head("HTTP/1.1 200 OK\ncontent-length: 40", BODY)),
        (
            "an absurd length",
            with_head("HTTP/1.1 200 OK\ncontent-length: 9223372036854775808", BODY),
        ),
        ("within the head", b"HTTP/1.1 200 OK\r\ncontent-".to_vec()),
        ("nothing", Vec::new()),
    ] {
        assert_eq!(kind(agreed_on(bytes)), TransportErrorKind::Reset, "{name}");
    }
    let short = with_head("HTTP/1.1 200 OK\ncontent-length: 5", BODY);
    assert_eq!(agreed_on(short), Ok((200, BODY[..5].to_vec())));
}

#[test]
fn compression_is_undone_alike() {
    let compressed = |encoding: &str, body: &[u8]| {
        agreed_on(response(200, &[("content-encoding", encoding)], body))
    };
    let (whole, text) = (gzip(BODY), Ok((200, BODY.to_vec())));
    let members = [gzip(&BODY[..7]), gzip(&BODY[7..])].concat();
    let trailing = [whole.as_slice(), b"garbage"].concat();
    assert_eq!(compressed("gzip", &members), text);
    assert_eq!(compressed("gzip", &trailing), text);
    assert_eq!(compressed("X-GZIP", &whole), text);
    assert_eq!(compressed("gzip", b""), Ok((200, Vec::new())));
    // What was not asked for stays as it came.
    for encoding in ["br", "identity", "deflate", "gzip, gzip"] {
        assert_eq!(compressed(encoding, BODY), text, "{encoding}");
    }

    let cut = &whole[..whole.len() - 10];
    let mut other_sum = whole.clone();
    let sum = whole.len() - 8;
    other_sum[sum] ^= 0xff;
    let mut damaged = whole.clone();
    damaged[10..14].fill(0xff);
    for (name, body) in [("cut", cut), ("checksum", &other_sum), ("damaged", &damaged)] {
        assert_eq!(kind(compressed("gzip", body)), TransportErrorKind::Protocol, "{name}");
    }
}

#[test]
fn what_never_ends_is_ended() {
    let limited = options().body_limit(200_000);
    let hurried = options().timeout(Duration::from_millis(400));
    let endless = |begin: &'static str, more: Vec<u8>, pause: u64| {
        move |stream: &mut dyn Stream| {
            let _ = stream.write_all(&head(begin)[..head(begin).len() - 2]);
            while stream.write_all(&more).is_ok() {
                thread::sleep(Duration::from_millis(pause));
            }
            Then::Close
        }
    };
    let chunk = [b"\r\n10000\r\n".to_vec(), vec![b' '; 0x10000]].concat();
    let too_large = TransportErrorKind::BodyTooLarge { limit: 200_000 };
    let body = endless("HTTP/1.1 200 OK", b"\r\n".repeat(10_000), 0);
    assert_eq!(kind(agreed(&limited, body)), too_large);
    let chunks = endless("HTTP/1.1 200 OK\ntransfer-encoding: chunked", chunk, 0);
    assert_eq!(kind(agreed(&limited, chunks)), too_large);
    for more in ["x-a: b\r\n", "\r\nHTTP/1.1 100 Continue\r\n"] {
        let begin = if more.starts_with('x') { "HTTP/1.1 200 OK" } else { "HTTP/1.1 100 X" };
        let slow = endless(begin, more.into(), 20);
        assert_eq!(kind(agreed(&hurried, slow)), TransportErrorKind::Timeout, "{more:?}");
    }
}

#[test]
fn no_cookie_comes_back() {
    each(&options(), |transport| {
        let server = Server::always(response(200, &[("set-cookie", "sid=1; Path=/")], BODY));
        for _ in 0..2 {
            outcome(transport, &server).unwrap();
        }
        assert!(server.heads().iter().all(|head| !head.to_ascii_lowercase().contains("cookie")));
    });
}
