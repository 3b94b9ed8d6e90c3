//! The parameters of a request, taken one by one.

use std::str::FromStr;

use percent_encoding::percent_decode_str;

use crate::answer::Refusal;

/// Parameters that nobody has asked for yet. An endpoint takes those it knows; what is left then is
/// refused, so that a misspelt parameter does not go unnoticed.
#[derive(Debug)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads a query. Empty parameters, and one that stands there twice, are refused as appliances
    /// do; a `+` is a space, as forms write it.
    pub(crate) fn parse(query: &str) -> Result<Self, Refusal> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(name)?, decoded(value)?);
            if value.is_empty() || pairs.iter().any(|(known, _)| *known == name) {
                return Err(Refusal::Input(name));
            }
            pairs.push((name, value));
        }
        Ok(Self(pairs))
    }

    /// A parameter as text.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        let place = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.swap_remove(place).1)
    }

    /// A parameter that must read as a `T`.
    pub(crate) fn value<T: FromStr>(&mut self, name: &str) -> Result<Option<T>, Refusal> {
        let parse = |text: String| text.parse().map_err(|_| Refusal::Input(name.to_owned()));
        self.text(name).map(parse).transpose()
    }

    /// A parameter that must be `true` or `false`.
    pub(crate) fn flag(&mut self, name: &str, default: bool) -> Result<bool, Refusal> {
        Ok(self.value(name)?.unwrap_or(default))
    }

    /// Refuses whatever was not taken.
    pub(crate) fn finish(mut self) -> Result<(), Refusal> {
        match self.0.pop() {
            Some((unknown, _)) => Err(Refusal::Input(unknown)),
            None => Ok(()),
        }
    }
}

fn decoded(text: &str) -> Result<String, Refusal> {
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8();
    decoded.map(Into::into).map_err(|_| Refusal::Input(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_taken_once_and_the_rest_is_refused() {
        let mut parameters = Parameters::parse("did=7&query=a%20%2b+&full=true").unwrap();
        assert_eq!(parameters.value::<i64>("did"), Ok(Some(7)));
        assert_eq!(parameters.text("query").as_deref(), Some("a + "));
        assert_eq!(parameters.flag("absent", true), Ok(true));
        assert_eq!(parameters.finish(), Err(Refusal::Input("full".to_owned())));
    }

    #[test]
    fn odd_parameters_are_refused_by_name() {
        for (query, name) in [("did=", "did"), ("did", "did"), ("a=1&a=2", "a"), ("%ff=1", "%ff")] {
            let refusal = Parameters::parse(query).unwrap_err();
            assert_eq!(refusal, Refusal::Input(name.to_owned()), "{query}");
        }
        let mut parameters = Parameters::parse("did=x&full=True").unwrap();
        assert!(parameters.value::<i64>("did").is_err());
        assert!(parameters.flag("full", false).is_err());
    }
}
