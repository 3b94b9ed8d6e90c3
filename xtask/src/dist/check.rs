//! Tries out what was made, as far as this machine can.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context, ensure};

use super::{buildah, files, say, succeed};

/// That a program needs nothing of the machine that it runs on.
pub(super) fn is_static(program: &Path) -> anyhow::Result<()> {
    let output = Command::new("ldd").arg(program).output().context("ldd is not there")?;
    let said = text(&output);
    let is_static = said.contains("statically linked") || said.contains("not a dynamic executable");
    ensure!(is_static, "{} is not static:\n{said}", program.display());
    say("static: nothing is loaded at run time");
    Ok(())
}

/// That systemd takes the units, if it is here.
pub(super) fn units(root: &Path, program: &Path) -> anyhow::Result<()> {
    let staged = tempfile::tempdir()?;
    let mut verify = Command::new("systemd-analyze");
    verify.args(["verify", "--man=no"]);
    for unit in files(&root.join("contrib/package/systemd"))? {
        // It looks whether programs are there; and a template is looked at as an instance of it.
        let text =
            fs::read_to_string(&unit)?.replace("/usr/bin/dt", &program.display().to_string());
        let name = unit.file_name().unwrap_or_default().to_string_lossy().replace('@', "@site");
        fs::write(staged.path().join(&name), text)?;
        verify.arg(staged.path().join(name));
    }
    match verify.output() {
        Ok(output) => {
            let said = text(&output);
            ensure!(output.status.success() && said.trim().is_empty(), "systemd says:\n{said}");
            say("units: systemd-analyze verify has nothing to say");
        }
        Err(error) => say(&format!("units were not verified: systemd-analyze: {error}")),
    }
    Ok(())
}

/// That a package installs into a root in which nothing else is, and makes a report there.
pub(super) fn package(package: &Path) -> anyhow::Result<()> {
    let root = tempfile::tempdir()?;
    let known = root.path().join("var/lib/dpkg");
    fs::create_dir_all(known.join("info"))?;
    fs::create_dir_all(known.join("updates"))?;
    fs::write(known.join("status"), "")?;
    let mut dpkg = Command::new("dpkg");
    dpkg.arg("--root").arg(root.path()).arg("--force-not-root").arg("--install").arg(package);
    succeed(&mut dpkg)?;
    for file in [
        "usr/share/man/man1/dt-report.1.gz",
        "usr/share/bash-completion/completions/dt",
        "usr/share/zsh/vendor-completions/_dt",
        "usr/share/fish/vendor_completions.d/dt.fish",
        "usr/lib/systemd/system/dt-watch@.service",
        "usr/lib/systemd/system/dt-sweep@.timer",
        "usr/share/doc/dt/THIRD-PARTY.md",
    ] {
        let there =
            root.path().join(file).exists() || root.path().join(format!("{file}.gz")).exists();
        ensure!(there, "the package has no {file}");
    }
    reports(Command::new(root.path().join("usr/bin/dt")).env_clear())?;
    say("package: installed into an empty root, and dt --demo report 12345 ran there");
    Ok(())
}

/// That a report can be made in an image, by its user.
pub(super) fn image(name: &str) -> anyhow::Result<()> {
    let output = buildah(["from", "--isolation", "chroot", name]).output()?;
    ensure!(output.status.success(), "{}", text(&output));
    let container = String::from_utf8(output.stdout)?;
    let container = container.trim();
    let mut run = buildah(["run", "--isolation", "chroot", container, "--", "/usr/bin/dt"]);
    let ran = reports(&mut run);
    succeed(buildah(["rm"]).arg(container))?;
    ran?;
    say("image: dt --demo report 12345 ran in it");
    Ok(())
}

fn reports(dt: &mut Command) -> anyhow::Result<()> {
    let output = dt.args(["--demo", "report", "12345"]).output()?;
    let said = text(&output);
    ensure!(output.status.success() && said.contains("PRIORITY"), "dt made no report:\n{said}");
    Ok(())
}

fn text(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project;

    #[test]
    fn systemd_takes_the_units() {
        units(project::root().unwrap(), Path::new("/bin/true")).unwrap();
    }
}
