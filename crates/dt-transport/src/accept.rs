//! From a response to an answer, or to what it means that there is none.

use std::time::Duration;

use dt_auth::RequestTarget;
use dt_model::redact::excerpt;
use dt_model::{LooksLike, RefusalKind, classify, html_page};
use http::header::{CONTENT_TYPE, DATE, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderName, Response, StatusCode};
use jiff::{SignedDuration, Timestamp};

use crate::error::{Answer, Context, Error, Kind, LogIn, Page};
use crate::{BaseUrl, BoxError};

/// Gives back a response that is an answer to `target`, and says what any other means.
///
/// `now` is the time at which the response came: it measures how far the clocks differ, and how
/// long a `Retry-After` with a date is to be waited for.
///
/// # Errors
///
/// Everything but a success whose body is no HTML page. The table of [`Error`] has all kinds.
///
/// ```
/// use dt_auth::RequestTarget;
///
/// let base = "https://appliance.example".parse()?;
/// let target = RequestTarget::new("/deviceinfo").param("did", 1);
/// let response = http::Response::builder().status(302).header("location", "/403");
/// let response = response.body(Vec::new())?;
/// let now = "2026-11-24T02:00:00Z".parse()?;
/// let error = dt_transport::accept(&base, &target, response, now).unwrap_err();
///
/// assert_eq!(error.permission(), Some("Visualizer and Unrestricted Devices"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn accept(
    base: &BaseUrl,
    target: &RequestTarget,
    response: Response<Vec<u8>>,
    now: Timestamp,
) -> Result<Response<Vec<u8>>, Error> {
    match problem(base, &response, now) {
        None => Ok(response),
        Some(kind) => Err(Error::new(kind, Context::new(base, target)).answered(kept(&response))),
    }
}

/// Explains an answer whose body could not be read.
pub(crate) fn unreadable(
    base: &BaseUrl,
    target: &RequestTarget,
    response: &Response<Vec<u8>>,
    source: BoxError,
) -> Error {
    Error::new(Kind::Read(source), Context::new(base, target)).answered(kept(response))
}

/// This clock minus the sender's, if the response says when it was sent: positive if `now` is
/// ahead. To within a second and the time the response took.
///
/// ```
/// use dt_transport::clock_offset;
/// use jiff::SignedDuration;
///
/// let response =
///     http::Response::builder().header("date", "Tue, 24 Nov 2026 02:45:00 GMT").body(())?;
/// let offset = clock_offset(response.headers(), "2026-11-24T02:00:00Z".parse()?);
/// assert_eq!(offset, Some(SignedDuration::from_mins(-45)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn clock_offset(headers: &HeaderMap, now: Timestamp) -> Option<SignedDuration> {
    Some(now.duration_since(http_date(text(headers, DATE)?)?))
}

fn problem(base: &BaseUrl, response: &Response<Vec<u8>>, now: Timestamp) -> Option<Kind> {
    let headers = response.headers();
    // What follows may be anything, a session's token included.
    let location = text(headers, LOCATION)
        .map(|location| location.split(['?', '#']).next().unwrap_or_default());
    let here = location.and_then(|location| on_appliance(base, location));
    if base.is_plain_http() && wants_tls(response) {
        return Some(Kind::NeedsTls);
    }
    Some(match classify(response.status(), here, response.body())? {
        RefusalKind::Auth => Kind::Auth,
        RefusalKind::Clock => Kind::Clock { offset: clock_offset(headers, now) },
        RefusalKind::BadParameter => Kind::BadParameter,
        RefusalKind::NoEndpoint => Kind::NoEndpoint,
        RefusalKind::Permission => Kind::Permission,
        RefusalKind::NotFound => Kind::NotFound,
        RefusalKind::RateLimited => Kind::RateLimited { retry_after: retry_after(headers, now) },
        RefusalKind::Server => Kind::Server { retry_after: retry_after(headers, now) },
        RefusalKind::Redirect => {
            Kind::Redirect { to: location.map(|location| excerpt(location.as_bytes())) }
        }
        RefusalKind::Html => Kind::Html(page(response.body())?),
        _ => Kind::Status,
    })
}

/// The path that a redirect leads to on the same appliance; `None` if it leads elsewhere.
fn on_appliance<'a>(base: &BaseUrl, location: &'a str) -> Option<&'a str> {
    let path = match location.split_once("://") {
        Some((_, rest)) => rest.strip_prefix(base.authority()).filter(|path| path.starts_with('/')),
        None => Some(location),
    }?;
    Some(path.strip_prefix(base.prefix()).unwrap_or(path))
}

/// The web page that a body is, if it is one.
fn page(body: &[u8]) -> Option<Page> {
    let LooksLike::Html { title } = html_page(body)? else { return None };
    Some(Page { title: title.map(|title| excerpt(title.as_bytes())) })
}

/// Whether it says that its port is one for https, as nginx, Apache, Go and Tomcat do.
fn wants_tls(response: &Response<Vec<u8>>) -> bool {
    const SAID: [&str; 4] =
        ["plain http request", "speaking plain http", "http request to an https", "requires tls"];
    let body = response.body();
    let head = String::from_utf8_lossy(&body[..body.len().min(4096)]).to_ascii_lowercase();
    response.status() == StatusCode::BAD_REQUEST && SAID.iter().any(|said| head.contains(said))
}

/// The log-in that a response asks for, unless it is an appliance's own refusal of a signature.
fn log_in(response: &Response<Vec<u8>>) -> Option<LogIn> {
    if contains(response.body(), b"API SIGNATURE ERROR") {
        return None;
    }
    let asked = excerpt(response.headers().get(WWW_AUTHENTICATE)?.as_bytes());
    let (scheme, rest) = asked.split_once(' ').unwrap_or((&asked, ""));
    let realm = rest.split_once("realm=").map(|(_, realm)| match realm.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next().unwrap_or_default(),
        None => realm.split(',').next().unwrap_or_default(),
    });
    let realm = realm.filter(|realm| !realm.is_empty()).map(ToOwned::to_owned);
    (!scheme.is_empty()).then(|| LogIn { scheme: scheme.to_owned(), realm })
}

fn contains(body: &[u8], text: &[u8]) -> bool {
    body.windows(text.len()).any(|part| part == text)
}

/// A wait that the response asks for, in seconds or until a date; none if the date has passed.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let value = text(headers, RETRY_AFTER)?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = http_date(value)?.duration_since(now);
    Some(Duration::try_from(until).unwrap_or_default())
}

/// The date of HTTP is that of mail, but for two obsolete forms that nothing sends.
fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn kept(response: &Response<Vec<u8>>) -> Answer {
    Answer {
        status: response.status(),
        content_type: text(response.headers(), CONTENT_TYPE).map(|text| excerpt(text.as_bytes())),
        excerpt: excerpt(response.body()),
        page: page(response.body()),
        log_in: log_in(response),
    }
}

#[cfg(test)]
mod tests {
    use dt_model::Exchange;

    use super::*;
    use crate::error::chain;

    const NOW: &str = "2026-11-24T02:00:00Z";

    fn base() -> BaseUrl {
        "https://appliance.example/site".parse().unwrap()
    }

    fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Response<Vec<u8>> {
        let builder = Response::builder().status(status);
        let builder =
            headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value));
        builder.body(body.as_bytes().to_vec()).unwrap()
    }

    fn refused(path: &str, response: Response<Vec<u8>>) -> Error {
        accept(&base(), &RequestTarget::new(path), response, NOW.parse().unwrap()).unwrap_err()
    }

    fn explain(status: u16, headers: &[(&str, &str)], body: &str) -> String {
        chain(&refused("/deviceinfo", response(status, headers, body)))
    }

    /// A recording says of a refusal what was said when it came.
    #[test]
    fn a_recorded_refusal_has_the_words_it_had() {
        let to = |location| vec![("location", location)];
        let responses = [
            (401, vec![], ""),
            (400, vec![], "API DATE ERROR"),
            (400, vec![], "{}"),
            (302, to("/site/login"), ""),
            (302, to("/site/403"), ""),
            (301, to("https://sso.example/?session=s3cret"), ""),
            (404, vec![], "{}"),
            (429, vec![], ""),
            (503, vec![], "<title>Busy</title>"),
            (200, vec![], "<title>Log in</title>"),
        ];
        for (status, headers, body) in responses {
            let response = || response(status, &headers, body);
            let recorded = Exchange::recorded("/deviceinfo", response(), &[]);
            let then = refused("/deviceinfo", response()).refusal();
            assert_eq!(recorded.refusal(), Some(then));
        }
    }

    #[test]
    fn every_row_of_the_table_has_its_words() {
        let lines = [
            explain(400, &[], r#"{"error": "API SIGNATURE ERROR"}"#),
            explain(401, &[], ""),
            explain(400, &[("date", "Tue, 24 Nov 2026 02:45:00 GMT")], r#"["API DATE ERROR"]"#),
            explain(401, &[("date", "Tue, 24 Nov 2026 01:00:00 GMT")], "API DATE ERROR"),
            explain(400, &[("date", "Tue, 24 Nov 2026 02:00:09 GMT")], "API DATE ERROR"),
            explain(400, &[], "API DATE ERROR"),
            explain(400, &[], r#"{"error": "INPUT ERROR", "field": "port"}"#),
            explain(302, &[("location", "/login")], ""),
            explain(302, &[("location", "/403")], ""),
            explain(403, &[], "Forbidden"),
            explain(403, &[], "<html><title>Attention Required!</title></html>"),
            explain(407, &[], ""),
            explain(301, &[("location", "https://sso.example/login?session=s3cret")], ""),
            explain(307, &[], ""),
            explain(404, &[], "{}"),
            explain(404, &[], "<html><title>404 Not Found</title></html>"),
            explain(400, &[], "<html><title>400 Bad Request</title></html>"),
            explain(401, &[("www-authenticate", "Basic realm=\"Corp\"")], ""),
            explain(401, &[("www-authenticate", "Negotiate")], "Unauthorized"),
            explain(429, &[("retry-after", "30")], ""),
            explain(429, &[], ""),
            explain(
                503,
                &[("retry-after", "Tue, 24 Nov 2026 02:01:30 GMT")],
                "<title>Busy</title>",
            ),
            explain(501, &[], ""),
            explain(200, &[], "\n<!DOCTYPE html><title>Log in</title>"),
            explain(200, &[], "<p>"),
            explain(418, &[], "a teapot"),
            explain(304, &[], ""),
        ];
        insta::assert_snapshot!(lines.join("\n"), @r#"
        failed to get /deviceinfo from appliance.example: the signature was refused, probably because a token is wrong or the two are swapped (HTTP 400)
        failed to get /deviceinfo from appliance.example: the signature was refused, probably because a token is wrong or the two are swapped (HTTP 401)
        failed to get /deviceinfo from appliance.example: the date was refused: this clock is 45 minutes behind the appliance's (HTTP 400)
        failed to get /deviceinfo from appliance.example: the date was refused: this clock is 60 minutes (1h) ahead of the appliance's (HTTP 401)
        failed to get /deviceinfo from appliance.example: the date was refused, and the clocks agree: probably its form is not the one that is accepted (HTTP 400)
        failed to get /deviceinfo from appliance.example: the date was refused: probably the clocks differ by more than 30 minutes, or its form is not the one that is accepted (HTTP 400)
        failed to get /deviceinfo from appliance.example: a parameter was refused (HTTP 400: "{\"error\": \"INPUT ERROR\", \"field\": \"port\"}")
        failed to get /deviceinfo from appliance.example: it redirected to its login page, probably because it has no such endpoint (HTTP 302)
        failed to get /deviceinfo from appliance.example: the token's user lacks a permission; it needs Visualizer and Unrestricted Devices (HTTP 302)
        failed to get /deviceinfo from appliance.example: the token's user lacks a permission; it needs Visualizer and Unrestricted Devices (HTTP 403)
        failed to get /deviceinfo from appliance.example: a web page refused access, titled "Attention Required!": probably a firewall or a proxy on the way, else a permission that the token's user lacks (HTTP 403)
        failed to get /deviceinfo from appliance.example: a proxy on the way asks for a user and a password (HTTP 407)
        failed to get /deviceinfo from appliance.example: it redirected to "https://sso.example/login", and redirects are never followed (HTTP 301)
        failed to get /deviceinfo from appliance.example: it redirected without saying where to (HTTP 307)
        failed to get /deviceinfo from appliance.example: there is no such device, or no data about it (HTTP 404)
        failed to get /deviceinfo from appliance.example: an HTML page came instead of JSON, titled "404 Not Found", probably of a web server, a gateway or a proxy that is not the appliance (HTTP 404)
        failed to get /deviceinfo from appliance.example: an HTML page came instead of JSON, titled "400 Bad Request", probably of a web server, a gateway or a proxy that is not the appliance (HTTP 400)
        failed to get /deviceinfo from appliance.example: probably a gateway or a proxy on the way wants a log-in (Basic, realm "Corp"); an appliance asks for none (HTTP 401)
        failed to get /deviceinfo from appliance.example: probably a gateway or a proxy on the way wants a log-in (Negotiate); an appliance asks for none (HTTP 401)
        failed to get /deviceinfo from appliance.example: too many requests in a short time; it asks to wait 30 s (HTTP 429)
        failed to get /deviceinfo from appliance.example: too many requests in a short time (HTTP 429)
        failed to get /deviceinfo from appliance.example: the appliance, or a gateway before it, failed; it asks to wait 90 s (HTTP 503, an HTML page titled "Busy")
        failed to get /deviceinfo from appliance.example: the appliance, or a gateway before it, failed (HTTP 501)
        failed to get /deviceinfo from appliance.example: an HTML page came instead of JSON, titled "Log in", probably a login page or a proxy's message (HTTP 200)
        failed to get /deviceinfo from appliance.example: an HTML page came instead of JSON, probably a login page or a proxy's message (HTTP 200)
        failed to get /deviceinfo from appliance.example: the status was unexpected (HTTP 418: "a teapot")
        failed to get /deviceinfo from appliance.example: the status was unexpected (HTTP 304)
        "#);
    }

    #[test]
    fn a_page_in_place_of_what_was_not_found_is_no_word_about_a_device() {
        for status in [400, 404] {
            let error = refused("/deviceinfo", response(status, &[], "<title>nginx</title>"));
            assert!(error.is_html() && error.is_of_another() && !error.is_not_found(), "{error}");
            assert_eq!(error.html_title(), Some("nginx"));
            let help = dt_model::Diagnostic::help(&error).unwrap().text;
            assert!(help.contains("leave the path /site out of the URL"), "{help}");
        }
        let target = RequestTarget::new("/devices");
        let base = "https://appliance.example".parse().unwrap();
        let page = response(404, &[], "<html></html>");
        let error = accept(&base, &target, page, NOW.parse().unwrap()).unwrap_err();
        let help = dt_model::Diagnostic::help(&error).unwrap().text;
        assert_eq!(help, "check host, port and path of the URL: something else answers there");
    }

    #[test]
    fn a_log_in_is_asked_for_by_somebody_on_the_way() {
        let basic = [("www-authenticate", "Basic realm=\"Corp\", charset=\"UTF-8\"")];
        let error = refused("/devices", response(401, &basic, ""));
        assert!(error.wants_log_in() && error.is_auth() && error.is_of_another(), "{error}");
        assert!(error.to_string().contains("(Basic, realm \"Corp\")"), "{error}");
        let help = dt_model::Diagnostic::help(&error).unwrap().text;
        assert!(help.contains("without a log-in"), "{help}");
        // An appliance's own refusal stays one, whatever else it says.
        let own = refused("/devices", response(401, &basic, "API SIGNATURE ERROR"));
        assert!(own.is_auth() && !own.is_of_another(), "{own}");
    }

    #[test]
    fn a_port_for_https_that_was_asked_by_http_is_told_with_the_url_to_use() {
        let target = RequestTarget::new("/devices");
        for said in [
            "<title>400 The plain HTTP request was sent to HTTPS port</title>",
            "<p>Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />",
            "Client sent an HTTP request to an HTTPS server.\n",
            "Bad Request\nThis combination of host and port requires TLS.\n",
        ] {
            let told = |base: &str| {
                let base = BaseUrl::new(base, crate::HttpPolicy::Anywhere).unwrap();
                accept(&base, &target, response(400, &[], said), NOW.parse().unwrap()).unwrap_err()
            };
            let error = told("http://appliance.example:443/site");
            let instead = error.https_instead();
            assert_eq!(instead.as_deref(), Some("https://appliance.example:443/site"), "{said}");
            assert_eq!(error.refusal_kind(), RefusalKind::Tls);
            // Over https, the same words are somebody else's.
            assert_eq!(told("https://appliance.example").https_instead(), None);
        }
    }

    #[test]
    fn every_row_of_the_table_has_its_predicate() {
        type Predicate = fn(&Error) -> bool;
        let predicates: [(&str, Predicate); 10] = [
            ("auth", Error::is_auth),
            ("clock", Error::is_clock),
            ("bad parameter", Error::is_bad_parameter),
            ("no endpoint", Error::is_no_endpoint),
            ("permission", Error::is_permission),
            ("not found", Error::is_not_found),
            ("rate limited", Error::is_rate_limited),
            ("server", Error::is_server),
            ("html", Error::is_html),
            ("retryable", Error::is_retryable),
        ];
        let holds = |status, headers: &[(&str, &str)], body| {
            let error = refused("/deviceinfo", response(status, headers, body));
            let names: Vec<_> = predicates
                .iter()
                .filter(|(_, holds)| holds(&error))
                .map(|(name, _)| *name)
                .collect();
            names.join(", ")
        };
        assert_eq!(holds(400, &[], "{\"a\":[\"API SIGNATURE ERROR\"]}"), "auth");
        assert_eq!(holds(401, &[], "API SIGNATURE ERROR"), "auth");
        assert_eq!(holds(400, &[], "API DATE ERROR"), "clock");
        assert_eq!(holds(400, &[], ""), "bad parameter");
        assert_eq!(holds(302, &[("location", "/login")], ""), "no endpoint");
        assert_eq!(holds(302, &[("location", "/site/login?next=x")], ""), "no endpoint");
        assert_eq!(
            holds(302, &[("location", "https://appliance.example/login")], ""),
            "no endpoint"
        );
        assert_eq!(holds(302, &[("location", "https://other.example/login")], ""), "");
        assert_eq!(holds(302, &[("location", "https://appliance.example.evil/login")], ""), "");
        assert_eq!(holds(302, &[("location", "/403")], ""), "permission");
        assert_eq!(holds(403, &[], ""), "permission");
        assert_eq!(holds(404, &[], ""), "not found");
        assert_eq!(holds(429, &[], ""), "rate limited, retryable");
        for status in [500, 502, 503, 504] {
            assert_eq!(holds(status, &[], ""), "server, retryable");
        }
        assert_eq!(holds(501, &[], ""), "server");
        assert_eq!(holds(200, &[], " <html>"), "html");
        assert_eq!(holds(418, &[], ""), "");
    }

    #[test]
    fn what_was_answered_is_kept() {
        let error =
            refused("/devices", response(400, &[("content-type", "text/plain")], "no\n such"));
        assert_eq!((error.host(), error.path()), ("appliance.example", "/devices"));
        assert_eq!(error.status().unwrap().as_u16(), 400);
        assert_eq!(error.content_type(), Some("text/plain"));
        assert_eq!(error.excerpt(), Some("no such"));
        assert_eq!(error.permission(), None);
    }

    #[test]
    fn an_answer_passes_untouched() {
        let body = "  {\"a\": 1}\n";
        let answer = response(200, &[("content-type", "application/json")], body);
        let target = RequestTarget::new("/status");
        let passed = accept(&base(), &target, answer, NOW.parse().unwrap()).unwrap();
        assert_eq!(passed.body(), body.as_bytes());
    }

    #[test]
    fn waits_are_read_in_both_forms() {
        let wait = |value: &str| {
            let headers = response(429, &[("retry-after", value)], "");
            retry_after(headers.headers(), NOW.parse().unwrap())
        };
        assert_eq!(wait("120"), Some(Duration::from_secs(120)));
        assert_eq!(wait("Tue, 24 Nov 2026 02:02:00 GMT"), Some(Duration::from_secs(120)));
        assert_eq!(wait("Tue, 24 Nov 2026 01:00:00 GMT"), Some(Duration::ZERO));
        for nonsense in ["", "-1", "soon", "1.5", "99999999999999999999999"] {
            assert_eq!(wait(nonsense), None, "{nonsense}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_response_is_understood(
            status in 100_u16..600,
            location in "\\PC*",
            retry in "\\PC*",
            body: Vec<u8>,
        ) {
            let mut response = Response::new(body);
            *response.status_mut() = status.try_into().unwrap();
            for (name, value) in [(LOCATION, location), (RETRY_AFTER, retry)] {
                if let Ok(value) = value.parse() {
                    response.headers_mut().insert(name, value);
                }
            }
            let target = RequestTarget::new("/status");
            if let Err(error) = accept(&base(), &target, response, NOW.parse().unwrap()) {
                proptest::prop_assert!(error.to_string().starts_with("failed to get /status from "));
            }
        }
    }
}
