//! The options that set settings.

use clap::builder::{
    BoolValueParser, PathBufValueParser, PossibleValuesParser, StringValueParser, TypedValueParser,
};
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
        let values = given.filter_map(|spec| {
            let value = matches.get_one::<Value>(spec.name).filter(|value| !value.is_off())?;
            Some((spec.key, value.clone()))
        });
        Ok(Self(values.collect()))
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
    let argument = argument.value_name(value_name);
    Some(match &spec.kind {
        Kind::Switch => argument
            .action(ArgAction::SetTrue)
            .value_parser(BoolValueParser::new().map(Value::Switch)),
        Kind::File => argument.value_parser(PathBufValueParser::new().map(Value::File)),
        Kind::Number(range) => {
            argument.value_parser(value_parser!(u64).range(range.clone()).map(Value::Number))
        }
        Kind::Word(words) => {
            argument.value_parser(PossibleValuesParser::new(words()).map(Value::Text))
        }
        Kind::Text => argument.value_parser(StringValueParser::new().map(Value::Text)),
        Kind::Secret => {
            argument.value_parser(StringValueParser::new().map(|text| Value::Secret(text.into())))
        }
        // A token is never an argument.
        Kind::Token { .. } => return None,
    })
}
