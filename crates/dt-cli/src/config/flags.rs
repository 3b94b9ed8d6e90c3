//! The options that set settings.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, value_parser};

use super::spec::{self, Flag, Key, Kind, SPECS, Spec};
use super::value::Value;

/// The heading of what says which appliance is asked.
pub(crate) const SOURCE: &str = "Source";
/// The heading of what says how it is reached.
pub(crate) const NETWORK: &str = "Network";

/// Settings on the command line.
#[derive(Debug, Default)]
pub(crate) struct SettingFlags(Vec<(Key, Value)>);

impl SettingFlags {
    /// What a setting is set to, if it is.
    pub(crate) fn get(&self, key: Key) -> Option<&Value> {
        self.0.iter().find(|(known, _)| *known == key).map(|(_, value)| value)
    }
}

impl Args for SettingFlags {
    fn augment_args(command: Command) -> Command {
        SPECS.iter().filter_map(argument).fold(command, Command::arg)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for SettingFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = SPECS.iter().filter(|spec| spec.flag.is_some());
        Ok(Self(given.filter_map(|spec| Some((spec.key, value(spec, matches)?))).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The option of a setting, if it has one.
fn argument(spec: &Spec) -> Option<Arg> {
    let Flag { value_name, help, .. } = spec.flag.as_ref()?;
    let help = match spec.default {
        Some(spec::Default::Word(word)) => format!("{help} [default: {word}]"),
        Some(spec::Default::Number(number)) => format!("{help} [default: {number}]"),
        None => (*help).to_owned(),
    };
    let heading = if spec.key == Key::Url { SOURCE } else { NETWORK };
    let argument = Arg::new(spec.name).long(spec.long()?).help(help).help_heading(heading);
    Some(match &spec.kind {
        Kind::Switch => argument.action(ArgAction::SetTrue),
        Kind::File => argument.value_name(value_name).value_parser(value_parser!(PathBuf)),
        Kind::Number(range) => {
            argument.value_name(value_name).value_parser(value_parser!(u64).range(range.clone()))
        }
        Kind::Word(words) => {
            argument.value_name(value_name).value_parser(PossibleValuesParser::new(words()))
        }
        Kind::Text | Kind::Secret | Kind::Token { .. } => argument.value_name(value_name),
    })
}

fn value(spec: &Spec, matches: &ArgMatches) -> Option<Value> {
    let text = || matches.get_one::<String>(spec.name).cloned();
    match &spec.kind {
        Kind::Switch => matches.get_flag(spec.name).then_some(Value::Switch(true)),
        Kind::File => matches.get_one::<PathBuf>(spec.name).cloned().map(Value::File),
        Kind::Number(_) => matches.get_one::<u64>(spec.name).copied().map(Value::Number),
        Kind::Secret => text().map(|text| Value::Secret(text.into())),
        Kind::Text | Kind::Word(_) => text().map(Value::Text),
        // A token is never an argument.
        Kind::Token { .. } => None,
    }
}
