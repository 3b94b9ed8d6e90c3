//! The id of an event that tells a finding: one id, one content.

use sha2::{Digest, Sha256};

use super::Finding;

/// How many bytes of the hash are in an id.
const BYTES: usize = 8;

impl Finding {
    /// The id of an event that tells this: the finding's, a colon, and the first 16 hex digits of the
    /// SHA-256 of what is told.
    ///
    /// That is the JSON array of `state`, `severity`, `message`, `observed` and `last_time`, as they are
    /// printed and without spaces. Telling the same again gives the same id, even after a kill or with
    /// another state, and telling anything else gives another.
    #[must_use]
    pub fn event_id(&self) -> String {
        let Self { id, state, severity, message, observed, last_time, .. } = self;
        let told = serde_json::json!([
            state.as_str(),
            severity.as_str(),
            message,
            observed,
            last_time.to_string(),
        ]);
        let hash = Sha256::digest(told.to_string());
        let (hash, _) = hash.split_at(BYTES);
        format!("{id}:{}", base16ct::lower::encode_string(hash))
    }
}
