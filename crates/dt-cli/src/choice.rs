//! Words of the command line for values of the libraries.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// A word, what it means in an option's help if that needs words, and the value it stands for.
pub(crate) type Choice<T> = (&'static str, Option<&'static str>, T);

/// Reads one of these words.
pub(crate) fn choice<T: Copy + Send + Sync + 'static>(
    choices: &'static [Choice<T>],
) -> impl TypedValueParser<Value = T> {
    let words = choices.iter().map(|(word, help, _)| PossibleValue::new(*word).help(*help));
    PossibleValuesParser::new(words).try_map(|typed| {
        let meant = choices.iter().find(|(word, ..)| *word == typed);
        meant.map(|(.., value)| *value).ok_or("there is no such choice")
    })
}

/// Reads the name of one of these.
pub(crate) fn named<T: Copy + Send + Sync + 'static>(
    all: &'static [T],
    name: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(all.iter().map(|it| name(*it))).try_map(move |typed| {
        let named = all.iter().find(|it| name(**it) == typed);
        named.copied().ok_or("there is no such name")
    })
}
