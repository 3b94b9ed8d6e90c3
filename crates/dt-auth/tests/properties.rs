//! What holds for every request, not only for those somebody thought of.

#![expect(clippy::unwrap_used, reason = "these are tests, their helper functions too")]

use dt_auth::{
    Credentials, DATE_HEADER, DateFormat, Encoding, PathProblem, RequestTarget, SIGNATURE_HEADER,
    SignError, SigningPolicy, TOKEN_HEADER, VerifyError, sign_with, verify,
};
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

/// Any text at all, with the characters that mean something in a URL far more often than chance.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[a-z&=%+#?/.~' \n\\\\\"é0-9]{0,12}", "[a-z0-9]{1,8}"]
}

/// Mostly paths that can be signed.
fn path() -> impl Strategy<Value = String> {
    prop_oneof![1 => text(), 4 => "(/[a-zA-Z0-9._~ éü+=]{1,6}){1,3}"]
}

fn target() -> impl Strategy<Value = RequestTarget> {
    (path(), vec((text(), text()), 0..5))
        .prop_map(|(path, pairs)| RequestTarget::new(path).params(pairs))
}

fn credentials() -> impl Strategy<Value = Credentials> {
    ("[!-~]{1,80}", "[!-~]{1,80}")
        .prop_map(|(public, private)| Credentials::new(public, private.as_str()).unwrap())
}

fn any_timestamp() -> impl Strategy<Value = Timestamp> {
    (Timestamp::MIN.as_second()..=Timestamp::MAX.as_second(), 0..1_000_000_000).prop_map(
        |(second, nanosecond)| Timestamp::new(second, nanosecond).unwrap_or(Timestamp::MAX),
    )
}

/// Years 0 to 9999, for which a date has a text.
fn timestamp() -> impl Strategy<Value = Timestamp> {
    any_timestamp().prop_filter("a year before 0", |t| t.as_second() >= -62_167_219_200)
}

fn policy() -> impl Strategy<Value = SigningPolicy> {
    (
        prop_oneof![Just(Encoding::Decoded), Just(Encoding::AsSent)],
        prop_oneof![Just(DateFormat::Spaced), Just(DateFormat::Compact)],
    )
        .prop_map(|(encoding, date_format)| SigningPolicy { encoding, date_format })
}

/// What a target asks for: the path and the pairs.
type Read = (Vec<u8>, Vec<(Vec<u8>, Vec<u8>)>);

/// A target as the server reads it that leaves a signer the least room: a fragment is dropped, and
/// a `+` in the query is a space.
fn read(received: &str) -> Read {
    let decode = |text: &str| percent_decode_str(text).collect();
    let form = |text: &str| decode(&text.replace('+', " "));
    let received = received.split('#').next().unwrap();
    let (path, query) = received.split_once('?').unwrap_or((received, ""));
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (form(key), form(value))
    });
    (decode(path), pairs.collect())
}

/// Replaces one character by a visible one, or says that nothing would change.
fn replace(text: &str, place: Index, by: char) -> Option<String> {
    let (at, old) = *place.get(&text.char_indices().collect::<Vec<_>>());
    let changed = format!("{}{by}{}", &text[..at], &text[at + old.len_utf8()..]);
    (old != by).then_some(changed)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn signing_never_panics_and_refuses_only_for_a_reason(
        target in target(), credentials in credentials(), now in any_timestamp(),
        policy in policy(),
    ) {
        match sign_with(&target, &credentials, now, policy) {
            Ok(headers) => {
                prop_assert_eq!(headers.signature().len(), 40);
                let visible = |value: &str| value.chars().all(|c| (' '..='~').contains(&c));
                prop_assert!(headers.pairs().iter().all(|(_, value)| visible(value)));
            }
            Err(SignError::Path { path, problem }) => {
                prop_assert_eq!(&path, target.path());
                if let PathProblem::Character(character) = problem {
                    prop_assert!(path.contains(character));
                }
            }
            Err(SignError::Ambiguous { key, character }) => {
                prop_assert_eq!(policy.encoding, Encoding::Decoded);
                let at_fault = |text: &str| text.contains(character);
                let found = target.pairs().any(|(k, v)| k == key && (at_fault(k) || at_fault(v)));
                prop_assert!(found);
            }
            Err(error) => {
                prop_assert_eq!(error, SignError::Date(now));
            }
        }
    }

    #[test]
    fn whatever_is_signed_verifies(
        target in target(), credentials in credentials(), now in timestamp(), policy in policy(),
    ) {
        if let Ok(headers) = sign_with(&target, &credentials, now, policy) {
            prop_assert_eq!(verify(&target.wire(), |h| headers.get(h), &credentials, now), Ok(()));
        }
    }

    #[test]
    fn the_wire_decodes_to_the_path_and_the_sorted_pairs(
        path in path(), pairs in vec((text(), text()), 0..5),
    ) {
        let target = RequestTarget::new(&path).params(pairs.clone());
        let wire = target.wire();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/?&=%".contains(&byte);
        prop_assert!(wire.bytes().all(plain));

        let mut sorted = pairs;
        sorted.sort_by(|a, b| a.0.cmp(&b.0));
        let sorted = sorted.into_iter().map(|(key, value)| (key.into_bytes(), value.into_bytes()));
        prop_assert_eq!(read(&wire), (path.into_bytes(), sorted.collect()));
    }

    /// The text to sign decoded reads as the same request as the text to send.
    #[test]
    fn a_decoded_text_has_one_meaning(target in target()) {
        if let Ok(decoded) = target.to_sign(Encoding::Decoded) {
            prop_assert_eq!(read(&decoded), read(&target.wire()));
        }
    }

    /// A change that still verifies, such as `%7e` for `~`, must not change the request.
    #[test]
    fn a_changed_target_is_refused_or_the_same_request(
        target in target(), credentials in credentials(), now in timestamp(), policy in policy(),
        place in any::<Index>(), by in "[!-~]",
    ) {
        let wire = target.wire();
        prop_assume!(!wire.is_empty());
        let by = by.chars().next().unwrap();
        let (Ok(headers), Some(changed)) =
            (sign_with(&target, &credentials, now, policy), replace(&wire, place, by))
        else {
            return Ok(());
        };
        match verify(&changed, |h| headers.get(h), &credentials, now) {
            Ok(()) => prop_assert_eq!(read(&changed), read(&wire)),
            Err(error) => prop_assert_eq!(error, VerifyError::BadSignature),
        }
    }

    /// Escaping or unescaping a character is how a request is changed without changing its
    /// decoded text.
    #[test]
    fn a_change_of_escapes_never_changes_the_request(
        target in target(), credentials in credentials(), now in timestamp(), policy in policy(),
        place in any::<Index>(),
    ) {
        let Ok(headers) = sign_with(&target, &credentials, now, policy) else {
            return Ok(());
        };
        let wire = target.wire();
        let at = place.index(wire.len());
        let escaped = format!("{}%{:02X}{}", &wire[..at], wire.as_bytes()[at], &wire[at + 1..]);
        let decoded = String::from_utf8(percent_decode_str(&wire).collect()).unwrap();
        for changed in [escaped, decoded] {
            if verify(&changed, |h| headers.get(h), &credentials, now).is_ok() {
                prop_assert_eq!(read(&changed), read(&wire));
            }
        }
    }

    #[test]
    fn a_changed_header_is_refused(
        target in target(), credentials in credentials(), now in timestamp(), policy in policy(),
        place in any::<Index>(), by in "[ -~]",
    ) {
        let Ok(headers) = sign_with(&target, &credentials, now, policy) else {
            return Ok(());
        };
        let wire = target.wire();
        let by = by.chars().next().unwrap();
        for (name, error) in [
            (TOKEN_HEADER, VerifyError::UnknownToken),
            (DATE_HEADER, VerifyError::BadSignature),
            (SIGNATURE_HEADER, VerifyError::BadSignature),
        ] {
            if let Some(changed) = replace(headers.get(name).unwrap(), place, by) {
                let header =
                    |wanted| if wanted == name { Some(&*changed) } else { headers.get(wanted) };
                prop_assert_eq!(verify(&wire, header, &credentials, now), Err(error));
            }
        }
    }

    #[test]
    fn verifying_never_panics(
        received in text(), token in text(), date in text(), signature in text(),
        credentials in credentials(), now in any_timestamp(),
    ) {
        let header = |name| Some(match name {
            TOKEN_HEADER => credentials.public(),
            DATE_HEADER => date.as_str(),
            _ => signature.as_str(),
        });
        prop_assert!(verify(&received, header, &credentials, now).is_err());
        prop_assert!(verify(&received, |_| Some(token.as_str()), &credentials, now).is_err());
    }
}
