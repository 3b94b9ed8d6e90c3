//! What ports are known for.

use crate::Port;

impl Port {
    /// The service a port is known for: the name analysts use, else the one registered at IANA; `None`
    /// for ranges, groups, and ports that are rarely met.
    #[must_use]
    pub fn service(&self) -> Option<&'static str> {
        let Self::Number(number) = self else { return None };
        let mut names = COMMON_NAMES.iter().copied().chain(services());
        names.find_map(|(port, name)| (port == *number).then_some(name))
    }
}

/// The ports that have a service, and its name.
fn services() -> impl Iterator<Item = (u16, &'static str)> {
    const SERVICES: &str = include_str!("services.txt");
    let lines = SERVICES.lines().filter_map(|line| line.split_once(' '));
    lines.filter_map(|(port, name)| Some((port.parse().ok()?, name)))
}

/// Where the registered name is one that analysts do not connect with the port: it names a product that
/// is gone, or what nobody calls the service. By port.
const COMMON_NAMES: &[(u16, &str)] = &[
    (445, "smb"),
    (1433, "mssql"),
    (3389, "rdp"),
    // Registered for Kerberos 5 to 4, which nobody runs; the default port of Metasploit payloads.
    (4444, "metasploit"),
    (5985, "winrm"),
    (5986, "winrm-https"),
    (6443, "kubernetes-api"),
    (8443, "https-alt"),
    // Not registered for them, but where the two databases listen.
    (9200, "elasticsearch"),
    (27_017, "mongodb"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_service_and_ports_are_in_order() {
        let ports: Vec<u16> = services().map(|(port, _)| port).collect();
        // The first line says where they are from.
        assert_eq!(ports.len() + 1, include_str!("services.txt").lines().count());
        assert!(ports.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn a_common_name_goes_before_a_registered_one() {
        assert_eq!(Port::Number(8443).service(), Some("https-alt"));
        assert_eq!(Port::Number(445).service(), Some("smb"));
        assert_eq!(Port::Number(5432).service(), Some("postgresql"));
    }

    #[test]
    fn only_single_ports_have_a_service() {
        assert_eq!(Port::Number(443).service(), Some("https"));
        assert_eq!(Port::Number(47_807).service(), None);
        assert_eq!(Port::Range { low: 443, high: 443 }.service(), None);
        assert_eq!(Port::Others.service(), None);
    }
}
