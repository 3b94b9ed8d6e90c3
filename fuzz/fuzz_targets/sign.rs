//! Any request, signed: what is signed verifies, what is sent decodes to what was asked, and no
//! change of either is accepted that would be another request. Never a panic.
//!
//! An input is a head of 16 bytes and texts, each ended by a byte `0xff`, which no UTF-8 holds:
//!
//! | bytes | hold |
//! |---|---|
//! | 0 | 1: signed as sent; 2: the compact date |
//! | 1 to 8 | the date's seconds, little-endian |
//! | 9 to 12 | its nanoseconds |
//! | 13, 14 | where the target is changed after signing |
//! | 15 | how many bytes of it are replaced there |
//! | texts | path, public token, private token, the replacement, then keys and values in turn |
//!
//! `xtask/lab/src/fuzz/seeds.rs` writes the signing vectors in this form.

#![no_main]

use std::borrow::Cow;

use dt_auth::{
    Credentials, DATE_HEADER, DATE_TOLERANCE, DateFormat, Encoding, PathProblem, RequestTarget,
    SIGNATURE_HEADER, SignError, SignedHeaders, SigningPolicy, TOKEN_HEADER, VerifyError,
    sign_with, verify,
};
use jiff::{SignedDuration, Timestamp};
use libfuzzer_sys::fuzz_target;

/// The year 0, before which a date has no text.
const FIRST_SECOND: i64 = -62_167_219_200;

fuzz_target!(|bytes: &[u8]| {
    if let Some(input) = Input::read(bytes) {
        input.check();
    }
});

struct Input<'a> {
    policy: SigningPolicy,
    now: Timestamp,
    place: usize,
    cut: usize,
    path: Cow<'a, str>,
    public: Cow<'a, str>,
    private: Cow<'a, str>,
    replacement: Cow<'a, str>,
    pairs: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Input<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (head, texts) = bytes.split_first_chunk::<16>()?;
        let [choices, s0, s1, s2, s3, s4, s5, s6, s7, n0, n1, n2, n3, p0, p1, cut] = *head;
        let (first, last) = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
        let second = i64::from_le_bytes([s0, s1, s2, s3, s4, s5, s6, s7]);
        // What is out of range is brought into it, so that no bytes are wasted.
        let second = first + second.wrapping_sub(first).rem_euclid(last - first);
        let nanosecond = u32::from_le_bytes([n0, n1, n2, n3]) % 1_000_000_000;
        let mut texts = texts.split(|byte| *byte == 0xff).map(String::from_utf8_lossy);
        let mut text = || texts.next().unwrap_or_default();
        let (path, public, private, replacement) = (text(), text(), text(), text());
        let mut pairs = Vec::new();
        while let Some(key) = texts.next() {
            pairs.push((key, texts.next().unwrap_or_default()));
        }
        Some(Self {
            policy: SigningPolicy {
                encoding: if choices & 1 == 0 { Encoding::Decoded } else { Encoding::AsSent },
                date_format: if choices & 2 == 0 {
                    DateFormat::Spaced
                } else {
                    DateFormat::Compact
                },
            },
            now: Timestamp::new(second, i32::try_from(nanosecond).ok()?).ok()?,
            place: u16::from_le_bytes([p0, p1]).into(),
            cut: cut.into(),
            path,
            public,
            private,
            replacement,
            pairs,
        })
    }

    /// Also by a fraction, which `as_second` would cut off.
    fn is_before_year_0(&self) -> bool {
        self.now < Timestamp::from_second(FIRST_SECOND).expect("in range")
    }

    fn check(&self) {
        let target = RequestTarget::new(&*self.path)
            .params(self.pairs.iter().map(|(key, value)| (&**key, value)));
        self.check_texts(&target);
        let credentials = self.credentials();
        match sign_with(&target, &credentials, self.now, self.policy) {
            Ok(headers) => {
                assert!(!self.is_before_year_0());
                check_headers(&headers);
                self.check_time(&target, &credentials, &headers);
                self.check_changes(&target, &credentials, &headers);
            }
            Err(error) => self.check_refusal(&target, &error),
        }
    }

    /// Tokens as they are, or fixed ones in their place, so that the rest is tried all the same.
    fn credentials(&self) -> Credentials {
        let visible =
            |text: &str| !text.is_empty() && text.chars().all(|c| ('!'..='~').contains(&c));
        let usable = visible(&self.public) && visible(&self.private);
        let credentials = Credentials::new(&*self.public, &*self.private);
        assert_eq!(credentials.is_ok(), usable, "{:?}", credentials.err());
        credentials.unwrap_or_else(|_| Credentials::new("pub", "priv").expect("visible characters"))
    }

    /// What is sent decodes to what was asked; what is signed reads as what is sent.
    fn check_texts(&self, target: &RequestTarget) {
        let wire = target.wire();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/?&=%".contains(&byte);
        assert!(wire.bytes().all(plain), "{wire}");

        let mut sorted: Vec<(Vec<u8>, Vec<u8>)> =
            self.pairs.iter().map(|(k, v)| (bytes_of(k), bytes_of(v))).collect();
        sorted.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(read(&wire), (bytes_of(&self.path), sorted), "{wire}");

        match target.to_sign(Encoding::AsSent) {
            Ok(text) => assert_eq!(text, wire),
            Err(error) => assert!(matches!(error, SignError::Path { .. }), "{error}"),
        }
        if let Ok(text) = target.to_sign(Encoding::Decoded) {
            assert_eq!(read(&text), read(&wire), "{text:?}");
            assert!(!text.contains('\n'), "breaks the string to sign: {text:?}");
        }
    }

    fn check_refusal(&self, target: &RequestTarget, error: &SignError) {
        match error {
            SignError::Path { path, problem } => {
                assert_eq!(path, target.path());
                if let PathProblem::Character(character) = problem {
                    assert!(path.contains(*character));
                }
            }
            SignError::Ambiguous { key, character } => {
                assert_eq!(self.policy.encoding, Encoding::Decoded);
                let at_fault = |text: &str| text.contains(*character);
                assert!(target.pairs().any(|(k, v)| k == key && (at_fault(k) || at_fault(v))));
            }
            error => {
                assert_eq!(error, &SignError::Date(self.now));
                assert!(self.is_before_year_0());
            }
        }
        assert!(!error.to_string().contains(char::is_control), "{error:?}");
    }

    fn check_time(&self, target: &RequestTarget, by: &Credentials, headers: &SignedHeaders) {
        let wire = target.wire();
        let at = |clock| verify(&wire, |name| headers.get(name), by, clock);
        assert_eq!(at(self.now), Ok(()));
        // The date is in whole seconds.
        let second = SignedDuration::from_secs(1);
        for (off, expected) in [(DATE_TOLERANCE - second, true), (DATE_TOLERANCE + second, false)] {
            for clock in [self.now.checked_add(off), self.now.checked_sub(off)].iter().flatten() {
                let verified = at(*clock);
                assert_eq!(verified.is_ok(), expected, "{verified:?}");
                assert!(verified.err().is_none_or(|error| error.is_date()));
            }
        }
    }

    /// A change that verifies is the same request in another form, such as `%7e` for `~`.
    fn check_changes(&self, target: &RequestTarget, by: &Credentials, headers: &SignedHeaders) {
        let wire = target.wire();
        let place = self.place % wire.len();
        let rest = wire.get(place + self.cut..).unwrap_or_default();
        let changed = format!("{}{}{rest}", &wire[..place], self.replacement);
        let escaped =
            format!("{}%{:02x}{}", &wire[..place], wire.as_bytes()[place], &wire[place + 1..]);
        let decoded = target.to_sign(Encoding::Decoded).unwrap_or_default();
        for received in [&changed, &escaped, &decoded, &*self.replacement] {
            match verify(received, |name| headers.get(name), by, self.now) {
                Ok(()) => assert_eq!(read(received), read(&wire), "{received:?} for {wire}"),
                Err(error) => assert_eq!(error, VerifyError::BadSignature),
            }
        }

        for (header, error) in [
            (TOKEN_HEADER, VerifyError::UnknownToken),
            (DATE_HEADER, VerifyError::BadSignature),
            (SIGNATURE_HEADER, VerifyError::BadSignature),
        ] {
            let forged = |name| match headers.get(name) {
                Some(_) if name == header => Some(&*self.replacement),
                genuine => genuine,
            };
            if headers.get(header) != Some(&*self.replacement) {
                assert_eq!(verify(&wire, forged, by, self.now), Err(error), "{header}");
            }
        }
    }
}

fn check_headers(headers: &SignedHeaders) {
    let digits = headers.signature();
    assert_eq!(digits.len(), 40);
    assert!(digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')));
    for (name, value) in headers.pairs() {
        assert!(value.chars().all(|c| (' '..='~').contains(&c)), "{name}: {value:?}");
    }
}

fn bytes_of(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

/// What a target asks for: the path and the pairs.
type Read = (Vec<u8>, Vec<(Vec<u8>, Vec<u8>)>);

/// A target as the server reads it that leaves a signer the least room: a fragment is dropped, and
/// a `+` in the query is a space. Written without what the crate decodes with.
fn read(received: &str) -> Read {
    let received = received.split('#').next().unwrap_or_default();
    let (path, query) = received.split_once('?').unwrap_or((received, ""));
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (unescape(&key.replace('+', " ")), unescape(&value.replace('+', " ")))
    });
    (unescape(path), pairs.collect())
}

fn unescape(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let digit = |place: usize| tail.get(place).and_then(|&byte| char::from(byte).to_digit(16));
        let escaped = (digit(0), digit(1));
        if let (b'%', (Some(high), Some(low))) = (first, escaped) {
            decoded.extend(u8::try_from(high * 16 + low));
            rest = &tail[2..];
        } else {
            decoded.push(first);
            rest = tail;
        }
    }
    decoded
}
