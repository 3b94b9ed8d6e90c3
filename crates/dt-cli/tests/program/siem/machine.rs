//! A machine on which recipes are installed.

use std::path::{Path, PathBuf};
use std::process::Output;
use std::{env, fs};

use dt_appliance::RunningAppliance;
use snapbox::cmd::cargo_bin;
use tempfile::TempDir;

use super::{DEVICE, appliance, on, recipe};

/// A machine on which a recipe is installed.
pub(super) struct Machine {
    pub(super) directory: TempDir,
    pub(super) appliance: RunningAppliance,
}

impl Machine {
    /// One that has `dt-round`, and the `dt-send` of a SIEM.
    pub(super) fn with(
        siem: &str,
        format: &str,
        secret: (&str, &str),
        addresses: &[(&str, &str)],
    ) -> Self {
        let machine = Self { directory: tempfile::tempdir().unwrap(), appliance: appliance() };
        for directory in ["bin", "etc", "lib"] {
            fs::create_dir(machine.path(directory)).unwrap();
        }
        fs::write(machine.path("etc").join(secret.0), secret.1).unwrap();
        let round = recipe("round");
        assert!(round.contains("-o hec") && round.contains("--tag Finance"));
        let round = round.replace("-o hec", &format!("-o {format}"));
        machine.install("dt-round", &round.replace("--tag Finance", DEVICE));
        let send = recipe(&format!("{siem}-send"));
        assert!(send.contains(&format!("with -o {format}")));
        let send = addresses.iter().fold(send, |send, (from, to)| {
            assert!(send.contains(from), "{from}");
            send.replace(from, to)
        });
        machine.install("dt-send", &send);
        machine
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(super) fn install(&self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt;
        let here = |name: &str| self.path(name).display().to_string();
        let script = script.replace("/var/lib/dt", &here("lib")).replace("/etc/dt", &here("etc"));
        let path = self.path("bin").join(name);
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub(super) fn round(&self) -> Output {
        let program = Path::new(cargo_bin!("dt")).parent().unwrap().to_owned();
        let path = env::var_os("PATH").unwrap();
        let path =
            env::join_paths([self.path("bin"), program].into_iter().chain(env::split_paths(&path)));
        on(&self.appliance, self.path("bin/dt-round")).env("PATH", path.unwrap()).output().unwrap()
    }

    pub(super) fn succeeds(&self) {
        let output = self.round();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(self.waiting(), 0);
    }

    /// A round whose events have to wait, and what it says.
    pub(super) fn fails(&self) -> String {
        let output = self.round();
        assert_eq!(output.status.code(), Some(1));
        assert!(self.waiting() > 0);
        String::from_utf8(output.stderr).unwrap()
    }

    /// How many files wait to be sent.
    pub(super) fn waiting(&self) -> usize {
        let files = fs::read_dir(self.path("lib")).unwrap().map(|file| file.unwrap().path());
        files.filter(|file| file.extension().is_some_and(|it| it == "events")).count()
    }

    /// What a kill between printing and keeping leaves behind: the state of before.
    pub(super) fn forget(&self) {
        fs::remove_dir_all(self.path("lib/watch")).unwrap();
    }

    /// A line that a kill cut short, which waits as the rest does.
    pub(super) fn cut(&self) {
        fs::write(self.path("lib/1-1.events"), r#"{"@timestamp":"2026-11-2"#).unwrap();
    }
}
