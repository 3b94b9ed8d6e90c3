//! Which signatures the appliance accepts.

use dt_auth::{Credentials, DateFormat, Encoding, SigningPolicy};
use dt_model::DeviceSearch;
use dt_transport::{Client, Error, Query, Transport};

use super::findings::Findings;
use super::subject::Subject;
use crate::config::Settings;
use crate::exit;
use crate::failure::{Failure, Result};

/// How a signature was taken.
enum Verdict {
    Accepted,
    Refused,
    /// The date was refused, which comes before or after the signature: nobody knows.
    Date,
    /// Something else happened.
    Unknown(Failure),
}

/// Tries both forms of the query with both forms of the date. Whether requests will be accepted.
pub(super) fn check(
    transport: &dyn Transport,
    subject: &Subject<'_>,
    credentials: &Credentials,
    findings: &mut Findings<'_>,
) -> Result<bool> {
    let mut accepted = Vec::new();
    let mut refused = Vec::new();
    for policy in policies(subject.signing.encoding) {
        match ask(transport, subject, credentials, policy) {
            Verdict::Accepted => accepted.push(policy),
            Verdict::Refused => refused.push(policy),
            Verdict::Date => {
                findings.skip("signature", "the date is refused, so no signature counts")?;
                return Ok(false);
            }
            Verdict::Unknown(failure) => {
                findings.fail("signature", &failure)?;
                return Ok(false);
            }
        }
    }
    if accepted.is_empty() {
        findings.fail("signature", &refused_altogether(subject))?;
        return Ok(false);
    }
    if !accepted.contains(&subject.signing) {
        let failure =
            Failure::new(format!("accepted {}; refused {}", list(&accepted), list(&refused)))
                .status(exit::ACCESS);
        let other = accepted.iter().find(|policy| policy.encoding != subject.signing.encoding);
        let failure = match other.map(|policy| policy.encoding) {
            Some(Encoding::AsSent) => failure.hint("use --sign as-sent, or sign in the profile"),
            Some(_) => failure.hint("use --sign decoded, or sign in the profile"),
            None => failure,
        };
        findings.fail("signature", &failure)?;
        return Ok(false);
    }
    let text = if refused.is_empty() {
        "accepted: query decoded and as sent, date spaced and compact".to_owned()
    } else {
        format!("accepted {}; refused {}, which is not used", list(&accepted), list(&refused))
    };
    findings.ok("signature", &text)?;
    Ok(true)
}

/// All four, the one in use first.
fn policies(used: Encoding) -> [SigningPolicy; 4] {
    let other = if used == Encoding::Decoded { Encoding::AsSent } else { Encoding::Decoded };
    let policy = |encoding, date_format| SigningPolicy { encoding, date_format };
    [
        policy(used, DateFormat::Spaced),
        policy(other, DateFormat::Spaced),
        policy(used, DateFormat::Compact),
        policy(other, DateFormat::Compact),
    ]
}

fn list(policies: &[SigningPolicy]) -> String {
    let each = policies.iter().map(|policy| {
        let encoding = if policy.encoding == Encoding::AsSent { "as sent" } else { "decoded" };
        let date = if policy.date_format == DateFormat::Compact { "compact" } else { "spaced" };
        format!("{encoding} with a {date} date")
    });
    each.collect::<Vec<_>>().join(", ")
}

/// A query whose two forms differ: with a space, quotes and a colon.
fn ask(
    transport: &dyn Transport,
    subject: &Subject<'_>,
    credentials: &Credentials,
    policy: SigningPolicy,
) -> Verdict {
    let search = DeviceSearch::new().matching("hostname", "dt doctor").count(1);
    let client = Client::new(transport, subject.base.clone(), credentials.clone())
        .signing(policy)
        .retry(subject.retry);
    match client.raw(&search.target()) {
        Ok(_) => Verdict::Accepted,
        Err(error) if error.is_auth() => Verdict::Refused,
        Err(error) if error.is_clock() => Verdict::Date,
        Err(error) if is_past_the_signature(&error) => Verdict::Accepted,
        Err(error) => Verdict::Unknown(error.into()),
    }
}

/// These are found only once the signature is right.
fn is_past_the_signature(error: &Error) -> bool {
    error.is_permission()
        || error.is_bad_parameter()
        || error.is_not_found()
        || error.is_no_endpoint()
}

/// Swapped tokens and wrong ones look the same from here. Telling them apart would take sending the
/// private token as if it were the public one, which nothing is worth.
fn refused_altogether(subject: &Subject<'_>) -> Failure {
    let failure = |text: &str| Failure::new(text).status(exit::ACCESS);
    if subject.settings.is_some_and(Settings::has_one_token_twice) {
        return failure("refused in every form: both tokens are the same")
            .hint("set the public token and the private token as the appliance issued them");
    }
    failure("refused in every form: probably a token is wrong, or the two are swapped")
        .hint("compare both tokens with the appliance's; they belong together")
}
