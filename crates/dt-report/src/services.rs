//! What ports are known for.

use dt_model::Port;

/// The service a port is known for: the name analysts use, else the one registered at IANA; `None`
/// for ranges, groups, and ports that are rarely met.
#[must_use]
pub fn service(port: &Port) -> Option<&'static str> {
    let Port::Number(number) = port else { return None };
    let named = |names: &[(u16, &'static str)]| {
        let place = names.binary_search_by_key(number, |&(port, _)| port).ok()?;
        Some(names[place].1)
    };
    named(COMMON_NAMES).or_else(|| named(SERVICES))
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

/// From the Service Name and Transport Protocol Port Number Registry, by port.
const SERVICES: &[(u16, &str)] = &[
    (7, "echo"),
    (9, "discard"),
    (13, "daytime"),
    (19, "chargen"),
    (20, "ftp-data"),
    (21, "ftp"),
    (22, "ssh"),
    (23, "telnet"),
    (25, "smtp"),
    (37, "time"),
    (43, "nicname"),
    (49, "tacacs"),
    (53, "domain"),
    (67, "bootps"),
    (68, "bootpc"),
    (69, "tftp"),
    (70, "gopher"),
    (79, "finger"),
    (80, "http"),
    (88, "kerberos"),
    (102, "iso-tsap"),
    (110, "pop3"),
    (111, "sunrpc"),
    (113, "auth"),
    (119, "nntp"),
    (123, "ntp"),
    (135, "epmap"),
    (137, "netbios-ns"),
    (138, "netbios-dgm"),
    (139, "netbios-ssn"),
    (143, "imap"),
    (161, "snmp"),
    (162, "snmptrap"),
    (179, "bgp"),
    (194, "irc"),
    (389, "ldap"),
    (427, "svrloc"),
    (443, "https"),
    (445, "microsoft-ds"),
    (464, "kpasswd"),
    (465, "submissions"),
    (500, "isakmp"),
    (502, "mbap"),
    (515, "printer"),
    (520, "router"),
    (546, "dhcpv6-client"),
    (547, "dhcpv6-server"),
    (548, "afpovertcp"),
    (554, "rtsp"),
    (563, "nntps"),
    (587, "submission"),
    (593, "http-rpc-epmap"),
    (623, "asf-rmcp"),
    (631, "ipp"),
    (636, "ldaps"),
    (646, "ldp"),
    (853, "domain-s"),
    (873, "rsync"),
    (989, "ftps-data"),
    (990, "ftps"),
    (992, "telnets"),
    (993, "imaps"),
    (995, "pop3s"),
    (1080, "socks"),
    (1099, "rmiregistry"),
    (1194, "openvpn"),
    (1337, "menandmice-dns"),
    (1433, "ms-sql-s"),
    (1434, "ms-sql-m"),
    (1521, "ncube-lm"),
    (1701, "l2tp"),
    (1723, "pptp"),
    (1812, "radius"),
    (1813, "radius-acct"),
    (1883, "mqtt"),
    (1900, "ssdp"),
    (2000, "cisco-sccp"),
    (2049, "nfs"),
    (2375, "docker"),
    (2376, "docker-s"),
    (3128, "ndl-aas"),
    (3260, "iscsi-target"),
    (3268, "msft-gc"),
    (3269, "msft-gc-ssl"),
    (3306, "mysql"),
    (3389, "ms-wbt-server"),
    (3478, "stun"),
    (3702, "ws-discovery"),
    (4444, "krb524"),
    (4500, "ipsec-nat-t"),
    (4840, "opcua-tcp"),
    (5000, "commplex-main"),
    (5001, "commplex-link"),
    (5060, "sip"),
    (5061, "sips"),
    (5222, "xmpp-client"),
    (5228, "hpvroom"),
    (5269, "xmpp-server"),
    (5349, "stuns"),
    (5353, "mdns"),
    (5355, "llmnr"),
    (5432, "postgresql"),
    (5671, "amqps"),
    (5672, "amqp"),
    (5683, "coap"),
    (5900, "rfb"),
    (5985, "wsman"),
    (5986, "wsmans"),
    (6379, "redis"),
    (6443, "sun-sr-https"),
    (6514, "syslog-tls"),
    (6667, "ircu"),
    (8000, "irdmi"),
    (8008, "http-alt"),
    (8080, "http-alt"),
    (8443, "pcsync-https"),
    (8883, "secure-mqtt"),
    (8888, "ddi-tcp-1"),
    (9000, "cslistener"),
    (9001, "etlservicemgr"),
    (9090, "websm"),
    (9092, "XmlIpcRegSvc"),
    (9100, "pdl-datastream"),
    (9418, "git"),
    (11_211, "memcache"),
    (20_000, "dnp"),
    (47_808, "bacnet"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_in_order() {
        for names in [SERVICES, COMMON_NAMES] {
            assert!(names.is_sorted_by(|a, b| a.0 < b.0));
        }
    }

    #[test]
    fn a_common_name_goes_before_a_registered_one() {
        assert_eq!(service(&Port::Number(8443)), Some("https-alt"));
        assert_eq!(service(&Port::Number(445)), Some("smb"));
        assert_eq!(service(&Port::Number(5432)), Some("postgresql"));
    }

    #[test]
    fn only_single_ports_have_a_service() {
        assert_eq!(service(&Port::Number(443)), Some("https"));
        assert_eq!(service(&Port::Number(47_807)), None);
        assert_eq!(service(&Port::Range { low: 443, high: 443 }), None);
        assert_eq!(service(&Port::Others), None);
    }
}
