//! Which signatures an appliance accepts.

use dt_auth::{DateFormat, Encoding, SigningPolicy};
use dt_model::{DeviceSearch, RefusalKind};

use super::{Finding as F, Skip, Step, Walk};
use crate::{Client, Error, Transport};

impl<B, E, T: FnMut(F<B>) -> Result<(), E>> Walk<'_, B, T> {
    /// Tries both forms of the query with both forms of the date. Whether requests will be accepted.
    ///
    /// A refusal shows that the signature was looked at only if it is another one than a request without a
    /// signature met with, whose refusal is `unsigned`.
    ///
    /// Swapped tokens and wrong ones look the same from here. Telling them apart would take sending the
    /// private token as if it were the public one, which nothing is worth.
    pub(super) fn signature(
        &mut self,
        client: &Client<&dyn Transport>,
        unsigned: Option<RefusalKind>,
    ) -> Result<bool, E> {
        let used = self.options.signing;
        let (mut accepted, mut refused) = (Vec::new(), Vec::new());
        let mut dates_refused = 0;
        for policy in policies(used) {
            match asked(&client.clone().signing(policy), unsigned) {
                Ok(true) => accepted.push(policy),
                Ok(false) => refused.push(policy),
                // The date comes before or after the signature: nobody knows.
                Err(error) if error.is_clock() && !error.clocks_differ() => {
                    dates_refused += 1;
                    refused.push(policy);
                }
                Err(error) if error.is_clock() => {
                    self.tell(F::Skipped(Step::Signature, Skip::DateRefused))?;
                    return Ok(false);
                }
                // Requests need no other form than the one in use.
                Err(_) if accepted.contains(&used) => {}
                Err(error) => {
                    let is_same = unsigned.is_some_and(|it| it == error.refusal_kind());
                    self.tell(if is_same && is_behind_signature(&error) {
                        F::SignatureUnread(error)
                    } else {
                        F::SignatureUnknown(error)
                    })?;
                    return Ok(false);
                }
            }
        }
        let is_accepted = accepted.contains(&used);
        self.tell(match is_accepted {
            true => F::Accepted(accepted, refused),
            false if !accepted.is_empty() => F::NotAccepted(accepted, refused),
            false if dates_refused == refused.len() => F::DatesRefused,
            false => F::AllRefused,
        })?;
        Ok(is_accepted)
    }
}

/// All four, the one in use first, and the one last that differs from it in both.
fn policies(used: SigningPolicy) -> [SigningPolicy; 4] {
    let encoding = match used.encoding {
        Encoding::Decoded => Encoding::AsSent,
        _ => Encoding::Decoded,
    };
    let date_format = match used.date_format {
        DateFormat::Spaced => DateFormat::Compact,
        _ => DateFormat::Spaced,
    };
    [
        used,
        SigningPolicy { encoding, ..used },
        SigningPolicy { date_format, ..used },
        SigningPolicy { encoding, date_format },
    ]
}

/// Whether a query is accepted whose two forms differ: with a space, quotes and a colon.
fn asked(client: &Client<&dyn Transport>, unsigned: Option<RefusalKind>) -> Result<bool, Error> {
    let search = DeviceSearch::new().matching("hostname", "dt doctor").count(1);
    match client.ask(&search) {
        Ok(_) => Ok(true),
        Err(error) if error.is_of_another() => Err(error),
        Err(error) if error.is_auth() => Ok(false),
        Err(error)
            if is_behind_signature(&error)
                && unsigned.is_some_and(|unsigned| unsigned != error.refusal_kind()) =>
        {
            Ok(true)
        }
        Err(error) => Err(error),
    }
}

/// Whether an appliance finds this only once the signature is right.
fn is_behind_signature(error: &Error) -> bool {
    let is_refused = error.is_permission() || error.is_bad_parameter();
    let is_missing = error.is_not_found() || error.is_no_endpoint();
    (is_refused || is_missing) && !error.is_of_another()
}
