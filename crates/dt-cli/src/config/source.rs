//! Where answers come from: flag over environment.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::time::Duration;

use dt_auth::{Credentials, Encoding, SigningPolicy};
use dt_model::Dialect;
use dt_transport::{BaseUrl, HttpOptions, PlainHttp, ProxySetting, RetryPolicy, TlsTrust};

use super::Task;
use crate::exit;
use crate::failure::{Failure, Result};
use crate::input::Input;
use crate::options::{Backend, Demo, NetworkOptions, Sign, SourceOptions};

/// Where answers come from.
#[derive(Debug)]
pub(crate) enum Source {
    /// Files.
    Saved(Vec<Input>),
    /// An appliance.
    Live(Box<Connection>),
}

/// How an appliance is reached.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) peer: Peer,
    pub(crate) backend: Backend,
    pub(crate) http: HttpOptions,
    pub(crate) signing: SigningPolicy,
    pub(crate) retry: RetryPolicy,
    pub(crate) insecure: bool,
}

/// Which appliance.
#[derive(Debug)]
pub(crate) enum Peer {
    /// The one inside the program.
    Demo(Dialect),
    /// The one at this address.
    Appliance(BaseUrl, Credentials),
}

impl Source {
    pub(super) fn resolve(
        source: SourceOptions,
        network: NetworkOptions,
        task: &Task,
    ) -> Result<Self> {
        let SourceOptions { demo, url, input } = source;
        let named = [demo.is_some(), url.is_some(), !input.is_empty()];
        if named.iter().filter(|named| **named).count() > 1 {
            return Err(Failure::usage("answers come from one place: --demo, --url or --input"));
        }
        if !input.is_empty() {
            return saved(&input, task);
        }
        if !matches!(task, Task::Devices(_)) {
            demand_a_device(task)?;
        }
        let peer = match demo {
            Some(Demo::Appliance) => Peer::Demo(Dialect::Appliance),
            Some(Demo::Documented) => Peer::Demo(Dialect::Documented),
            None => appliance(url.or_else(|| variable("DT_URL")), network.allow_http)?,
        };
        Ok(Self::Live(Box::new(connection(peer, network)?)))
    }
}

fn saved(inputs: &[OsString], task: &Task) -> Result<Source> {
    let Task::Analyse(_, names, asking) = task else {
        return Err(Failure::usage("only analyses answer from saved responses")
            .hint("leave --input out to ask an appliance"));
    };
    if !names.is_one() {
        return Err(Failure::usage("saved responses are about one device: name at most one"));
    }
    if asking.restricts() {
        return Err(Failure::usage("a saved response cannot be restricted any more")
            .hint("leave out --odid, --port and --external-domain, or ask an appliance"));
    }
    let inputs: Vec<Input> = inputs.iter().map(Input::parse).collect::<Result<_>>()?;
    Input::check(&inputs)?;
    Ok(Source::Saved(inputs))
}

fn demand_a_device(task: &Task) -> Result<()> {
    let (Task::Analyse(_, names, _) | Task::Get(names, _)) = task else { return Ok(()) };
    if names.typed.is_empty() && !names.more {
        return Err(Failure::usage("no device is named")
            .hint("name one by id, host name, IP or MAC; dt devices lists them"));
    }
    Ok(())
}

fn appliance(url: Option<String>, allow_http: bool) -> Result<Peer> {
    let Some(url) = url else {
        return Err(Failure::usage("no appliance is configured").hint(
            "try --demo; or set DT_URL, DT_PUBLIC_TOKEN and DT_PRIVATE_TOKEN; or name saved \
             responses with --input",
        ));
    };
    let plain = if allow_http { PlainHttp::Anywhere } else { PlainHttp::LoopbackOnly };
    let base = BaseUrl::new(&url, plain).map_err(|error| {
        let failure = Failure::usage(error.to_string());
        match error {
            dt_transport::BaseUrlError::PlainHttp { .. } => {
                failure.hint("use https, or --allow-http if nobody can listen")
            }
            _ => failure,
        }
    })?;
    let credentials = Credentials::new(token("PUBLIC")?, token("PRIVATE")?).map_err(|error| {
        Failure::new(error.to_string()).status(exit::ACCESS).hint("check the tokens")
    })?;
    Ok(Peer::Appliance(base, credentials))
}

/// An environment variable that says something.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// A token, from the environment or from a file that the environment names. Never an argument:
/// everyone on the machine can read those.
fn token(which: &str) -> Result<String> {
    let (name, file) = (format!("DT_{which}_TOKEN"), format!("DT_{which}_TOKEN_FILE"));
    match (variable(&name), variable(&file)) {
        (Some(_), Some(_)) => Err(Failure::usage(format!("both {name} and {file} are set"))),
        (Some(token), None) => Ok(token),
        (None, Some(path)) => token_file(Path::new(&path)),
        (None, None) => Err(Failure::new(format!("no {} token is set", which.to_lowercase()))
            .status(exit::USAGE)
            .hint(format!("set {name}, or {file} to a file that only you can read"))),
    }
}

fn token_file(path: &Path) -> Result<String> {
    let place = path.display().to_string();
    let unreadable = |error: std::io::Error| {
        Failure::new("failed to read a token file").at(&place).because(&error)
    };
    if readable_by_others(path).map_err(unreadable)? {
        return Err(Failure::new("a token file can be read by others")
            .status(exit::ACCESS)
            .at(&place)
            .hint(format!("chmod 600 {place}")));
    }
    let text = fs::read_to_string(path).map_err(unreadable)?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

#[cfg(unix)]
fn readable_by_others(path: &Path) -> std::io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn readable_by_others(path: &Path) -> std::io::Result<bool> {
    // Who may read a file is not in its mode here; the owner has to see to it.
    fs::metadata(path).map(|_| false)
}

fn connection(peer: Peer, network: NetworkOptions) -> Result<Connection> {
    let mut http = HttpOptions::new().trust(trust(&network)?);
    if let Some(proxy) = network.proxy {
        let proxy = proxy.parse().map_err(|error: dt_transport::ProxyUrlError| {
            Failure::usage("--proxy cannot be that").because(&error)
        })?;
        http = http.proxy(ProxySetting::Url(proxy));
    }
    if let Some(seconds) = network.timeout {
        http = http.timeout(Duration::from_secs(seconds));
    }
    if let Some(seconds) = network.connect_timeout {
        http = http.connect_timeout(Duration::from_secs(seconds));
    }
    let mut retry = RetryPolicy::default();
    if let Some(retries) = network.retries {
        retry = retry.retries(retries);
    }
    let encoding = match network.sign.unwrap_or(Sign::Decoded) {
        Sign::Decoded => Encoding::Decoded,
        Sign::AsSent => Encoding::AsSent,
    };
    Ok(Connection {
        peer,
        backend: network.backend.unwrap_or(Backend::Ureq),
        http,
        signing: SigningPolicy { encoding, ..SigningPolicy::default() },
        retry,
        insecure: network.insecure,
    })
}

fn trust(network: &NetworkOptions) -> Result<TlsTrust> {
    let from_environment = || variable("DT_CA_FILE").map(Into::into);
    match (network.insecure, &network.pin_sha256, &network.ca_file) {
        (true, None, None) => Ok(TlsTrust::Insecure),
        (false, Some(pin), None) => pinned(pin),
        (false, None, file) => match file.clone().or_else(from_environment) {
            Some(file) => fs::read(&file).map(TlsTrust::PlatformPlus).map_err(|error| {
                Failure::new("failed to read the certificate authorities")
                    .at(file.display().to_string())
                    .because(&error)
            }),
            None => Ok(TlsTrust::Platform),
        },
        _ => Err(Failure::usage("only one of --ca-file, --pin-sha256 and --insecure can hold")),
    }
}

/// A SHA-256 in hex, colons allowed.
fn pinned(text: &str) -> Result<TlsTrust> {
    let digits: String = text.chars().filter(|c| *c != ':').collect();
    let byte = |place: usize| u8::from_str_radix(digits.get(2 * place..2 * place + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..32).map(byte).collect();
    match bytes.and_then(|bytes| bytes.try_into().ok()) {
        Some(pin) if digits.len() == 64 && digits.bytes().all(|b| b.is_ascii_hexdigit()) => {
            Ok(TlsTrust::PinnedSha256(pin))
        }
        _ => Err(Failure::usage("--pin-sha256 takes the 64 hex digits of a certificate's SHA-256")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_64_hex_digits() {
        let hex = "4F:1c".to_owned() + &":00".repeat(30);
        let TlsTrust::PinnedSha256(pin) = pinned(&hex).unwrap() else { panic!("no pin") };
        assert_eq!(pin[..3], [0x4f, 0x1c, 0]);
        for odd in ["", "4f1c", &"0".repeat(63), &"0".repeat(65), &"g".repeat(64), &"+1".repeat(32)]
        {
            assert!(pinned(odd).is_err(), "{odd}");
        }
    }
}
