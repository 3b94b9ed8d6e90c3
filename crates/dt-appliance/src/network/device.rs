//! One device: who it is, and when it is switched on.

use std::net::Ipv4Addr;

use dt_model::DeviceId;

use super::random::{fraction, mixed};
use super::rhythm::at_work;
use super::window::{HOUR, Window, day, is_weekday};

/// A device of the synthetic network.
#[derive(Debug, Clone)]
pub(crate) struct Device {
    pub(crate) did: DeviceId,
    pub(crate) hostname: String,
    pub(crate) label: String,
    pub(crate) ip: Ipv4Addr,
    pub(crate) role: Role,
    pub(crate) kind: Kind,
    pub(crate) hardware: Hardware,
    pub(crate) presence: Presence,
    /// The site it stands at, by number.
    pub(crate) site: usize,
    /// Seconds since the epoch, long before the window.
    pub(crate) first_seen: i64,
    /// How much it talks inside, as a factor on what its role does.
    pub(crate) inner: f64,
    /// How much it talks to the outside.
    pub(crate) outer: f64,
}

/// What a device is there for. Devices of one role have the same habits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Workstation(Department),
    DomainController,
    FileServer(Department),
    Mail,
    Intranet,
    Web,
    Application,
    Database,
    Backup,
    VideoRecorder,
    PhoneExchange,
    Monitor,
    Admin,
    Printer,
    Camera,
    Phone,
}

/// Who a workstation belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Department {
    Finance,
    Sales,
    Engineering,
    People,
    Marketing,
    Operations,
}

impl Department {
    pub(crate) const ALL: [Self; 6] = [
        Self::Finance,
        Self::Sales,
        Self::Engineering,
        Self::People,
        Self::Marketing,
        Self::Operations,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Finance => "Finance",
            Self::Sales => "Sales",
            Self::Engineering => "Engineering",
            Self::People => "People",
            Self::Marketing => "Marketing",
            Self::Operations => "Operations",
        }
    }

    /// Its place in [`ALL`](Self::ALL).
    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

/// What the appliance takes a device for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Laptop,
    Desktop,
    Server,
    Printer,
    Camera,
    Phone,
}

impl Kind {
    /// The appliance dialect's `typename`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Laptop => "laptop",
            Self::Desktop => "desktop",
            Self::Server => "server",
            Self::Printer => "printer",
            Self::Camera => "camera",
            Self::Phone => "phone",
        }
    }

    /// The appliance dialect's `typelabel`.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Laptop => "Laptop",
            Self::Desktop => "Desktop",
            Self::Server => "Server",
            Self::Printer => "Printer",
            Self::Camera => "Camera",
            Self::Phone => "Phone",
        }
    }

    /// The documented dialect's `devicetype`. The document explains 1 and 3; the others follow its
    /// order.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Server => 1,
            Self::Desktop => 2,
            Self::Laptop => 3,
            Self::Printer => 4,
            Self::Camera => 5,
            Self::Phone => 6,
        }
    }
}

/// What a device is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hardware {
    pub(crate) vendor: &'static str,
    pub(crate) model: &'static str,
    pub(crate) system: System,
}

/// An operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum System {
    Windows,
    Linux,
    /// Not recognised by the appliance.
    Unknown,
}

/// When a device is switched on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// At any time.
    Always,
    /// Left on during the week, taken home for the weekend.
    Docked,
    /// On while its user works, on most days.
    Carried,
}

/// A mark on devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) tid: i64,
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
}

const DOMAIN_CONTROLLER: Tag =
    Tag { tid: 21, name: "Domain Controller", description: "Answers logons" };
const SERVER: Tag = Tag { tid: 22, name: "Server", description: "" };
const ADMIN: Tag =
    Tag { tid: 23, name: "Admin", description: "Administers other devices from here" };
const UNMANAGED: Tag =
    Tag { tid: 24, name: "Unmanaged", description: "No agent, no patches by policy" };

impl Device {
    /// Its hardware address: locally administered, so that it is nobody's.
    pub(crate) fn mac(&self) -> String {
        let [.., a, b, c] = self.did.get().to_be_bytes();
        format!("02:00:5e:{a:02x}:{b:02x}:{c:02x}")
    }

    /// The number of its subnet, which is a /24.
    pub(crate) fn sid(&self) -> i64 {
        let [_, site, subnet, _] = self.ip.octets();
        i64::from(site) * 100 + i64::from(subnet)
    }

    pub(crate) fn tags(&self) -> Vec<Tag> {
        match self.role {
            Role::Workstation(department) => vec![Tag {
                tid: 180 + i64::from(department as u8),
                name: department.name(),
                description: "Department",
            }],
            Role::DomainController => vec![DOMAIN_CONTROLLER, SERVER],
            Role::Admin => vec![ADMIN],
            Role::Camera | Role::Printer => vec![UNMANAGED],
            Role::Phone => vec![],
            _ => vec![SERVER],
        }
    }

    /// Whose it is, if it belongs to a department.
    pub(crate) const fn department(&self) -> Option<Department> {
        match self.role {
            Role::Workstation(department) | Role::FileServer(department) => Some(department),
            _ => None,
        }
    }

    /// What it serves.
    pub(crate) const fn services(&self) -> &'static [&'static str] {
        match self.role {
            Role::DomainController => &["dns", "kerberos", "ldap"],
            Role::FileServer(_) => &["files"],
            Role::Mail => &["mail"],
            Role::Intranet | Role::Web => &["web"],
            Role::Application => &["application"],
            Role::Database => &["database"],
            Role::Backup => &["backup"],
            Role::VideoRecorder => &["video"],
            Role::PhoneExchange => &["telephony"],
            _ => &[],
        }
    }

    /// Whether it is switched on in the hour that begins at `time`.
    pub(crate) fn is_awake(&self, seed: u64, time: i64) -> bool {
        match self.presence {
            Presence::Always => true,
            Presence::Docked => {
                is_weekday(time) && is_weekday(time - 6 * HOUR) && is_weekday(time + 4 * HOUR)
            }
            Presence::Carried => at_work(time) && self.is_present(seed, day(time)),
        }
    }

    /// Whether its user works there on that day.
    fn is_present(&self, seed: u64, day: i64) -> bool {
        const PRESENCE: u64 = 0x7072_6573;
        let draw = mixed(seed, &[PRESENCE, self.did.get().cast_unsigned(), day.cast_unsigned()]);
        fraction(draw) < 0.93
    }

    /// When it was last seen, in seconds since the epoch. Who is switched on is seen within the
    /// hour.
    pub(crate) fn last_seen(&self, window: Window, is_awake: impl Fn(usize) -> bool) -> i64 {
        let last = (0..Window::HOURS).rev().find(|hour| is_awake(*hour)).unwrap_or(0);
        window.time(last) + 3_000 + self.did.get() % 590
    }
}
