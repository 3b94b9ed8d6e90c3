//! From what is asked to a signed HTTP request.

use dt_auth::{Credentials, RequestTarget, SigningPolicy};
use http::header::{ACCEPT, HeaderName, HeaderValue, USER_AGENT};
use http::{Request, Uri};
use jiff::Timestamp;

use crate::BaseUrl;
use crate::error::{Context, Error, Kind};

const TOKEN: HeaderName = HeaderName::from_static("dtapi-token");
const DATE: HeaderName = HeaderName::from_static("dtapi-date");
const SIGNATURE: HeaderName = HeaderName::from_static("dtapi-signature");

const AGENT: HeaderValue =
    HeaderValue::from_static(concat!("dt-transport/", env!("CARGO_PKG_VERSION")));
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Builds the signed request for `target`. `now` becomes its date.
///
/// What is sent is [`RequestTarget::wire`] behind the base URL, and is never read back from the
/// URI. The path of the base URL is signed only if its [`PrefixSigning`](crate::PrefixSigning) says so.
/// The headers that hold a token or a signature are marked as sensitive, so that `Debug` of the
/// request leaves them out.
///
/// Prepare again for each attempt: the date is part of the signature, and an appliance refuses one
/// more than half an hour from its own clock.
///
/// # Errors
///
/// If the target cannot be signed ([`Error::is_unsendable`]); see [`dt_auth::SignError`].
///
/// ```
/// use dt_auth::{Credentials, RequestTarget, SigningPolicy};
///
/// let base = "https://appliance.example/site-a".parse()?;
/// let target = RequestTarget::new("/devicesearch").param("query", "label:\"front desk\"");
/// let credentials = Credentials::new("pub", "priv")?;
/// let now = "2026-11-24T02:00:00Z".parse()?; // from whoever owns the clock
///
/// let request =
///     dt_transport::prepare(&base, &target, &credentials, now, SigningPolicy::default())?;
/// assert_eq!(
///     request.uri(),
///     "https://appliance.example/site-a/devicesearch?query=label%3A%22front%20desk%22",
/// );
/// assert_eq!(request.headers()["dtapi-date"], "2026-11-24 02:00:00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn prepare(
    base: &BaseUrl,
    target: &RequestTarget,
    credentials: &Credentials,
    now: Timestamp,
    policy: SigningPolicy,
) -> Result<Request<Vec<u8>>, Error> {
    let fail = |kind| Error::new(kind, Context::new(base, target));

    let signed = match base.signed_prefix() {
        "" => dt_auth::sign_with(target, credentials, now, policy),
        prefix => {
            let whole =
                RequestTarget::new(format!("{prefix}{}", target.path())).params(target.pairs());
            dt_auth::sign_with(&whole, credentials, now, policy)
        }
    };
    let signed = signed.map_err(|source| fail(Kind::Sign(source)))?;

    let uri = Uri::try_from(format!("{base}{}", target.wire()))
        .map_err(|source| fail(Kind::TooLong(source)))?;
    let mut request = Request::new(Vec::new());
    *request.uri_mut() = uri;

    let headers = request.headers_mut();
    headers.insert(ACCEPT, JSON);
    headers.insert(USER_AGENT, AGENT);
    for (name, text, secret) in [
        (TOKEN, signed.token(), true),
        (DATE, signed.date(), false),
        (SIGNATURE, signed.signature(), true),
    ] {
        headers.insert(name, header(text, secret));
    }
    Ok(request)
}

fn header(text: &str, secret: bool) -> HeaderValue {
    let mut value = HeaderValue::from_str(text).expect("signed headers are visible ASCII");
    value.set_sensitive(secret);
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PrefixSigning;

    fn prepared(base: &BaseUrl, target: &RequestTarget) -> Request<Vec<u8>> {
        let credentials = Credentials::new("s3cret-public", "s3cret-private").unwrap();
        let now = "2026-11-24T02:00:00Z".parse().unwrap();
        prepare(base, target, &credentials, now, SigningPolicy::default()).unwrap()
    }

    /// As it would stand on the connection, but for the line ends.
    fn text(request: &Request<Vec<u8>>) -> String {
        let line = format!("{} {}", request.method(), request.uri());
        let headers = request.headers().iter();
        let headers = headers.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()));
        std::iter::once(line).chain(headers).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_request_reads_like_this() {
        let base = "https://appliance.example".parse().unwrap();
        let target =
            RequestTarget::new("/devicesearch").param("query", "label:\"R D\"").param("count", 3);
        insta::assert_snapshot!(text(&prepared(&base, &target)), @"
        GET https://appliance.example/devicesearch?count=3&query=label%3A%22R%20D%22
        accept: application/json
        user-agent: dt-transport/0.1.0
        dtapi-token: s3cret-public
        dtapi-date: 2026-11-24 02:00:00
        dtapi-signature: df435d47b6f944a32c31b260b32ab97d624fc615
        ");
    }

    #[test]
    fn a_prefix_is_sent_and_signed_only_if_it_should_be() {
        let plain: BaseUrl = "https://appliance.example".parse().unwrap();
        let prefixed: BaseUrl = "https://appliance.example/a/b".parse().unwrap();
        let signed = prefixed.clone().prefix_signing(PrefixSigning::Signed);
        let target = RequestTarget::new("/devices").param("did", 7);
        let signature = |base| prepared(base, &target).headers()[SIGNATURE].clone();

        assert_eq!(
            prepared(&prefixed, &target).uri(),
            "https://appliance.example/a/b/devices?did=7"
        );
        assert_eq!(signature(&prefixed), signature(&plain));
        let whole = RequestTarget::new("/a/b/devices").param("did", 7);
        assert_eq!(signature(&signed), prepared(&plain, &whole).headers()[SIGNATURE]);
    }

    #[test]
    fn debug_of_a_request_has_no_secret() {
        let base = "https://appliance.example".parse().unwrap();
        let request = prepared(&base, &RequestTarget::new("/status"));
        let signature = request.headers()[SIGNATURE].to_str().unwrap().to_owned();
        let debug = format!("{request:?}");
        assert!(!debug.contains("s3cret") && !debug.contains(&signature), "{debug}");
    }

    #[test]
    fn what_cannot_be_signed_is_an_error_with_its_place() {
        let base = "https://appliance.example".parse().unwrap();
        let credentials = Credentials::new("pub", "priv").unwrap();
        let target = RequestTarget::new("/devicesearch").param("query", "R&D");
        let error =
            prepare(&base, &target, &credentials, Timestamp::UNIX_EPOCH, SigningPolicy::default())
                .unwrap_err();
        assert!(error.is_unsendable());
        insta::assert_snapshot!(crate::error::chain(&error), @r#"
        failed to prepare the request for /devicesearch
          failed to sign parameter "query": with '&' in it the decoded text is ambiguous, so it must be signed as sent
        "#);
    }

    proptest::proptest! {
        #[test]
        fn what_is_sent_is_the_wire_form_and_verifies(
            key in "\\PC*",
            value: String,
            path in "/[^./?#%\\\\\\pC][^?#%\\\\\\pC]*[a-z]",
        ) {
            let base: BaseUrl = "http://127.0.0.1:8080/site".parse().unwrap();
            let target = RequestTarget::new(path).param(key, value);
            let credentials = Credentials::new("pub", "priv").unwrap();
            let now = "2026-11-24T02:00:00Z".parse().unwrap();
            let encoding = dt_auth::Encoding::AsSent;
            let policy = SigningPolicy { encoding, ..SigningPolicy::default() };
            proptest::prop_assume!(target.to_sign(policy.encoding).is_ok());

            let request = prepare(&base, &target, &credentials, now, policy).unwrap();
            let sent = request.uri().path_and_query().unwrap().as_str();
            let received = sent.strip_prefix("/site").unwrap();
            proptest::prop_assert_eq!(received, target.wire());
            let header = |name: &str| request.headers().get(name)?.to_str().ok();
            dt_auth::verify(received, header, &credentials, now).unwrap();
        }
    }
}
