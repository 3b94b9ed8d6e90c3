//! How an appliance is reached: what each setting is, and where that comes from.

use std::path::Path;
use std::time::Duration;

use dt_auth::{Credentials, SigningPolicy};
use dt_fleet::Importance;
use dt_model::{AppliancePages, Diagnostic};
use dt_report::contract::{Configuration, SettingRow, SettingValue};
use dt_store::{read_regular, read_token_file};
use dt_transport::{
    Backend, BaseUrl, HttpOptions, HttpPolicy, Limits, ProxySetting, ProxyUrl, RetryPolicy,
    TlsTrust,
};
use secrecy::{ExposeSecret, SecretString};

use super::declared::{self, Kind, Values};
use super::layers::{self, Assignment, Layer, Origin, SettingFlags};
use super::profile::ConfigFile;
use super::{Environment, paths};
use crate::exit;
use crate::failure::{Failure, Result, did_you_mean};

/// No system trusts so many authorities.
const MOST_CA_BYTES: u64 = 16 << 20;

/// The settings of one appliance. What needs more than a look at them is found out when it is needed, so
/// that one that is wrong does not hide the others.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Where the configuration is, or would be, as people write it.
    file: Option<String>,
    /// The profile that is used.
    profile: Option<String>,
    /// The profiles there are.
    profiles: Vec<String>,
    /// Those that are set, in the order of their declarations; the others are what they are by default.
    assigned: Layer,
    /// Whether the profile has an address of its own.
    has_own_url: bool,
    values: Values,
    plain: HttpPolicy,
}

/// How an appliance is connected to, and asked.
#[derive(Debug)]
pub(crate) struct HttpLink {
    pub(crate) backend: Backend,
    pub(crate) http: HttpOptions,
    /// Which setting says to trust anyone, if one does.
    pub(crate) insecure: Option<String>,
    /// Which profile's tokens go to an address that is not its own, and where that comes from.
    pub(crate) elsewhere: Option<String>,
    pub(crate) signing: SigningPolicy,
    pub(crate) retry: RetryPolicy,
    pub(crate) limits: Limits,
}

/// The names of all profiles.
pub(crate) fn profiles(environment: &Environment<'_>) -> Result<Vec<String>> {
    let file = paths::config_file(environment)?;
    let profiles = ConfigFile::read(&file, environment)?.profiles;
    if profiles.is_empty() {
        return Err(Failure::usage("there are no profiles")
            .at(file.display())
            .hint("dt config init writes a configuration to begin with"));
    }
    Ok(profiles.into_iter().map(|(name, _)| name).collect())
}

/// How much devices matter where a fleet is ranked.
pub(crate) fn importance(environment: &Environment<'_>) -> Result<Importance> {
    // Without a place for it there is no configuration.
    let Ok(file) = paths::config_file(environment) else { return Ok(Importance::default()) };
    Ok(ConfigFile::read(&file, environment)?.importance)
}

impl Settings {
    /// Of the appliance that flags, environment and configuration lead to.
    pub(crate) fn resolve(
        profile: Option<String>,
        flags: SettingFlags,
        plain: HttpPolicy,
        environment: &Environment<'_>,
    ) -> Result<Self> {
        let named = profile.or_else(|| environment("DT_PROFILE"));
        let path = match paths::config_file(environment) {
            Ok(path) => Some(path),
            // Without a place there is no file, which only matters if something of it is wanted.
            Err(_) if named.is_none() => None,
            Err(failure) => return Err(failure),
        };
        let file = path.as_deref().map(|path| ConfigFile::read(path, environment)).transpose()?;
        let mut file = file.unwrap_or_default();
        let named = named.or_else(|| file.default_profile.take());
        let profile = match (&named, &path) {
            (Some(named), Some(path)) => chosen(&file, named, path)?,
            _ => Layer::new(),
        };
        let has_own_url = profile.iter().any(|set| declared::subject(&set.key) == "url");
        let layers = [flags.0, layers::environment(environment)?, profile];
        let assigned = layers::first(&layers, path.as_deref())?;
        Ok(Self {
            file: path.map(|path| paths::shown(&path, environment)),
            profile: named,
            profiles: file.profiles.into_iter().map(|(name, _)| name).collect(),
            plain,
            has_own_url,
            ..Self::new(assigned)?
        })
    }

    /// Of the appliance inside the program: nothing but flags can be about that.
    pub(crate) fn of_demo(flags: SettingFlags) -> Result<Self> {
        Self::new(layers::first(&[flags.0], None)?)
    }

    fn new(assigned: Layer) -> Result<Self> {
        let values = Values::read(assigned.iter().map(|set| (&*set.key, &*set.value)))?;
        let plain = HttpPolicy::LoopbackOnly;
        let (file, profile, profiles, has_own_url) = (None, None, Vec::new(), false);
        Ok(Self { file, profile, profiles, assigned, has_own_url, values, plain })
    }

    /// What sets a setting, if anything does.
    fn assignment(&self, setting: &str) -> Option<&Assignment> {
        self.assigned.iter().find(|set| declared::subject(&set.key) == setting)
    }

    /// The profile that says which appliance it is, if one does.
    pub(crate) fn profile(&self) -> Option<&str> {
        let is_of_profile = self.assignment("url").is_some_and(|set| set.origin == Origin::Profile);
        self.profile.as_deref().filter(|_| is_of_profile)
    }

    /// Where a setting comes from, as people write it.
    fn source_of(&self, setting: &str) -> String {
        self.assignment(setting)
            .map_or_else(|| "default".to_owned(), |set| self.source(&set.origin))
    }

    /// For `map_err`: what is wrong with a setting, and where it comes from.
    fn set_by<E: Diagnostic>(&self, setting: &str) -> impl Fn(E) -> Failure {
        let source = self.source_of(setting);
        move |error| Failure::from(error).at(&source)
    }

    fn source(&self, origin: &Origin) -> String {
        match (origin, &self.profile) {
            (Origin::Flag(name) | Origin::Environment(name), _) => name.clone(),
            (Origin::Profile, Some(profile)) => format!("{} [{profile}]", self.file()),
            (Origin::Profile, None) => self.file().to_owned(),
        }
    }

    fn file(&self) -> &str {
        self.file.as_deref().unwrap_or("the configuration")
    }

    /// Where each setting comes from that does not come by itself, those of one source together.
    pub(crate) fn sources(&self) -> String {
        let mut sources: Vec<(String, Vec<String>)> = Vec::new();
        for set in &self.assigned {
            let source = self.source(&set.origin);
            let name = declared::subject(&set.key).replace('_', " ");
            match sources.iter_mut().find(|(known, _)| *known == source) {
                Some((_, names)) => names.push(name),
                None => sources.push((source, vec![name])),
            }
        }
        let told =
            sources.iter().map(|(source, names)| format!("{} from {source}", names.join(", ")));
        told.collect::<Vec<_>>().join("; ") + "; else defaults"
    }

    /// Every setting, as far as it may be shown, and where it comes from.
    pub(crate) fn configuration(&self) -> Configuration {
        let settings = declared::all();
        let rows =
            settings.iter().filter(|it| declared::subject(it.get_id().as_str()) == it.get_id());
        let rows = rows.map(|setting| {
            let name = declared::key(setting);
            let set = self.assignment(&name);
            SettingRow {
                value: self.shown(setting, set),
                origin: match set.map(|set| &set.origin) {
                    Some(Origin::Flag(_)) => "flag",
                    Some(Origin::Environment(_)) => "environment",
                    Some(Origin::Profile) => "profile",
                    None => "default",
                },
                source: set.map(|set| self.source(&set.origin)),
                setting: name,
            }
        });
        let (file, profile) = (self.file.clone(), self.profile.clone());
        Configuration::new(file, profile, self.profiles.clone(), rows.collect())
    }

    /// A setting as it may be shown.
    fn shown(&self, setting: &clap::Arg, set: Option<&Assignment>) -> SettingValue {
        let kind = declared::kind(setting);
        if kind == Kind::Secret && setting.is_hide_set() {
            return SettingValue::Text(if set.is_some() { "set" } else { "not set" }.to_owned());
        }
        let by_default = setting.get_default_values().first();
        let value = set.map(|set| &*set.value).or(by_default.map(|value| &**value));
        let Some(value) = value.map(|value| value.to_string_lossy().into_owned()) else {
            return if kind == Kind::Switch {
                SettingValue::Flag(false)
            } else {
                SettingValue::None
            };
        };
        match kind {
            Kind::Switch => SettingValue::Flag(true),
            Kind::Number => value.parse().map_or(SettingValue::Text(value), SettingValue::Number),
            Kind::Secret => SettingValue::Text(without_user(&value).to_owned()),
            // It may hold a password, which a usable one does not.
            Kind::Text if setting.get_id() == "url" => SettingValue::Text(
                self.base_url().map_or_else(|_| "not usable".to_owned(), |base| base.to_string()),
            ),
            Kind::Text | Kind::File => SettingValue::Text(value),
        }
    }

    /// Which appliance to ask.
    pub(crate) fn base_url(&self) -> Result<BaseUrl> {
        let url = self.values.url.as_deref().ok_or_else(|| self.nothing_configured())?;
        BaseUrl::new(url, self.plain).map_err(self.set_by("url"))
    }

    fn nothing_configured(&self) -> Failure {
        let failure = Failure::usage("no appliance is configured");
        match (&self.profile, self.profiles.as_slice()) {
            (Some(profile), _) => failure
                .hint(format!("set url in [profile.{profile}] of {}, or DT_URL", self.file())),
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
        Credentials::new(public.expose_secret(), private).map_err(|error| {
            Failure::new(error.to_string()).status(exit::ACCESS).hint("check the tokens")
        })
    }

    /// Whether the two tokens are one and the same.
    pub(crate) fn has_one_token_twice(&self) -> bool {
        self.tokens()
            .is_ok_and(|[public, private]| public.expose_secret() == private.expose_secret())
    }

    fn tokens(&self) -> Result<[SecretString; 2]> {
        let Values { public_token, public_token_file, .. } = &self.values;
        let Values { private_token, private_token_file, .. } = &self.values;
        Ok([
            self.token("public", public_token.as_ref(), public_token_file.as_deref())?,
            self.token("private", private_token.as_ref(), private_token_file.as_deref())?,
        ])
    }

    /// A token, which is here or in a file.
    fn token(
        &self,
        which: &str,
        here: Option<&SecretString>,
        file: Option<&Path>,
    ) -> Result<SecretString> {
        let text = match (here, file) {
            (Some(text), _) => text.clone(),
            (None, Some(path)) => read_token_file(path, self.values.token_files)?.into(),
            (None, None) => return Err(self.no_token(which)),
        };
        Ok(trimmed(text.expose_secret()).into())
    }

    fn no_token(&self, which: &str) -> Failure {
        let variable = format!("DT_{}_TOKEN", which.to_uppercase());
        let hint = match &self.profile {
            Some(profile) => format!(
                "set {which}_token_file in [profile.{profile}] to a file that only you can read, or \
                 {variable}"
            ),
            None => format!("set {variable}, or {variable}_FILE to a file that only you can read"),
        };
        Failure::usage(format!("no {which} token is set")).hint(hint)
    }

    /// How long a connection may take.
    pub(crate) fn connect_timeout(&self) -> Duration {
        Duration::from_secs(self.values.connect_timeout.get().into())
    }

    /// How to connect, and to ask.
    pub(crate) fn link(&self) -> Result<HttpLink> {
        let limits = Limits::new().in_flight(self.values.in_flight);
        Ok(HttpLink {
            backend: self.values.backend,
            http: self.http()?,
            insecure: self.trusts_anyone(),
            elsewhere: self.elsewhere(),
            signing: self.signing(),
            retry: self.retry(),
            limits: self.values.rate.map_or(limits, |rate| limits.per_second(rate)),
        })
    }

    fn http(&self) -> Result<HttpOptions> {
        let http = HttpOptions::new()
            .trust(self.tls_trust()?)
            .connect_timeout(self.connect_timeout())
            .timeout(Duration::from_secs(self.values.timeout.get().into()));
        let Some(proxy) = &self.values.proxy else { return Ok(http) };
        let url: ProxyUrl = proxy.expose_secret().parse().map_err(self.set_by("proxy"))?;
        Ok(http.proxy(ProxySetting::Url(url.named_by(self.source_of("proxy")))))
    }

    fn tls_trust(&self) -> Result<TlsTrust> {
        let Values { ca_file, pin_sha256, insecure, .. } = &self.values;
        match (ca_file, pin_sha256, insecure) {
            (Some(file), ..) => {
                read_regular(file, MOST_CA_BYTES).and_then(TlsTrust::authorities).map_err(|error| {
                    Failure::new("failed to read the certificate authorities")
                        .at(format!("{}, from {}", file.display(), self.source_of("ca_file")))
                        .because(&error)
                })
            }
            (_, Some(pin), _) => TlsTrust::pinned(pin).map_err(self.set_by("pin_sha256")),
            (.., true) => Ok(TlsTrust::Insecure),
            (.., false) => Ok(TlsTrust::Platform),
        }
    }

    /// Which setting says to trust anyone, if one does.
    fn trusts_anyone(&self) -> Option<String> {
        let set = self.assignment("insecure")?;
        let source = self.source(&set.origin);
        Some(if set.origin == Origin::Profile { format!("insecure in {source}") } else { source })
    }

    /// That a profile was named, and a variable says that another address is asked.
    fn elsewhere(&self) -> Option<String> {
        let profile = self.profile.as_ref().filter(|_| self.has_own_url)?;
        match &self.assignment("url")?.origin {
            Origin::Environment(name) => {
                Some(format!("the address in {name} is asked, not that of the profile {profile}"))
            }
            _ => None,
        }
    }

    /// How to sign.
    pub(crate) fn signing(&self) -> SigningPolicy {
        SigningPolicy { encoding: self.values.sign, date_format: self.values.date }
    }

    /// How often to try again.
    pub(crate) fn retry(&self) -> RetryPolicy {
        RetryPolicy::default().retries(self.values.retries)
    }

    /// Where the appliance at this address has pages of its own.
    pub(crate) fn pages(&self, address: &str) -> AppliancePages {
        let (device, breach) = (self.values.device_page.clone(), self.values.breach_page.clone());
        AppliancePages::at(address).with(device, breach)
    }
}

/// The address of a proxy without its user and password.
fn without_user(url: &str) -> &str {
    url.rsplit_once('@').map_or(url, |(_, host)| host)
}

fn chosen(file: &ConfigFile, named: &str, path: &Path) -> Result<Layer> {
    let found = file.profiles.iter().find(|(name, _)| name == named);
    found.map(|(_, profile)| profile.clone()).ok_or_else(|| {
        let failure = Failure::usage(format!("there is no profile {named:?}"));
        let failure = failure.at(path.display());
        let list: Vec<&str> = file.profiles.iter().map(|(name, _)| name.as_str()).collect();
        let known = match list.as_slice() {
            [] => "dt config init writes a configuration to begin with".to_owned(),
            _ => format!("there are {}", list.join(", ")),
        };
        failure.hint(did_you_mean(named, list).unwrap_or(known))
    })
}

/// Without what editors and shells leave around a token: line ends of any system, spaces, and the mark
/// with which some begin a file.
fn trimmed(text: &str) -> &str {
    text.trim_start_matches('\u{feff}').trim_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_editors_leave_around_a_token_is_left_out() {
        for text in
            ["token", "token\n", "token\r\n", " token ", "\u{feff}token\r\n", "\u{feff} token\t"]
        {
            assert_eq!(trimmed(text), "token", "{text:?}");
        }
        assert_eq!(trimmed("to ken"), "to ken");
    }
}
