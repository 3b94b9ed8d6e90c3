//! Every question, refused in every way: the rest stands.

use dt_model::{Evidence, EvidencePart, Question, RefusalKind, Subject};
use dt_transport::{GatherOptions, TransportErrorKind};
use http::{Response, StatusCode};

use crate::harness::{
    Driver, ReceivedRequest, Sent, Server, about, at_once, body, domain, failure, parts, redirect,
    rounds, sound, status,
};

const HOST: &str = "host.example";

/// All seven kinds of questions in one round.
fn all() -> Vec<Question> {
    let mut questions = parts(7);
    questions.extend([domain("a.example", 7), Question::endpoint(HOST)]);
    questions
}

const SUBJECTS: [&str; 7] = ["co", "sizeout", "sizein", "external", "external-out", "domain", HOST];

/// Gathers all by both drivers, where one question is answered in another way than soundly.
fn refuse(subject: &'static str, fault: fn() -> Sent) -> [Evidence; 2] {
    Driver::BOTH.map(|driver| {
        let answer = move |asked: &ReceivedRequest| {
            if asked.about == subject { fault() } else { Ok(sound(asked)) }
        };
        let server = Server::new(answer);
        let plan = rounds([all(), parts(7)[..1].to_vec()]);
        let gathered = driver.gather(&server, at_once(4), GatherOptions::default(), plan).unwrap();
        assert_eq!((gathered.rounds, gathered.questions, gathered.is_cancelled), (2, 8, false));
        gathered.evidence
    })
}

/// What is refused, in words.
fn refused(evidence: &Evidence) -> Vec<(String, RefusalKind, String)> {
    let name = |subject| match subject {
        Subject::Domain(_) => "domain".to_owned(),
        Subject::Endpoint(endpoint) => endpoint.to_string(),
        other => other.to_string(),
    };
    let refusals = evidence.refusals();
    refusals.map(|(subject, why)| (name(subject), why.kind, why.to_string())).collect()
}

fn each_subject(fault: fn() -> Sent, kind: RefusalKind, words: &str) {
    for subject in SUBJECTS {
        for evidence in refuse(subject, fault) {
            if (subject, kind) == (HOST, RefusalKind::NotFound) {
                assert_eq!(refused(&evidence), []);
                assert_eq!(evidence.endpoints[0].1.answer(), Some(&Vec::new()));
                continue;
            }
            let path = if subject == HOST { "/endpointdetails" } else { "/deviceinfo" };
            let words = words.replace("{path}", path);
            assert_eq!(refused(&evidence), [(subject.to_owned(), kind, words)]);
            let answered = evidence.answers().count()
                + evidence.domain_answers().count()
                + evidence.endpoint_details().count();
            assert_eq!(answered, 6, "{subject}");
        }
    }
}

#[test]
fn redirect_to_login() {
    let words = "refused: HTTP 302, no such endpoint";
    each_subject(|| Ok(redirect("/login")), RefusalKind::NoEndpoint, words);
}

#[test]
fn redirect_elsewhere() {
    let words = r#"refused: HTTP 302, a redirect to "https://sso.example/""#;
    let sso = || Ok(redirect("https://sso.example/?session=s3cret"));
    each_subject(sso, RefusalKind::Redirect, words);
}

#[test]
fn bad_parameter() {
    each_subject(|| Ok(status(400)), RefusalKind::BadParameter, "refused: HTTP 400");
}

#[test]
fn no_permission() {
    let words = "refused: HTTP 403, the token's user lacks a permission";
    each_subject(|| Ok(status(403)), RefusalKind::Permission, words);
}

fn bad_request(text: &str) -> Response<Vec<u8>> {
    let mut response = body(text);
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response
}

/// Other dates were accepted, so it is not the clock.
#[test]
fn date_refused_among_others_that_were_accepted() {
    let refuse = || Ok(bad_request("API DATE ERROR"));
    let words = "refused: HTTP 400, the date was not accepted";
    each_subject(refuse, RefusalKind::Clock, words);
}

/// Other signatures were accepted, so it is not the tokens.
#[test]
fn signature_refused_among_others_that_were_accepted() {
    let refuse = || Ok(bad_request("API SIGNATURE ERROR"));
    let words = "refused: HTTP 400, the signature was not accepted";
    each_subject(refuse, RefusalKind::Auth, words);
}

#[test]
fn not_found() {
    let words = "refused: HTTP 404, no such device, or no data";
    each_subject(|| Ok(status(404)), RefusalKind::NotFound, words);
}

#[test]
fn rate_limited_for_good() {
    for subject in SUBJECTS {
        for evidence in refuse(subject, || Ok(status(429))) {
            // How often it was tried depends on what of the same endpoint was answered meanwhile.
            let [(name, kind, words)] = &refused(&evidence)[..] else { panic!("{subject}") };
            assert_eq!((&**name, *kind), (subject, RefusalKind::RateLimited));
            assert!(words.starts_with("refused: HTTP 429, too many requests"), "{words}");
        }
    }
}

#[test]
fn server_failing_for_good() {
    let words = "refused: HTTP 500, after 2 attempts";
    each_subject(|| Ok(status(500)), RefusalKind::Server, words);
}

#[test]
fn html_instead_of_json() {
    let page = || Ok(body("<html><title>Log in</title></html>"));
    each_subject(page, RefusalKind::Html, r#"refused: an HTML page titled "Log in""#);
}

#[test]
fn time_out_after_connecting() {
    let words = "refused: failed to get an answer in time, after 2 attempts";
    each_subject(|| failure(TransportErrorKind::Timeout), RefusalKind::Timeout, words);
}

#[test]
fn connection_reset() {
    let words =
        "refused: failed to receive the answer: the connection was closed, after 2 attempts";
    each_subject(|| failure(TransportErrorKind::Reset), RefusalKind::Interrupted, words);
}

#[test]
fn body_too_large() {
    let words = "refused: failed to receive the body: it is larger than 64 bytes";
    let large = || failure(TransportErrorKind::BodyTooLarge { limit: 64 });
    each_subject(large, RefusalKind::TooLarge, words);
}

#[test]
fn broken_json() {
    let words = r#"refused: the JSON is cut off at a, near `{"a":`"#;
    each_subject(|| Ok(body(r#"{"a": "#)), RefusalKind::Unreadable, words);
}

#[test]
fn empty_body() {
    each_subject(
        || Ok(body("")),
        RefusalKind::Unreadable,
        "refused: not a {path} response: it is empty",
    );
}

#[test]
fn answer_about_another_device() {
    let words = "refused: the appliance answered about another device: did 8 instead of did 7";
    // A host's answer names no device.
    for subject in &SUBJECTS[..6] {
        for evidence in refuse(subject, || Ok(body(about(8)))) {
            let told = (subject.to_string(), RefusalKind::OtherDevice, words.to_owned());
            assert_eq!(refused(&evidence), [told]);
        }
    }
}

#[test]
fn name_that_cannot_be_sent() {
    for driver in Driver::BOTH {
        let server = Server::sound();
        let mut questions = parts(7);
        // Signed decoded, "&" and "=" would be taken for others.
        questions.extend([domain("a\r\nb", 7), Question::endpoint("a&b=c")]);
        let plan = rounds([questions]);
        let gathered = driver.gather(&server, at_once(4), GatherOptions::default(), plan).unwrap();
        let told = refused(&gathered.evidence);
        assert_eq!(told.len(), 2, "{told:?}");
        for (_, kind, words) in &told {
            assert_eq!(*kind, RefusalKind::Unsendable);
            assert!(words.starts_with("not asked: "), "{words}");
        }
        assert_eq!(gathered.evidence.answers().count(), 5);
        assert_eq!(server.asked().len(), 5);
    }
}

#[test]
fn an_answer_of_the_first_round_stands_when_a_later_one_is_refused() {
    for driver in Driver::BOTH {
        let server =
            Server::new(
                |asked| if asked.about == "co" { Ok(sound(asked)) } else { Ok(status(500)) },
            );
        let plan = rounds([parts(7)[..1].to_vec(), parts(7)[1..].to_vec()]);
        let gathered = driver.gather(&server, at_once(4), GatherOptions::default(), plan).unwrap();
        assert!(gathered.evidence.is_answered(EvidencePart::Connections));
        assert_eq!(gathered.evidence.refusals().count(), 4);
    }
}
