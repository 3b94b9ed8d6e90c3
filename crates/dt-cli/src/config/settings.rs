//! How an appliance is reached: what each setting is, and where that comes from.

use std::fs;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;
use dt_auth::{Credentials, DateFormat, Encoding, SigningPolicy};
use dt_transport::{
    BaseUrl, BaseUrlError, HttpOptions, HttpPolicy, Limits, ProxySetting, ProxyUrlError,
    RetryPolicy, TlsTrust,
};
use secrecy::{ExposeSecret, SecretString};

use super::flags::SettingFlags;
use super::profile::{ConfigFile, Profile};
use super::spec::{
    Backend, CONNECT_TIMEOUT, Date, Key, Kind, SPECS, Sign, Spec, TRUST, TokenFiles,
};
use super::token::Token;
use super::value::Value;
use super::{Environment, paths};
use crate::exit;
use crate::failure::{Failure, Result, did_you_mean};

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

/// What a setting is, and where that comes from.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    pub(crate) value: Option<Value>,
    pub(crate) origin: Origin,
}

/// The settings of one appliance, as they were written: what they mean is found out when it is
/// needed, so that one that is wrong does not hide the others.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Where the configuration is, or would be, as people write it.
    pub(crate) file: Option<String>,
    /// The profile that is used, and where that comes from.
    pub(crate) profile: Option<(String, Origin)>,
    /// The profiles there are.
    pub(crate) profiles: Vec<String>,
    /// In the order of their declarations.
    declared: Vec<Setting>,
    plain: HttpPolicy,
}

/// Who says what settings are, the first who does counts.
struct Sources<'a> {
    flags: &'a SettingFlags,
    environment: &'a Environment<'a>,
    profile: &'a Profile,
}

impl Settings {
    /// Of the appliance that flags, environment and configuration lead to.
    pub(crate) fn resolve(
        profile: Option<String>,
        flags: &SettingFlags,
        plain: HttpPolicy,
        environment: &Environment<'_>,
    ) -> Result<Self> {
        let named = profile.map(|name| (name, Origin::Flag("--profile"))).or_else(|| {
            environment("DT_PROFILE").map(|name| (name, Origin::Environment("DT_PROFILE")))
        });
        let path = match paths::config_file(environment) {
            Ok(path) => Some(path),
            // Without a place there is no file, which only matters if something of it is wanted.
            Err(_) if named.is_none() => None,
            Err(failure) => return Err(failure),
        };
        let read = |path: &PathBuf| ConfigFile::read(path, environment).transpose();
        let file = path.as_ref().and_then(read).transpose()?.unwrap_or_default();
        let by_default = file.default_profile.clone();
        let named =
            named.or_else(|| by_default.map(|name| (name, Origin::Profile("default_profile"))));
        let profile = match (&named, &path) {
            (Some((named, _)), Some(path)) => chosen(&file, named, path)?,
            _ => Profile::default(),
        };
        Ok(Self {
            file: path.map(|path| paths::shown(&path, environment)),
            profile: named,
            profiles: file.profiles.into_iter().map(|(name, _)| name).collect(),
            declared: Sources { flags, environment, profile: &profile }.settings()?,
            plain,
        })
    }

    /// Of the appliance inside the program: nothing but flags can be about that.
    pub(crate) fn of_demo(flags: &SettingFlags) -> Result<Self> {
        let sources = Sources { flags, environment: &|_| None, profile: &Profile::default() };
        Ok(Self {
            file: None,
            profile: None,
            profiles: Vec::new(),
            declared: sources.settings()?,
            plain: HttpPolicy::LoopbackOnly,
        })
    }

    /// What one is, and where that comes from.
    pub(crate) fn get(&self, key: Key) -> &Setting {
        &self.declared[key as usize]
    }

    /// Each with its declaration.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'static Spec, &Setting)> {
        SPECS.iter().zip(&self.declared)
    }

    fn value(&self, key: Key) -> Option<&Value> {
        self.get(key).value.as_ref()
    }

    fn text(&self, key: Key) -> Option<&str> {
        match self.value(key) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    fn number(&self, key: Key) -> Option<u64> {
        match self.value(key) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    fn word<E: ValueEnum>(&self, key: Key) -> Option<E> {
        self.text(key).and_then(|word| E::from_str(word, false).ok())
    }

    /// A place of the configuration, as people write it.
    pub(crate) fn source(&self, origin: Origin) -> String {
        match origin {
            Origin::Flag(name) | Origin::Environment(name) => name.to_owned(),
            Origin::Profile(key) => {
                let file = self.file.as_ref().map_or("the configuration", |file| file);
                match &self.profile {
                    Some((profile, _)) if key != "default_profile" => {
                        format!("{file} [{profile}]")
                    }
                    _ => file.to_owned(),
                }
            }
            Origin::Default => "default".to_owned(),
        }
    }

    fn source_of(&self, key: Key) -> String {
        self.source(self.get(key).origin)
    }

    /// Which appliance to ask.
    pub(crate) fn base_url(&self) -> Result<BaseUrl> {
        let url = self.text(Key::Url).ok_or_else(|| self.nothing_configured())?;
        BaseUrl::new(url, self.plain).map_err(|error| {
            let failure = Failure::usage(error.to_string()).at(self.source_of(Key::Url));
            match error {
                BaseUrlError::Unencrypted { .. } => {
                    failure.hint("use https, or --allow-http if nobody can listen")
                }
                _ => failure,
            }
        })
    }

    fn nothing_configured(&self) -> Failure {
        let failure = Failure::usage("no appliance is configured");
        match (&self.profile, self.profiles.as_slice()) {
            (Some((profile, _)), _) => failure.hint(format!(
                "set url in [profile.{profile}] of {}, or DT_URL",
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
        let files = self.word(Key::TokenFiles).unwrap_or(TokenFiles::Private);
        let read = |key: Key, which: &str| match self.value(key) {
            Some(Value::Token(token)) => token.read(files),
            _ => Err(self.no_token(which)),
        };
        Ok([read(Key::PublicToken, "public")?, read(Key::PrivateToken, "private")?])
    }

    fn no_token(&self, which: &str) -> Failure {
        let variable = format!("DT_{}_TOKEN", which.to_uppercase());
        let hint = match &self.profile {
            Some((profile, _)) => format!(
                "set {which}_token_file in [profile.{profile}] to a file that only you can read, or \
                 {variable}"
            ),
            None => format!("set {variable}, or {variable}_FILE to a file that only you can read"),
        };
        Failure::usage(format!("no {which} token is set")).hint(hint)
    }

    /// How long a connection may take.
    pub(crate) fn connect_timeout(&self) -> Duration {
        Duration::from_secs(self.number(Key::ConnectTimeout).unwrap_or(CONNECT_TIMEOUT))
    }

    /// Which HTTP client to use.
    pub(crate) fn backend(&self) -> Option<Backend> {
        self.word(Key::Backend)
    }

    /// How to connect.
    pub(crate) fn http(&self) -> Result<HttpOptions> {
        let mut http =
            HttpOptions::new().trust(self.tls_trust()?).connect_timeout(self.connect_timeout());
        if let Some(timeout) = self.number(Key::Timeout) {
            http = http.timeout(Duration::from_secs(timeout));
        }
        if let Some(Value::Secret(proxy)) = self.value(Key::Proxy) {
            let url = proxy.expose_secret().parse().map_err(|error: ProxyUrlError| {
                Failure::usage(error.to_string()).at(self.source_of(Key::Proxy))
            })?;
            http = http.proxy(ProxySetting::Url(url));
        }
        Ok(http)
    }

    fn tls_trust(&self) -> Result<TlsTrust> {
        if let Some(Value::File(file)) = self.value(Key::CaFile) {
            return fs::read(file).map(TlsTrust::PlatformPlus).map_err(|error| {
                Failure::new("failed to read the certificate authorities")
                    .at(format!("{}, from {}", file.display(), self.source_of(Key::CaFile)))
                    .because(&error)
            });
        }
        if let Some(pin) = self.text(Key::PinSha256) {
            return TlsTrust::pinned(pin).map_err(|error| {
                Failure::usage(error.to_string()).at(self.source_of(Key::PinSha256))
            });
        }
        Ok(if self.trusts_anyone().is_some() { TlsTrust::Insecure } else { TlsTrust::Platform })
    }

    /// Which setting says to trust anyone, if one does.
    pub(crate) fn trusts_anyone(&self) -> Option<String> {
        let is_set = matches!(self.value(Key::Insecure), Some(Value::Switch(true)));
        is_set.then(|| self.source_of(Key::Insecure))
    }

    /// How to sign.
    pub(crate) fn signing(&self) -> SigningPolicy {
        let encoding = match self.word(Key::Sign) {
            Some(Sign::AsSent) => Encoding::AsSent,
            Some(Sign::Decoded) | None => Encoding::Decoded,
        };
        let date_format = match self.word(Key::Date) {
            Some(Date::Compact) => DateFormat::Compact,
            Some(Date::Spaced) | None => DateFormat::Spaced,
        };
        SigningPolicy { encoding, date_format }
    }

    /// How often to try again.
    pub(crate) fn retry(&self) -> RetryPolicy {
        match self.number(Key::Retries) {
            Some(retries) => {
                RetryPolicy::default().retries(u32::try_from(retries).unwrap_or(u32::MAX))
            }
            None => RetryPolicy::default(),
        }
    }

    /// How much to ask at once.
    pub(crate) fn limits(&self) -> Limits {
        let count = |key| {
            let number = self.number(key).and_then(|number| u32::try_from(number).ok());
            number.and_then(NonZeroU32::new)
        };
        let limits = Limits::new();
        let limits = count(Key::InFlight).map_or(limits, |most| limits.in_flight(most));
        count(Key::Rate).map_or(limits, |rate| limits.per_second(rate))
    }
}

impl Sources<'_> {
    fn settings(&self) -> Result<Vec<Setting>> {
        let trust = self.trust()?;
        let by_default = |spec| Setting { value: Value::default_of(spec), origin: Origin::Default };
        SPECS
            .iter()
            .map(|spec| {
                let given = match &trust {
                    _ if !TRUST.contains(&spec.key) => self.first(spec)?,
                    Some((key, setting)) if *key == spec.key => Some(setting.clone()),
                    _ => None,
                };
                Ok(given.unwrap_or_else(|| by_default(spec)))
            })
            .collect()
    }

    fn first(&self, spec: &Spec) -> Result<Option<Setting>> {
        match self.flag(spec) {
            None => Ok(self.variable(spec)?.or_else(|| self.key(spec))),
            given => Ok(given),
        }
    }

    /// Whom to trust, by the first source that says so, which may do it in one form only.
    fn trust(&self) -> Result<Option<(Key, Setting)>> {
        type Source<'s> = &'s dyn Fn(&Spec) -> Result<Option<Setting>>;
        let sources: [(Source<'_>, &str); 3] = [
            (&|spec| Ok(self.flag(spec)), "--ca-file, --pin-sha256 and --insecure"),
            (&|spec| self.variable(spec), "the variables about certificates"),
            (&|spec| Ok(self.key(spec)), "ca_file, pin_sha256 and insecure of a profile"),
        ];
        for (source, names) in sources {
            let mut said = Vec::new();
            for key in TRUST {
                said.extend(source(key.spec())?.map(|setting| (key, setting)));
            }
            if said.len() > 1 {
                return Err(Failure::usage(format!("only one of {names} can hold")));
            }
            if let Some(said) = said.pop() {
                return Ok(Some(said));
            }
        }
        Ok(None)
    }

    fn flag(&self, spec: &Spec) -> Option<Setting> {
        let name = spec.flag.as_ref()?.name;
        let value = self.flags.get(spec.key)?.clone();
        Some(Setting { value: Some(value), origin: Origin::Flag(name) })
    }

    fn variable(&self, spec: &Spec) -> Result<Option<Setting>> {
        let Some(name) = spec.variable else { return Ok(None) };
        let text = (self.environment)(name);
        let from =
            |name, value| Some(Setting { value: Some(value), origin: Origin::Environment(name) });
        Ok(match spec.kind {
            Kind::Token { file_variable, .. } => match (text, (self.environment)(file_variable)) {
                (Some(_), Some(_)) => {
                    return Err(Failure::usage(format!("both {name} and {file_variable} are set")));
                }
                (Some(text), None) => from(name, Value::Token(Token::Text(text.into()))),
                (None, Some(path)) => from(file_variable, Value::Token(Token::File(path.into()))),
                (None, None) => None,
            },
            Kind::File => text.and_then(|path| from(name, Value::File(path.into()))),
            _ => text.and_then(|text| from(name, Value::Text(text))),
        })
    }

    fn key(&self, spec: &Spec) -> Option<Setting> {
        let value = self.profile.get(spec.key).filter(|value| !value.is_off())?.clone();
        Some(Setting { value: Some(value), origin: Origin::Profile(spec.name) })
    }
}

fn unusable(error: &dt_auth::CredentialsError) -> Failure {
    Failure::new(error.to_string()).status(exit::ACCESS).hint("check the tokens")
}

fn chosen(file: &ConfigFile, named: &str, path: &Path) -> Result<Profile> {
    let found = file.profiles.iter().find(|(name, _)| name == named);
    found.map(|(_, profile)| profile.clone()).ok_or_else(|| {
        let failure = Failure::usage(format!("there is no profile {named:?}"));
        let failure = failure.at(path.display().to_string());
        let list: Vec<&str> = file.profiles.iter().map(|(name, _)| name.as_str()).collect();
        let known = match list.as_slice() {
            [] => "dt config init writes a configuration to begin with".to_owned(),
            _ => format!("there are {}", list.join(", ")),
        };
        failure.hint(did_you_mean(named, list).unwrap_or(known))
    })
}
