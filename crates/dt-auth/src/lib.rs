//! Signs requests to a Darktrace appliance, and verifies them as an appliance does.
//!
//! An appliance knows its caller by three headers: `DTAPI-Token` (the public token), `DTAPI-Date`
//! and `DTAPI-Signature`, the lowercase hex HMAC-SHA1, keyed with the private token, of
//!
//! ```text
//! <path?query>\n<public token>\n<date>
//! ```
//!
//! This project is unofficial: what the crate knows comes from public documentation and public
//! clients.
//!
//! # Sign
//!
//! ```
//! use dt_auth::{Credentials, RequestTarget};
//!
//! let credentials = Credentials::new("pub", "priv")?;
//! let target = RequestTarget::new("/deviceinfo")
//!     .param("did", 1)
//!     .param("datatype", "co")
//!     .param("fulldevicedetails", false)
//!     .param("showallgraphdata", true)
//!     .param("intervalhours", 1);
//! let now = "2026-11-24T02:00:00Z".parse()?; // from whoever owns the clock
//!
//! let headers = dt_auth::sign(&target, &credentials, now)?;
//!
//! assert_eq!(headers.signature(), "bd7c3eab7cbf00d75218d4efac711cdaec2ea8b4");
//! for (name, value) in headers.pairs() {
//!     // put `name: value` into the request for `target.wire()`
//! #   assert!(!name.is_empty() && !value.is_empty());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Verify
//!
//! ```
//! # use dt_auth::{Credentials, RequestTarget};
//! # let credentials = Credentials::new("pub", "priv")?;
//! # let now = "2026-11-24T02:00:00Z".parse()?;
//! # let target = RequestTarget::new("/devicesearch").param("query", "hostname:\"ws*\"");
//! # let headers = dt_auth::sign(&target, &credentials, now)?;
//! let received = "/devicesearch?query=hostname%3A%22ws%2A%22";
//! dt_auth::verify(received, |name| headers.get(name), &credentials, now)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The decision behind it
//!
//! A signature only holds if the server sees the very text the client had in mind, so a request's
//! target is built once, as a [`RequestTarget`], and both the text to send and the text to sign
//! come from it. Neither is ever read back from a URI. Time is an argument and the result is
//! header *instructions*, so every signature can be computed again in a test.
//!
//! The price: a caller has to send [`RequestTarget::wire`] unchanged. A client that rebuilds the
//! query from pairs, or "repairs" the path, cannot use this crate. To leave such repairs nothing
//! to do, paths they would rewrite are refused and everything but `A-Za-z0-9-._~` is escaped.
//!
//! # One signature, one request
//!
//! An appliance accepts a signature over the target as sent and over the target decoded
//! ([`Encoding`]). Decoding loses information: `?q=a%26b=c` and `?q=a&b=c` are different requests
//! with one decoded text, so a signature for either would serve for both. Signing decoded
//! therefore refuses ([`SignError::Ambiguous`]) the characters for which
//! *the decoded text, taken as a target, would not read as the pairs it was made from*:
//!
//! | in a key or value | because the decoded text |
//! |---|---|
//! | `&` | ends the pair there |
//! | `=` | leaves open where the key ends: `a%3Db=c` and `a=b%3Dc` share it |
//! | `%` | decodes a second time: `%41` would also sign `A` |
//! | `+` | reads as a space wherever a query is read as a form |
//! | `#` | begins a fragment, and drops every parameter after it |
//! | control characters | breaks a line of the string to sign, or is dropped by URL parsers |
//!
//! Everything else, such as spaces, quotes, `/`, `?`, `;` and letters of any script, is signed
//! decoded without harm. [`Encoding::AsSent`] is never ambiguous and takes any value. [`verify`]
//! holds to the same rule.
//!
//! # What it does not do
//!
//! - No I/O and no clock. Reading tokens, sending and retrying is for others; a retry signs again,
//!   because the date is part of the signature.
//! - No fallback: it never tries the other encoding, since that would hide a wrong setting.
//! - No request bodies. The appliance signs those of POST requests by rules of their own; here is
//!   only what a GET needs.
//! - No replay protection. Within [`DATE_TOLERANCE`] a signed request can be sent again by whoever
//!   saw it; the protocol has no nonce.
//! - HMAC-SHA1 is the appliance's choice. Collisions known for SHA-1 do not break the HMAC, but
//!   nothing new should be built on it.

mod credentials;
mod date;
mod encoding;
mod path;
mod sign;
mod sign_error;
mod target;
mod verify;

pub use credentials::{Credentials, CredentialsError, Token};
pub use date::DateFormat;
pub use encoding::Encoding;
pub use path::PathProblem;
/// What [`Credentials::new`] keeps the private token in, so that callers can read it into one.
pub use secrecy::SecretString;
pub use sign::{
    DATE_HEADER, SIGNATURE_HEADER, SignedHeaders, SigningPolicy, TOKEN_HEADER, sign, sign_with,
};
pub use sign_error::SignError;
pub use target::RequestTarget;
pub use verify::{DATE_TOLERANCE, VerifyError, verify};

/// The examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
