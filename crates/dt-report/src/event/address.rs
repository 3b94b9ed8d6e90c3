//! Addresses, in the forms that standards want.

use std::net::IpAddr;

use dt_model::MacAddress;

/// An address of the Internet protocol, if the text is one.
pub(super) fn ip(text: Option<&str>) -> Option<IpAddr> {
    text?.parse().ok()
}

/// `00-00-5E-00-53-23`
pub(super) fn with_hyphens(mac: MacAddress) -> String {
    with_colons(mac).replace(':', "-")
}

/// `00:00:5E:00:53:23`
pub(super) fn with_colons(mac: MacAddress) -> String {
    mac.to_string().to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hardware_address_has_one_form_in_each_standard() {
        for text in ["00:00:5e:00:53:23", "00-00-5E-00-53-23", "0000.5e00.5323", "00005E005323"] {
            let mac = text.parse().unwrap();
            assert_eq!(with_hyphens(mac), "00-00-5E-00-53-23", "{text}");
            assert_eq!(with_colons(mac), "00:00:5E:00:53:23", "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_none() {
        assert_eq!(ip(Some("10.0.0.256")), None);
        assert_eq!(ip(Some("fe80::1%eth0")), None);
    }
}
