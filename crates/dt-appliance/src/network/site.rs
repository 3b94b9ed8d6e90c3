//! The plan of the network: sites, and who stands where.

use std::net::Ipv4Addr;
use std::ops::Range;

use dt_model::DeviceId;

use super::config::NetworkConfig;
use super::device::{Department, Device, Hardware, Kind, Presence, Role, System};
use super::random::{Random, mixed, within_seconds};
use super::window::{DAY, Window};

/// The id of `workstation-01`, which examples speak of.
pub(crate) const FIRST_WORKSTATION: i64 = 12_345;
const FIRST_SERVER: i64 = 20_001;
const FIRST_PRINTER: i64 = 30_001;
const FIRST_CAMERA: i64 = 40_001;
const FIRST_PHONE: i64 = 50_001;

/// Devices at a site, unless their number does not divide evenly.
const SITE_SIZE: usize = 240;

/// The servers of every site, in the order of their addresses.
const SERVERS: [(Role, &str); 24] = [
    (Role::DomainController, "dc"),
    (Role::DomainController, "dc"),
    (Role::Mail, "mail"),
    (Role::Intranet, "intranet"),
    (Role::FileServer(Department::Finance), "fileserver"),
    (Role::FileServer(Department::Sales), "fileserver"),
    (Role::FileServer(Department::Engineering), "fileserver"),
    (Role::FileServer(Department::People), "fileserver"),
    (Role::FileServer(Department::Marketing), "fileserver"),
    (Role::FileServer(Department::Operations), "fileserver"),
    (Role::Web, "web"),
    (Role::Web, "web"),
    (Role::Application, "app"),
    (Role::Application, "app"),
    (Role::Application, "app"),
    (Role::Application, "app"),
    (Role::Database, "db"),
    (Role::Database, "db"),
    (Role::Database, "db"),
    (Role::Backup, "backup"),
    (Role::VideoRecorder, "nvr"),
    (Role::PhoneExchange, "pbx"),
    (Role::Monitor, "monitor"),
    (Role::Admin, "admin"),
];

/// Where the devices of one site are in the list of all devices.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    servers: usize,
    workstations: Range<usize>,
    pub(crate) printers: Range<usize>,
    pub(crate) cameras: Range<usize>,
    pub(crate) phones: Range<usize>,
}

impl Site {
    /// Every device.
    pub(crate) fn all(&self) -> Range<usize> {
        self.servers..self.phones.end
    }

    /// Every server.
    pub(crate) fn servers(&self) -> Range<usize> {
        self.servers..self.workstations.start
    }

    /// Every workstation.
    pub(crate) fn workstations(&self) -> Range<usize> {
        self.workstations.clone()
    }

    /// The servers with a role; every site has at least one of each.
    pub(crate) fn server(&self, role: Role) -> Range<usize> {
        let first = SERVERS.iter().position(|(known, _)| *known == role);
        let first = first.expect("every server role is in the table");
        let count = SERVERS.iter().filter(|(known, _)| *known == role).count();
        self.servers + first..self.servers + first + count
    }

    /// The workstations of a department.
    pub(crate) fn department(&self, department: Department) -> Range<usize> {
        let count = self.workstations.len();
        let edge = |index: usize| self.workstations.start + (count * index).div_ceil(6);
        edge(department.index())..edge(department.index() + 1)
    }
}

/// Everyone, site by site.
pub(crate) fn plan(config: NetworkConfig, seed: u64, window: Window) -> (Vec<Device>, Vec<Site>) {
    let total = config.device_count() as usize;
    let site_count = ((total + SITE_SIZE / 2) / SITE_SIZE).max(1);
    let mut devices = Vec::with_capacity(total);
    let mut sites = Vec::with_capacity(site_count);
    let mut names = Names::default();
    for number in 0..site_count {
        let size = total * (number + 1) / site_count - total * number / site_count;
        let mut planner =
            Planner { seed, window, site: number, names: &mut names, devices: &mut devices };
        sites.push(planner.site(size));
    }
    (devices, sites)
}

/// How many devices of each name there are so far, over all sites.
#[derive(Default)]
struct Names {
    workstations: i64,
    printers: i64,
    cameras: i64,
    phones: i64,
    servers: i64,
}

struct Planner<'a> {
    seed: u64,
    window: Window,
    site: usize,
    names: &'a mut Names,
    devices: &'a mut Vec<Device>,
}

impl Planner<'_> {
    fn site(&mut self, size: usize) -> Site {
        let rest = size - SERVERS.len();
        let printers = rest * 8 / 100;
        let cameras = rest * 17 / 100;
        let phones = rest * 14 / 100;
        let workstations = rest - printers - cameras - phones;

        let servers = self.devices.len();
        for place in 0..SERVERS.len() {
            self.add_server(place);
        }
        let start = self.devices.len();
        let mut plan = Site {
            servers,
            workstations: start..start + workstations,
            printers: 0..0,
            cameras: 0..0,
            phones: 0..0,
        };
        for department in Department::ALL {
            for place in 0..plan.department(department).len() {
                self.add_workstation(department, place);
            }
        }
        plan.printers = self.add_all(printers, Self::add_printer);
        plan.cameras = self.add_all(cameras, Self::add_camera);
        plan.phones = self.add_all(phones, Self::add_phone);
        plan
    }

    fn add_all(&mut self, count: usize, add: impl Fn(&mut Self, usize)) -> Range<usize> {
        let start = self.devices.len();
        for place in 0..count {
            add(self, place);
        }
        start..self.devices.len()
    }

    fn add_server(&mut self, place: usize) {
        let (role, name) = SERVERS[place];
        // Servers of a name are numbered over all sites.
        let of_name = SERVERS.iter().filter(|(_, other)| *other == name).count();
        let before = SERVERS[..place].iter().filter(|(_, other)| *other == name).count();
        let number = self.site * of_name + before + 1;
        let hardware = match role {
            Role::DomainController | Role::Mail => {
                Hardware { vendor: "Dell Inc.", model: "Rack server", system: System::Windows }
            }
            Role::Admin => {
                Hardware { vendor: "Dell Inc.", model: "Tower", system: System::Windows }
            }
            Role::PhoneExchange | Role::VideoRecorder => {
                Hardware { vendor: "Supermicro", model: "Appliance", system: System::Linux }
            }
            _ => Hardware { vendor: "Supermicro", model: "Rack server", system: System::Linux },
        };
        let label = match role {
            Role::FileServer(department) => format!("{} files", department.name()),
            Role::Backup => "Nightly backups".to_owned(),
            _ => String::new(),
        };
        self.add(Draft {
            did: FIRST_SERVER + self.names.servers,
            hostname: format!("{name}-{number:02}"),
            label,
            subnet: 0,
            host: 10 + place,
            role,
            kind: Kind::Server,
            hardware,
            presence: Presence::Always,
        });
        self.names.servers += 1;
    }

    fn add_workstation(&mut self, department: Department, place: usize) {
        const LAPTOPS: [Hardware; 2] = [
            Hardware { vendor: "Dell Inc.", model: "Notebook 14", system: System::Windows },
            Hardware { vendor: "Lenovo", model: "Notebook 13", system: System::Windows },
        ];
        const DESKTOPS: [Hardware; 2] = [
            Hardware { vendor: "HP Inc.", model: "Tower", system: System::Windows },
            Hardware { vendor: "Dell Inc.", model: "Micro PC", system: System::Linux },
        ];
        // Every third one is a desktop, and of the laptops every third stays docked overnight; the
        // first of a department is one of those.
        let is_desktop = place % 3 == 2;
        let (kind, presence) = match (is_desktop, place % 9) {
            (true, _) => (Kind::Desktop, Presence::Always),
            (false, 0 | 4) => (Kind::Laptop, Presence::Docked),
            (false, _) => (Kind::Laptop, Presence::Carried),
        };
        let hardware = if is_desktop {
            DESKTOPS[usize::from(department == Department::Engineering)]
        } else {
            LAPTOPS[place / 3 % 2]
        };
        self.add(Draft {
            did: FIRST_WORKSTATION + self.names.workstations,
            hostname: format!("workstation-{:02}", self.names.workstations + 1),
            label: format!("{} {} {}", department.name(), kind.name(), place + 1),
            subnet: 4 + department.index(),
            host: 17 + place,
            role: Role::Workstation(department),
            kind,
            hardware,
            presence,
        });
        self.names.workstations += 1;
    }

    fn add_printer(&mut self, place: usize) {
        self.add(Draft {
            did: FIRST_PRINTER + self.names.printers,
            hostname: format!("printer-{:02}", self.names.printers + 1),
            label: format!("Floor {}", 1 + place / 4),
            subnet: 10,
            host: 20 + place,
            role: Role::Printer,
            kind: Kind::Printer,
            hardware: Hardware {
                vendor: "Brother",
                model: "Laser printer",
                system: System::Unknown,
            },
            presence: Presence::Always,
        });
        self.names.printers += 1;
    }

    fn add_camera(&mut self, place: usize) {
        self.add(Draft {
            did: FIRST_CAMERA + self.names.cameras,
            hostname: format!("cam-{:02}", self.names.cameras + 1),
            label: String::new(),
            subnet: 11,
            host: 20 + place,
            role: Role::Camera,
            kind: Kind::Camera,
            hardware: Hardware { vendor: "Axis", model: "Dome camera", system: System::Linux },
            presence: Presence::Always,
        });
        self.names.cameras += 1;
    }

    fn add_phone(&mut self, place: usize) {
        self.add(Draft {
            did: FIRST_PHONE + self.names.phones,
            hostname: format!("phone-{:02}", self.names.phones + 1),
            label: String::new(),
            subnet: 12,
            host: 20 + place,
            role: Role::Phone,
            kind: Kind::Phone,
            hardware: Hardware { vendor: "Yealink", model: "Desk phone", system: System::Unknown },
            presence: Presence::Always,
        });
        self.names.phones += 1;
    }

    fn add(&mut self, draft: Draft) {
        const AGE: u64 = 0x6167_6564;
        const TRAITS: u64 = 0x7472_6169;
        let did = draft.did.cast_unsigned();
        // Long enough ago that nothing a device always did began within the window.
        let age = 90 * DAY + within_seconds(mixed(self.seed, &[AGE, did]), 330 * DAY);
        let mut random = Random::stream(self.seed, &[TRAITS, did]);
        let octet = |number: usize| u8::try_from(number).expect("the plan leaves room for it");
        self.devices.push(Device {
            did: DeviceId::new(draft.did),
            hostname: draft.hostname,
            label: draft.label,
            ip: Ipv4Addr::new(10, octet(20 + self.site), octet(draft.subnet), octet(draft.host)),
            role: draft.role,
            kind: draft.kind,
            hardware: draft.hardware,
            presence: draft.presence,
            site: self.site,
            first_seen: self.window.start() - age,
            inner: random.between(0.85, 1.2),
            outer: random.between(0.85, 1.2),
        });
    }
}

/// What the plan says about a device; the rest is drawn.
struct Draft {
    did: i64,
    hostname: String,
    label: String,
    subnet: usize,
    host: usize,
    role: Role,
    kind: Kind,
    hardware: Hardware,
    presence: Presence,
}
