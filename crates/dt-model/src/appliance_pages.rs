//! Where an appliance has pages of its own about what it says.

use std::str::FromStr;

use crate::DeviceId;

/// The pages of an appliance about devices and breaches, to which what is printed links.
///
/// Nothing that came from a network is in such a link but two numbers.
///
/// ```
/// use dt_model::{AppliancePages, DeviceId};
///
/// let pages = AppliancePages::at("https://appliance.example/site/");
/// assert_eq!(pages.device(DeviceId::new(7)), "https://appliance.example/site/#device/7");
/// assert_eq!(pages.breach(501), "https://appliance.example/site/#modelbreach/501");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliancePages {
    address: String,
    device: PagePath,
    breach: PagePath,
}

/// Where a page is below the address of its appliance, such as `#device/{did}`: what is in braces stands
/// for the number of what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PagePath {
    before: String,
    after: String,
}

/// The text is not where a page can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a path or fragment with {{did}} or {{pbid}} once, of letters, digits and #/?&=_-.~:!%"
)]
pub struct InvalidPagePath;

impl AppliancePages {
    /// The pages below this address, which has neither a query nor a user in it, where appliances have
    /// them.
    #[must_use]
    pub fn at(address: &str) -> Self {
        let path = |before: &str| PagePath { before: before.to_owned(), after: String::new() };
        let address = address.trim_end_matches('/').to_owned();
        Self { address, device: path("#device/"), breach: path("#modelbreach/") }
    }

    /// The pages, elsewhere than appliances have them.
    #[must_use]
    pub fn with(self, device: Option<PagePath>, breach: Option<PagePath>) -> Self {
        let (device, breach) = (device.unwrap_or(self.device), breach.unwrap_or(self.breach));
        Self { device, breach, ..self }
    }

    /// The page about a device.
    #[must_use]
    pub fn device(&self, did: DeviceId) -> String {
        self.page(&self.device, did.get())
    }

    /// The page about a breach.
    #[must_use]
    pub fn breach(&self, pbid: i64) -> String {
        self.page(&self.breach, pbid)
    }

    fn page(&self, PagePath { before, after }: &PagePath, number: i64) -> String {
        format!("{}/{before}{number}{after}", self.address)
    }
}

impl FromStr for PagePath {
    type Err = InvalidPagePath;

    fn from_str(text: &str) -> Result<Self, InvalidPagePath> {
        let number = ["{did}", "{pbid}"].into_iter().find_map(|number| text.split_once(number));
        let (before, after) = number.ok_or(InvalidPagePath)?;
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "#/?&=_-.~:!%".contains(c);
        if !before.chars().chain(after.chars()).all(is_plain) {
            return Err(InvalidPagePath);
        }
        let before = before.trim_start_matches('/').to_owned();
        Ok(Self { before, after: after.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_where_it_is_said_to_be() {
        let pages = AppliancePages::at("https://a.example")
            .with("/ui/device?did={did}&x=1".parse().ok(), "#breach/{pbid}".parse().ok());
        assert_eq!(pages.device(DeviceId::new(-6)), "https://a.example/ui/device?did=-6&x=1");
        assert_eq!(pages.breach(9), "https://a.example/#breach/9");
    }

    #[test]
    fn a_path_has_a_number_once_and_nothing_that_ends_a_link() {
        for text in
            ["#device", "", "{did}{did}", "a b{did}", "{did})", "\"{did}", "<{did}", "é{did}"]
        {
            assert_eq!(text.parse::<PagePath>(), Err(InvalidPagePath), "{text}");
        }
    }
}
