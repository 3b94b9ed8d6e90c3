//! Signing a request, against the bare HMAC over the same bytes.

use std::hint::black_box;

use dt_auth::{Credentials, Encoding, RequestTarget};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha1::Sha1;

use super::{Limit, Paired, ROUNDS, tell};

/// How many signatures make one round: one alone is too short to be measured.
const BATCH: usize = 2_000;

const PUBLIC: &str = "0123456789abcdef0123456789abcdef01234567";
const PRIVATE: &str = "fedcba9876543210fedcba9876543210fedcba98";

pub(super) fn signing() {
    let credentials = Credentials::new(PUBLIC, PRIVATE).expect("tokens are visible ASCII");
    let target = RequestTarget::new("/deviceinfo").params([
        ("datatype", "co"),
        ("did", "12345"),
        ("fulldevicedetails", "false"),
        ("intervalhours", "1"),
        ("showallgraphdata", "true"),
    ]);
    let now = Timestamp::UNIX_EPOCH;
    let query = target.to_sign(Encoding::Decoded).expect("nothing in it is ambiguous");
    let text = format!("{query}\n{PUBLIC}\n1970-01-01 00:00:00");

    let ours = || {
        for _ in 0..BATCH {
            black_box(
                dt_auth::sign(black_box(&target), &credentials, now).expect("it is signable"),
            );
        }
    };
    let theirs = || {
        for _ in 0..BATCH {
            let mut mac =
                Hmac::<Sha1>::new_from_slice(PRIVATE.as_bytes()).expect("any key will do");
            mac.update(black_box(text.as_bytes()));
            black_box(mac.finalize().into_bytes());
        }
    };
    let paired = Paired::run(ROUNDS, ours, theirs);
    let detail = format!("{} of {BATCH} signatures", paired.detail());
    tell("signing, against the bare HMAC", paired.rate(), Limit::AtLeast(0.3), &detail);
}
