//! How an appliance is reached: each setting once, with where it comes from.

use std::fs;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use dt_auth::{Credentials, Encoding, SigningPolicy};
use dt_transport::{
    BaseUrl, BaseUrlError, HttpOptions, Limits, PlainHttp, ProxySetting, ProxyUrlError,
    RetryPolicy, TlsTrust,
};
use secrecy::{ExposeSecret, SecretString};

use super::profile::{ConfigFile, Profile};
use super::token::Token;
use super::{Environment, place};
use crate::exit;
use crate::failure::{Failure, Result};
use crate::near::did_you_mean;
use crate::options::{Backend, NetworkOptions, Sign};

/// Where a setting comes from; the first of them that says something counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// This option.
    Flag(&'static str),
    /// This variable.
    Environment(&'static str),
    /// This key of the profile.
    Profile(&'static str),
    /// Nobody said anything.
    Default,
}

/// A setting, and where it comes from.
#[derive(Debug, Clone)]
pub(crate) struct Setting<T> {
    pub(crate) value: T,
    pub(crate) origin: Origin,
}

/// The settings of one appliance, as they were written: what they mean is found out when it is
/// needed, so that one that is wrong does not hide the others.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Where the configuration is, or would be, as people write it.
    pub(crate) file: Option<String>,
    pub(crate) profile: Option<Setting<String>>,
    /// The profiles there are.
    pub(crate) profiles: Vec<String>,
    pub(crate) url: Option<Setting<String>>,
    pub(crate) public_token: Option<Setting<Token>>,
    pub(crate) private_token: Option<Setting<Token>>,
    pub(crate) trust: Setting<Trust>,
    pub(crate) proxy: Option<Setting<SecretString>>,
    pub(crate) sign: Setting<Sign>,
    pub(crate) backend: Setting<Backend>,
    pub(crate) timeout: Setting<u64>,
    pub(crate) connect_timeout: Setting<u64>,
    pub(crate) retries: Setting<u32>,
    pub(crate) in_flight: Setting<u32>,
    pub(crate) rate: Option<Setting<u32>>,
    plain: PlainHttp,
}

/// Whom to trust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trust {
    System,
    SystemAnd(PathBuf),
    Pinned(String),
    Anyone,
}

/// Defaults of [`HttpOptions`], in seconds.
const TIMEOUT: u64 = 60;
const CONNECT_TIMEOUT: u64 = 10;
const RETRIES: u32 = 3;
/// The default of [`Limits`].
const IN_FLIGHT: u32 = 4;

impl Settings {
    /// Of the appliance that flags, environment and configuration lead to.
    pub(super) fn resolve(
        profile: Option<String>,
        url: Option<String>,
        network: &NetworkOptions,
        environment: &Environment<'_>,
    ) -> Result<Self> {
        let named = given(Origin::Flag("--profile"), profile)
            .or_else(|| given(Origin::Environment("DT_PROFILE"), environment("DT_PROFILE")));
        let path = match place::config_file(environment) {
            Ok(path) => Some(path),
            // Without a place there is no file, which only matters if something of it is wanted.
            Err(_) if named.is_none() => None,
            Err(failure) => return Err(failure),
        };
        let read = |path: &PathBuf| ConfigFile::read(path, environment).transpose();
        let file = path.as_ref().and_then(read).transpose()?.unwrap_or_default();
        let named = named
            .or_else(|| given(Origin::Profile("default_profile"), file.default_profile.clone()));
        let profile = match (&named, &path) {
            (Some(named), Some(path)) => chosen(&file, named, path)?,
            _ => Profile::default(),
        };
        let settings = Self::of(url, network, environment, &profile)?;
        Ok(Self {
            file: path.map(|path| place::shown(&path, environment)),
            profile: named,
            profiles: file.profiles.into_iter().map(|(name, _)| name).collect(),
            ..settings
        })
    }

    /// Of the appliance inside the program: nothing but flags can be about that.
    pub(super) fn of_demo(network: &NetworkOptions) -> Result<Self> {
        Self::of(None, network, &|_| None, &Profile::default())
    }

    fn of(
        url: Option<String>,
        network: &NetworkOptions,
        environment: &Environment<'_>,
        profile: &Profile,
    ) -> Result<Self> {
        use Origin::{Flag, Profile as File};

        let variable = |name| given(Origin::Environment(name), environment(name));
        let public_token = File("public_token");
        let private_token = File("private_token");
        Ok(Self {
            file: None,
            profile: None,
            profiles: Vec::new(),
            url: given(Flag("--url"), url)
                .or_else(|| variable("DT_URL"))
                .or_else(|| given(File("url"), profile.url.clone())),
            public_token: token(["DT_PUBLIC_TOKEN", "DT_PUBLIC_TOKEN_FILE"], environment)?.or_else(
                || {
                    let (text, file) = (&profile.public_token, &profile.public_token_file);
                    given(public_token, Profile::token(text.as_ref(), file.as_ref()))
                },
            ),
            private_token: token(["DT_PRIVATE_TOKEN", "DT_PRIVATE_TOKEN_FILE"], environment)?
                .or_else(|| {
                    let (text, file) = (&profile.private_token, &profile.private_token_file);
                    given(private_token, Profile::token(text.as_ref(), file.as_ref()))
                }),
            trust: trust(network, environment, profile)?,
            proxy: given(Flag("--proxy"), network.proxy.clone().map(SecretString::from))
                .or_else(|| given(File("proxy"), profile.proxy.clone())),
            sign: given(Flag("--sign"), network.sign)
                .or_else(|| given(File("sign"), profile.sign))
                .unwrap_or(by_default(Sign::Decoded)),
            backend: given(Flag("--backend"), network.backend)
                .or_else(|| given(File("backend"), profile.backend))
                .unwrap_or(by_default(Backend::Ureq)),
            timeout: given(Flag("--timeout"), network.timeout)
                .or_else(|| given(File("timeout"), profile.timeout))
                .unwrap_or(by_default(TIMEOUT)),
            connect_timeout: given(Flag("--connect-timeout"), network.connect_timeout)
                .or_else(|| given(File("connect_timeout"), profile.connect_timeout))
                .unwrap_or(by_default(CONNECT_TIMEOUT)),
            retries: given(Flag("--retries"), network.retries)
                .or_else(|| given(File("retries"), profile.retries))
                .unwrap_or(by_default(RETRIES)),
            in_flight: given(Flag("--in-flight"), network.in_flight)
                .or_else(|| given(File("in_flight"), profile.in_flight))
                .unwrap_or(by_default(IN_FLIGHT)),
            rate: given(Flag("--rate"), network.rate).or_else(|| given(File("rate"), profile.rate)),
            plain: if network.allow_http { PlainHttp::Anywhere } else { PlainHttp::LoopbackOnly },
        })
    }

    /// A place of the configuration, as people write it.
    pub(crate) fn source(&self, origin: Origin) -> String {
        match origin {
            Origin::Flag(name) | Origin::Environment(name) => name.to_owned(),
            Origin::Profile(key) => {
                let file = self.file.as_ref().map_or("the configuration", |file| file);
                match &self.profile {
                    Some(profile) if key != "default_profile" => {
                        format!("{file} [{}]", profile.value)
                    }
                    _ => file.to_owned(),
                }
            }
            Origin::Default => "default".to_owned(),
        }
    }

    /// Which appliance to ask.
    pub(crate) fn base_url(&self) -> Result<BaseUrl> {
        let url = self.url.as_ref().ok_or_else(|| self.nothing_configured())?;
        BaseUrl::new(&url.value, self.plain).map_err(|error| {
            let source = self.source(url.origin);
            let failure = Failure::usage(error.to_string()).at(source);
            match error {
                BaseUrlError::PlainHttp { .. } => {
                    failure.hint("use https, or --allow-http if nobody can listen")
                }
                _ => failure,
            }
        })
    }

    fn nothing_configured(&self) -> Failure {
        let failure = Failure::usage("no appliance is configured");
        match (&self.profile, self.profiles.as_slice()) {
            (Some(profile), _) => failure.hint(format!(
                "set url in [profile.{}] of {}, or DT_URL",
                profile.value,
                self.source(Origin::Profile("default_profile"))
            )),
            (None, []) => failure.hint(
                "try --demo; or set DT_URL, DT_PUBLIC_TOKEN and DT_PRIVATE_TOKEN; or dt config \
                 init; or name saved responses with --input",
            ),
            (None, profiles) => failure.hint(format!(
                "choose a profile with --profile, DT_PROFILE or default_profile: {}; or try --demo",
                profiles.join(", ")
            )),
        }
    }

    /// As whom to ask.
    pub(crate) fn credentials(&self) -> Result<Credentials> {
        let [public, private] = self.tokens()?;
        Credentials::new(public.expose_secret(), private).map_err(|error| unusable(&error))
    }

    /// Whether the two tokens are one and the same.
    pub(crate) fn has_one_token_twice(&self) -> bool {
        self.tokens()
            .is_ok_and(|[public, private]| public.expose_secret() == private.expose_secret())
    }

    fn tokens(&self) -> Result<[SecretString; 2]> {
        let read = |token: &Option<Setting<Token>>, which: &str| match token {
            Some(token) => token.value.read(),
            None => Err(self.no_token(which)),
        };
        Ok([read(&self.public_token, "public")?, read(&self.private_token, "private")?])
    }

    fn no_token(&self, which: &str) -> Failure {
        let variable = format!("DT_{}_TOKEN", which.to_uppercase());
        let hint = match &self.profile {
            Some(profile) => format!(
                "set {which}_token_file in [profile.{}] to a file that only you can read, or \
                 {variable}",
                profile.value
            ),
            None => format!("set {variable}, or {variable}_FILE to a file that only you can read"),
        };
        Failure::usage(format!("no {which} token is set")).hint(hint)
    }

    /// How to connect.
    pub(crate) fn http(&self) -> Result<HttpOptions> {
        let mut http = HttpOptions::new()
            .trust(self.tls_trust()?)
            .timeout(Duration::from_secs(self.timeout.value))
            .connect_timeout(Duration::from_secs(self.connect_timeout.value));
        if let Some(proxy) = &self.proxy {
            let url = proxy.value.expose_secret().parse().map_err(|error: ProxyUrlError| {
                Failure::usage(error.to_string()).at(self.source(proxy.origin))
            })?;
            http = http.proxy(ProxySetting::Url(url));
        }
        Ok(http)
    }

    fn tls_trust(&self) -> Result<TlsTrust> {
        match &self.trust.value {
            Trust::System => Ok(TlsTrust::Platform),
            Trust::SystemAnd(file) => fs::read(file).map(TlsTrust::PlatformPlus).map_err(|error| {
                Failure::new("failed to read the certificate authorities")
                    .at(format!("{}, from {}", file.display(), self.source(self.trust.origin)))
                    .because(&error)
            }),
            Trust::Pinned(pin) => {
                pinned(pin).map_err(|failure| failure.at(self.source(self.trust.origin)))
            }
            Trust::Anyone => Ok(TlsTrust::Insecure),
        }
    }

    /// How to sign.
    pub(crate) fn signing(&self) -> SigningPolicy {
        let encoding = match self.sign.value {
            Sign::Decoded => Encoding::Decoded,
            Sign::AsSent => Encoding::AsSent,
        };
        SigningPolicy { encoding, ..SigningPolicy::default() }
    }

    /// How often to try again.
    pub(crate) fn retry(&self) -> RetryPolicy {
        RetryPolicy::default().retries(self.retries.value)
    }

    /// How much to ask at once.
    pub(crate) fn limits(&self) -> Result<Limits> {
        let number = |setting: &Setting<u32>, name: &str, most: u32| {
            let number = NonZeroU32::new(setting.value).filter(|number| number.get() <= most);
            number.ok_or_else(|| {
                Failure::usage(format!("{name} must be from 1 to {most}"))
                    .at(self.source(setting.origin))
            })
        };
        let limits = Limits::new().in_flight(number(&self.in_flight, "in_flight", 32)?);
        Ok(match &self.rate {
            Some(rate) => limits.per_second(number(rate, "rate", 1000)?),
            None => limits,
        })
    }
}

fn given<T>(origin: Origin, value: Option<T>) -> Option<Setting<T>> {
    value.map(|value| Setting { value, origin })
}

fn by_default<T>(value: T) -> Setting<T> {
    Setting { value, origin: Origin::Default }
}

fn unusable(error: &dt_auth::CredentialsError) -> Failure {
    Failure::new(error.to_string()).status(exit::ACCESS).hint("check the tokens")
}

fn chosen(file: &ConfigFile, named: &Setting<String>, path: &Path) -> Result<Profile> {
    let names = || file.profiles.iter().map(|(name, _)| name.as_str());
    let found = file.profiles.iter().find(|(name, _)| *name == named.value);
    found.map(|(_, profile)| profile.clone()).ok_or_else(|| {
        let failure = Failure::usage(format!("there is no profile {:?}", named.value));
        let failure = failure.at(path.display().to_string());
        let list: Vec<&str> = names().collect();
        let known = match list.as_slice() {
            [] => "dt config init writes a configuration to begin with".to_owned(),
            _ => format!("there are {}", list.join(", ")),
        };
        failure.hint(did_you_mean(&named.value, list).unwrap_or(known))
    })
}

/// A token that the environment holds, or names the file of.
fn token(
    [name, file]: [&'static str; 2],
    environment: &Environment<'_>,
) -> Result<Option<Setting<Token>>> {
    Ok(match (environment(name), environment(file)) {
        (Some(_), Some(_)) => {
            return Err(Failure::usage(format!("both {name} and {file} are set")));
        }
        (Some(text), None) => given(Origin::Environment(name), Some(Token::Text(text.into()))),
        (None, path) => given(Origin::Environment(file), path.map(|path| Token::File(path.into()))),
    })
}

/// Whom to trust is one choice in three forms, so the whole of it comes from one source.
fn trust(
    network: &NetworkOptions,
    environment: &Environment<'_>,
    profile: &Profile,
) -> Result<Setting<Trust>> {
    let flags = [
        (Origin::Flag("--ca-file"), network.ca_file.clone().map(Trust::SystemAnd)),
        (Origin::Flag("--pin-sha256"), network.pin_sha256.clone().map(Trust::Pinned)),
        (Origin::Flag("--insecure"), network.insecure.then_some(Trust::Anyone)),
    ];
    let variables = [(
        Origin::Environment("DT_CA_FILE"),
        environment("DT_CA_FILE").map(|file| Trust::SystemAnd(file.into())),
    )];
    let insecure = profile.insecure.unwrap_or(false);
    let keys = [
        (Origin::Profile("ca_file"), profile.ca_file.clone().map(Trust::SystemAnd)),
        (Origin::Profile("pin_sha256"), profile.pin_sha256.clone().map(Trust::Pinned)),
        (Origin::Profile("insecure"), insecure.then_some(Trust::Anyone)),
    ];
    let only = |choices: &[(Origin, Option<Trust>)], names: &str| {
        let mut made = choices.iter().filter_map(|(origin, trust)| given(*origin, trust.clone()));
        match (made.next(), made.next()) {
            (first, None) => Ok(first),
            _ => Err(Failure::usage(format!("only one of {names} can hold"))),
        }
    };
    Ok(only(&flags, "--ca-file, --pin-sha256 and --insecure")?
        .or(only(&variables, "")?)
        .or(only(&keys, "ca_file, pin_sha256 and insecure of a profile")?)
        .unwrap_or(by_default(Trust::System)))
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
        _ => Err(Failure::usage("a pin is the 64 hex digits of a certificate's SHA-256")),
    }
}
