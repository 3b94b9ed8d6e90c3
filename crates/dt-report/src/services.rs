//! What ports are registered for.

use dt_model::Port;

/// The service a port is registered for at IANA, by its registered name; `None` for ranges, groups,
/// and ports that are rarely met.
#[must_use]
pub fn service(port: &Port) -> Option<&'static str> {
    let Port::Number(number) = port else { return None };
    services().find_map(|(port, name)| (port == *number).then_some(name))
}

/// The ports that have a service, and its name.
fn services() -> impl Iterator<Item = (u16, &'static str)> {
    const SERVICES: &str = include_str!("services.txt");
    let lines = SERVICES.lines().filter_map(|line| line.split_once(' '));
    lines.filter_map(|(port, name)| Some((port.parse().ok()?, name)))
}

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
    fn only_single_ports_have_a_service() {
        assert_eq!(service(&Port::Number(443)), Some("https"));
        assert_eq!(service(&Port::Number(47_807)), None);
        assert_eq!(service(&Port::Range { low: 443, high: 443 }), None);
        assert_eq!(service(&Port::Others), None);
    }
}
