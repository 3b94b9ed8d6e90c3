//! Makes what is released: a static program, packages of it, and what has to be beside them.
//!
//! Linux on this machine's processor alone; others are built by the release workflow. It needs the target's
//! standard library and a C compiler for it (`rustup target add`, Debian's `musl-tools`), and the tools that
//! [`TOOLS`] names. A step that cannot be taken on this machine is said, and fails nothing else.

mod check;
mod manual;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail, ensure};

use crate::project;

/// The target: its C library is linked into the program, whatever the machine has.
const TARGET: &str = "x86_64-unknown-linux-musl";
/// What makes packages and notices: commands of cargo, installed as `cargo-deb` and so on.
const TOOLS: [&str; 4] = ["deb", "generate-rpm", "cyclonedx", "about"];
/// Where certificate authorities are on Debian.
const AUTHORITIES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// What is released, and where it is put.
struct Release {
    root: &'static Path,
    version: String,
    /// Everything that is released, and nothing else.
    to: PathBuf,
    /// What packages take: manual pages, completions and notices.
    share: PathBuf,
    program: PathBuf,
}

/// Makes everything, and tries out what can be tried out here.
pub(crate) fn run(builds: bool) -> anyhow::Result<()> {
    for tool in TOOLS {
        let version = cargo(project::root()?, [tool, "--version"]).output();
        let is_there = version.is_ok_and(|it| it.status.success());
        ensure!(is_there, "cargo-{tool} is needed: cargo install cargo-{tool} --locked");
    }
    let release = Release::begin()?;
    if builds {
        release.build()?;
    }
    fs::copy(&release.program, release.to.join("dt")).context("no program was built")?;
    release.notices()?;
    manual::write(&release.program, &release.share)?;
    release.bill_of_materials()?;
    release.archive()?;
    release.packages()?;
    check::is_static(&release.program)?;
    check::units(release.root, &release.program)?;
    check::package(&release.package("deb")?)?;
    let made = release.image();
    release.checksums()?;
    if let Err(error) = made {
        say(&format!("no container image: {error:#}"));
    }
    list(&release.to)
}

impl Release {
    /// With nothing in it yet.
    fn begin() -> anyhow::Result<Self> {
        let root = project::root()?;
        let to = root.join("target/dist");
        if to.exists() {
            fs::remove_dir_all(&to)?;
        }
        let share = root.join("target/dist-share");
        fs::create_dir_all(&to)?;
        fs::create_dir_all(&share)?;
        let program = root.join("target").join(TARGET).join("release/dt");
        Ok(Self { root, version: env!("CARGO_PKG_VERSION").to_owned(), to, share, program })
    }

    fn build(&self) -> anyhow::Result<()> {
        say("building: this takes a quarter of an hour on two processors");
        let mut build = cargo(self.root, ["build", "--release", "--locked", "--target", TARGET]);
        let build = build.args(["-p", "dt-cli"]).env("CC_x86_64_unknown_linux_musl", "musl-gcc");
        succeed(build)
    }

    /// The licences of everything that is linked in.
    fn notices(&self) -> anyhow::Result<()> {
        let package = self.root.join("contrib/package");
        let mut about = Command::new("cargo-about");
        about.args(["generate", "--locked", "--offline", "--fail"]);
        about.arg("--manifest-path").arg(self.root.join("crates/dt-cli/Cargo.toml"));
        about.arg("--config").arg(package.join("about.toml"));
        about.arg("--output-file").arg(self.share.join("notices.md"));
        succeed(about.arg(package.join("notices.hbs")))
    }

    /// What the program is made of, for programs: `CycloneDX`.
    fn bill_of_materials(&self) -> anyhow::Result<()> {
        let folder = self.root.join("crates/dt-cli");
        let mut bill = cargo(&folder, ["cyclonedx", "--format", "json", "--spec-version", "1.5"]);
        bill.args(["--target", TARGET, "--no-build-deps", "--override-filename", "dist"]);
        succeed(&mut bill)?;
        let name = format!("dt-{}.cdx.json", self.version);
        fs::copy(folder.join("dist.json"), self.to.join(name)).context("there is no bill")?;
        remove_bills(self.root)
    }

    /// The program with everything that is beside it, for whoever has no package manager.
    fn archive(&self) -> anyhow::Result<()> {
        let name = format!("dt-{}-{TARGET}", self.version);
        let staged = tempfile::tempdir()?;
        let folder = staged.path().join(&name);
        fs::create_dir(&folder)?;
        fs::copy(&self.program, folder.join("dt"))?;
        for file in ["README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"] {
            fs::copy(self.root.join(file), folder.join(file))?;
        }
        fs::copy(self.share.join("notices.md"), folder.join("THIRD-PARTY.md"))?;
        for part in ["man", "completions"] {
            copy_folder(&self.share.join(part), &folder.join(part))?;
        }
        copy_folder(&self.root.join("contrib/package/systemd"), &folder.join("systemd"))?;
        let mut tar = Command::new("tar");
        tar.arg("--create").arg("--gzip").arg("--file").arg(self.to.join(format!("{name}.tar.gz")));
        // The same files give the same archive.
        tar.args(["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@0"]);
        succeed(tar.arg("--directory").arg(staged.path()).arg(&name))
    }

    /// `.deb` and `.rpm`, of the program that was built.
    fn packages(&self) -> anyhow::Result<()> {
        let mut deb = cargo(
            self.root,
            [
                "deb",
                "--no-build",
                "--compress-system",
                "--quiet",
                "-p",
                "dt-cli",
                "--target",
                TARGET,
            ],
        );
        succeed(deb.arg("--output").arg(&self.to))?;
        let mut rpm = cargo(self.root, ["generate-rpm", "-p", "crates/dt-cli", "--target", TARGET]);
        succeed(rpm.args(["--auto-req", "disabled", "--output"]).arg(&self.to))
    }

    fn package(&self, extension: &str) -> anyhow::Result<PathBuf> {
        let mut found = files(&self.to)?.into_iter();
        let found = found.find(|path| path.extension() == Some(OsStr::new(extension)));
        found.with_context(|| format!("there is no .{extension}"))
    }

    /// An image with the program and nothing else, and a report made in it.
    fn image(&self) -> anyhow::Result<()> {
        let context = tempfile::tempdir()?;
        fs::copy(&self.program, context.path().join("dt"))?;
        fs::copy(AUTHORITIES, context.path().join("ca-certificates.crt"))
            .context("Debian's ca-certificates is needed")?;
        fs::copy(self.share.join("notices.md"), context.path().join("notices.md"))?;
        for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
            fs::copy(self.root.join(licence), context.path().join(licence))?;
        }
        let name = format!("localhost/dt:{}", self.version);
        let mut build = buildah(["build", "--isolation", "chroot", "--timestamp", "0"]);
        build.arg("--file").arg(self.root.join("contrib/package/Containerfile"));
        succeed(build.args(["--tag", &name]).arg(context.path()))?;
        let archive = self.to.join(format!("dt-{}-container.tar", self.version));
        let to = format!("oci-archive:{}:dt:{}", archive.display(), self.version);
        succeed(buildah(["push"]).args([&name, &to]))?;
        check::image(&name)
    }

    /// The hash of every file.
    fn checksums(&self) -> anyhow::Result<()> {
        let mut sum = Command::new("sha256sum");
        let names =
            files(&self.to)?.into_iter().filter_map(|path| Some(path.file_name()?.to_owned()));
        let output = sum.current_dir(&self.to).arg("--").args(names).output()?;
        ensure!(output.status.success(), "sha256sum failed");
        fs::write(self.to.join("SHA256SUMS"), output.stdout)?;
        Ok(())
    }
}

/// `cargo`, without what it says about this program to what it runs.
fn cargo<const N: usize>(folder: &Path, arguments: [&str; N]) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_") && name != "CARGO_HOME") {
            cargo.env_remove(name);
        }
    }
    cargo.current_dir(folder).args(arguments);
    cargo
}

/// `buildah`, which needs neither a service nor a file system of its own.
fn buildah<const N: usize>(arguments: [&str; N]) -> Command {
    let mut buildah = Command::new("buildah");
    buildah.args(["--storage-driver", "vfs"]).args(arguments);
    buildah
}

fn succeed(command: &mut Command) -> anyhow::Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("{program} is not there"))?;
    if !status.success() {
        let arguments: Vec<_> = command.get_args().map(OsStr::to_string_lossy).collect();
        bail!("{program} {} failed", arguments.join(" "));
    }
    Ok(())
}

/// The files of a folder, by name.
fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut files = entries.collect::<anyhow::Result<Vec<PathBuf>>>()?;
    files.sort();
    Ok(files)
}

fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir(to)?;
    for file in files(from)? {
        fs::copy(&file, to.join(file.file_name().unwrap_or_default()))?;
    }
    Ok(())
}

/// Removes the bills that the tool writes beside every crate.
fn remove_bills(root: &Path) -> anyhow::Result<()> {
    for folder in
        files(&root.join("crates"))?.into_iter().chain([root.join("xtask"), root.join("xtask/lab")])
    {
        match fs::remove_file(folder.join("dist.json")) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

fn list(folder: &Path) -> anyhow::Result<()> {
    for file in files(folder)? {
        say(&format!("{:>12}  {}", file.metadata()?.len(), file.display()));
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "this is what the chore says")]
fn say(line: &str) {
    println!("{line}");
}
