//! Profiles, where settings come from, and that no token is ever shown.

use std::fs;
use std::path::{Path, PathBuf};

use dt_appliance::{Appliance, Fault, Permission, RunningAppliance};
use dt_auth::Credentials;
use serde_json::Value;
use snapbox::cmd::{Command, OutputAssert, cargo_bin};

const PUBLIC: &str = "4b1f-who";
const PRIVATE: &str = "9c2e-s3cret";

/// A folder for the configuration of one test.
struct Home(PathBuf);

impl Home {
    fn new(test: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("dt-home-{}-{test}", std::process::id()));
        fs::create_dir_all(folder.join("dt")).unwrap();
        Self(folder)
    }

    fn file(&self) -> PathBuf {
        self.0.join("dt").join("config.toml")
    }

    fn write(&self, text: &str) {
        fs::write(self.file(), text).unwrap();
        mode(&self.file(), 0o600);
    }

    /// Runs `dt` with this configuration, and nothing else in its environment.
    fn dt(&self, line: &str) -> Command {
        Command::new(cargo_bin!("dt"))
            .env_clear()
            .env("XDG_CONFIG_HOME", &self.0)
            .args(line.split_whitespace())
    }

    fn shows(&self, line: &str) -> Value {
        let run = self.dt(&format!("config show -o json {line}")).assert().code(0);
        serde_json::from_slice(&run.get_output().stdout).unwrap()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn mode(path: &Path, mode: u32) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    }
    #[cfg(not(unix))]
    let _ = (path, mode);
}

fn said(run: &OutputAssert) -> String {
    let output = run.get_output();
    let texts = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    let text = texts.concat();
    for secret in [PUBLIC, PRIVATE, "DTAPI"] {
        assert!(!text.contains(secret), "{text}");
    }
    text
}

fn appliance() -> Appliance {
    Appliance::new().credentials(Credentials::new(PUBLIC, PRIVATE).unwrap())
}

fn profile(appliance: &RunningAppliance) -> String {
    format!(
        "default_profile = \"site\"\n[profile.site]\nurl = \"{}\"\npublic_token = \"{PUBLIC}\"\n\
         private_token = \"{PRIVATE}\"\n",
        appliance.url()
    )
}

#[test]
fn a_profile_is_all_that_is_needed() {
    let appliance = appliance().start().unwrap();
    let home = Home::new("profile");
    home.write(&profile(&appliance));
    said(&home.dt("connections 12345").assert().code(0));
    let examined = said(&home.dt("doctor").assert().code(0));
    assert!(examined.contains("config.toml [site]"), "{examined}");

    // Files are looked for beside the configuration.
    home.write(&format!(
        "[profile.other]\nurl = \"{}\"\npublic_token_file = \"public\"\n\
         private_token_file = \"private\"\n",
        appliance.url()
    ));
    for (name, token) in [("public", PUBLIC), ("private", PRIVATE)] {
        let path = home.file().with_file_name(name);
        fs::write(&path, format!("{token}\n")).unwrap();
        mode(&path, 0o600);
    }
    said(&home.dt("connections 12345 --profile other").assert().code(0));
    said(&home.dt("connections 12345").env("DT_PROFILE", "other").assert().code(0));
    let unchosen = said(&home.dt("connections 12345").assert().code(2));
    assert!(unchosen.contains("--profile") && unchosen.contains("other"), "{unchosen}");
    let unknown = said(&home.dt("connections 12345 --profile othr").assert().code(2));
    assert!(unknown.contains("did you mean \"other\"?"), "{unknown}");
    said(&home.dt("--demo connections 12345 --profile other").assert().code(2));
}

#[test]
fn a_flag_comes_before_the_environment_and_that_before_the_file() {
    let home = Home::new("precedence");
    home.write(
        "[profile.a]\nurl = \"https://file.example\"\nca_file = \"ca.pem\"\ntimeout = 5\n\
         retries = 0\nsign = \"as-sent\"\n[profile.b]\nproxy = \"http://u:pa55word@p.example:1\"\n",
    );
    let setting = |shown: &Value, name: &str| {
        let rows = shown["settings"].as_array().unwrap();
        let row = rows.iter().find(|row| row["setting"] == name).unwrap();
        let source = row["source"].as_str().unwrap_or("-").rsplit('/').next().unwrap().to_owned();
        format!("{} {} {source}", row["value"], row["origin"].as_str().unwrap())
    };
    let show = |line: &str, variables: &[(&str, &str)]| {
        let run = home.dt(&format!("config show -o json {line}"));
        let run = run.envs(variables.iter().copied()).assert().code(0);
        serde_json::from_slice::<Value>(&run.get_output().stdout).unwrap()
    };
    let file = show("--profile a", &[]);
    assert_eq!(file["profile"], "a");
    assert_eq!(setting(&file, "url"), r#""https://file.example" profile config.toml [a]"#);
    assert_eq!(setting(&file, "timeout"), "5 profile config.toml [a]");
    assert_eq!(setting(&file, "retries"), "0 profile config.toml [a]");
    assert_eq!(setting(&file, "sign"), r#""as-sent" profile config.toml [a]"#);
    assert_eq!(setting(&file, "connect_timeout"), "10 default -");

    let variables = [("DT_URL", "https://variable.example"), ("DT_CA_FILE", "/x/ca.pem")];
    let both = show("--profile a --timeout 7", &variables);
    assert_eq!(setting(&both, "url"), r#""https://variable.example" environment DT_URL"#);
    assert_eq!(setting(&both, "ca_file"), r#""/x/ca.pem" environment DT_CA_FILE"#);
    assert_eq!(setting(&both, "timeout"), "7 flag --timeout");

    // Every setting has a variable.
    let variables = [("DT_IN_FLIGHT", "2"), ("DT_DATE", "compact"), ("DT_INSECURE", "false")];
    let varied = show("--profile a", &variables);
    assert_eq!(setting(&varied, "in_flight"), "2 environment DT_IN_FLIGHT");
    assert_eq!(setting(&varied, "date"), r#""compact" environment DT_DATE"#);
    assert_eq!(setting(&varied, "ca_file").split(' ').nth(1), Some("profile"));
    let variable =
        |name: &str, value: &str| said(&home.dt("config show").env(name, value).assert().code(2));
    assert!(variable("DT_RATE", "0").contains("DT_RATE cannot be 0"));
    assert!(variable("DT_INSECURE", "yes").contains("DT_INSECURE must be true or false"));
    assert!(!variable("DT_SIGN", PRIVATE).contains(PRIVATE));

    // Whom to trust is one choice: none of the lower ones is left beside it.
    let all = show("--profile a --url https://flag.example --insecure", &variables);
    assert_eq!(setting(&all, "url"), r#""https://flag.example" flag --url"#);
    assert_eq!(setting(&all, "insecure"), "true flag --insecure");
    assert_eq!(setting(&all, "ca_file"), "null default -");

    let proxied = show("", &[("DT_PROFILE", "b")]);
    assert_eq!(setting(&proxied, "proxy"), r#""p.example:1" profile config.toml [b]"#);
    let screen = said(&home.dt("config show --profile b").assert().code(0));
    assert!(!screen.contains("pa55word"), "{screen}");
    assert!(screen.lines().skip(1).all(|line| line.len() <= 80), "{screen}");
}

#[test]
fn what_is_wrong_in_the_file_is_named_with_its_line() {
    let home = Home::new("wrong");
    let refused = |text: &str| {
        home.write(text);
        let text = said(&home.dt("devices --profile a").assert().code(2));
        assert!(text.contains("config.toml"), "{text}");
        text
    };
    for (text, line, words) in [
        ("[profile.a]\nurll = \"x\"", "line 2", "did you mean \"url\"?"),
        ("[profile.a]\nprivate_tokn_file = \"x\"", "line 2", "\"private_token_file\"?"),
        ("\n\n[profiles.a]\n", "line 3", "did you mean \"profile\"?"),
        ("[profile.a]\ncolour = 1", "line 2", "known are url"),
        ("[profile.a]\ntimeout = \"60\"", "line 2", "whole number"),
        ("[profile.a]\nretries = -1", "line 2", "retries cannot be -1"),
        ("[profile.a]\ninsecure = 1", "line 2", "true or false"),
        ("[profile.a]\nsign = \"sent\"", "line 2", "\"decoded\" or \"as-sent\""),
        ("[profile.a]\nbackend = 3", "line 2", "\"ureq\" or \"reqwest\""),
        ("profile = 3", "line 1", "must be a table"),
        ("[profile]\na = 3", "line 2", "must be a table"),
        ("[profile.a]\nurl = \"\"", "line 2", "text in quotes"),
        ("[profile.a", "line 1", "not TOML"),
    ] {
        let told = refused(text);
        assert!(told.contains(line) && told.contains(words), "{text:?}: {told}");
    }
    // Whatever is wrong with a token, it is not shown.
    for value in [PRIVATE, &format!("\"{PRIVATE}"), &format!("'{PRIVATE}\"")] {
        refused(&format!("[profile.a]\nprivate_token = {value}\n"));
    }
    refused(&format!("[profile.a]\nprivate_token = [\"{PRIVATE}\"]\n"));
    refused(&format!("[profile.a]\ntimeout = \"{PRIVATE}\"\n"));
    refused(&format!(
        "[profile.a]\nprivate_token = \"{PRIVATE}\"\nprivate_token = \"{PRIVATE}\"\n"
    ));
    let both = "[profile.a]\nprivate_token = \"x\"\nprivate_token_file = \"y\"\n";
    assert!(refused(both).contains("both private_token and private_token_file"));
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    let home = Home::new("contradiction");
    home.write("[profile.a]\nurl = \"https://a.example\"\nca_file = \"x\"\ninsecure = true\n");
    let told = said(&home.dt("devices --profile a").assert().code(2));
    assert!(told.contains("only one of"), "{told}");
    said(&home.dt("devices --insecure --ca-file x").assert().code(2));
}

#[cfg(unix)]
#[test]
fn a_configuration_with_a_private_token_is_its_owners_alone() {
    let home = Home::new("owner");
    for text in
        ["[profile.b]\nprivate_token = \"x\"\n", "[profile.b]\nproxy = \"http://u:p@x:1\"\n"]
    {
        home.write(text);
        mode(&home.file(), 0o640);
        let told = said(&home.dt("devices").assert().code(4));
        assert!(told.contains("config.toml") && told.contains("chmod 600"), "{told}");
        let examined = said(&home.dt("doctor").assert().code(4));
        assert!(examined.contains("chmod 600"), "{examined}");
    }
    home.write("[profile.b]\nprivate_token_file = \"x\"\npublic_token = \"x\"\n");
    mode(&home.file(), 0o644);
    said(&home.dt("config show").assert().code(0));
    // The demo has nothing to do with it.
    home.write("not TOML");
    said(&home.dt("--demo devices printer-*").assert().code(0));
}

#[test]
fn a_configuration_can_be_begun_but_not_overwritten() {
    let home = Home::new("init");
    let path = home.dt("config path").assert().code(0);
    let path = String::from_utf8(path.get_output().stdout.clone()).unwrap();
    assert_eq!(Path::new(path.trim_end()), home.file());

    fs::remove_dir_all(&home.0).unwrap();
    home.dt("config init").assert().code(0).stdout_eq("");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(home.file()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let written = fs::read_to_string(home.file()).unwrap();
    let told = said(&home.dt("config init").assert().code(1));
    assert!(told.contains("config.toml"), "{told}");
    assert_eq!(fs::read_to_string(home.file()).unwrap(), written);

    // It is a sound configuration, with every line in it too.
    assert_eq!(home.shows("")["profile"], "site");
    let filled = written.lines().map(|line| match line.strip_prefix('#') {
        Some(rest) if !rest.starts_with(' ') => rest.replace("\"\"", "\"x\""),
        _ => line.to_owned(),
    });
    // Alternatives exclude each other.
    let filled = filled.filter(|line| {
        !["public_token =", "private_token =", "pin_sha256"].iter().any(|key| line.starts_with(key))
    });
    home.write(&filled.collect::<Vec<_>>().join("\n"));
    let shown = home.shows("");
    let rows = shown["settings"].as_array().unwrap();
    assert!(rows.iter().filter(|row| row["origin"] == "profile").count() >= 9, "{shown}");
}

#[test]
fn without_a_home_there_is_no_configuration() {
    let dt = |line: &str| Command::new(cargo_bin!("dt")).env_clear().args(line.split(' '));
    dt("config path").assert().code(1);
    dt("config show").assert().code(0);
    dt("devices --profile a").assert().code(1);
}

#[test]
fn tokens_are_nowhere() {
    let home = Home::new("tokens");
    let folder = home.0.display().to_string();
    let faults = ["signature", "date", "permission", "html", "truncated", "500", "404", "endpoint"];
    let faults = faults.into_iter().map(|fault| Some(fault.parse::<Fault>().unwrap()));
    for fault in faults.chain([None]) {
        let appliance = match fault {
            Some(fault) => appliance().faults(fault),
            None => appliance().permissions(Permission::ALL),
        };
        let appliance = appliance.start().unwrap();
        home.write(&profile(&appliance));
        for command in [
            "get 12345",
            "connections 12345",
            "transfers workstation-01",
            "external 10.20.4.17",
            "report 12345 nobody",
            "devices printer-*",
            "devices nobody",
            "doctor",
            "doctor -o json",
            "config show",
            "config show -o json",
            "config path",
            "config init",
        ] {
            let backend = if fault.is_some() { "ureq" } else { "reqwest" };
            let line = format!("{command} -vv --retries 0 --backend {backend}");
            said(&home.dt(&line).assert());
            // Also those that are wrong, or swapped.
            for (public, private) in [(PRIVATE, PUBLIC), (PUBLIC, "other"), ("a b", PRIVATE)] {
                if matches!(command, "doctor" | "connections 12345") {
                    let run = home.dt(&line).env("DT_PUBLIC_TOKEN", public);
                    said(&run.env("DT_PRIVATE_TOKEN", private).assert());
                }
            }
        }
    }
    // As an argument it would be seen by everyone on the machine: there is no such option.
    for option in ["--public-token", "--private-token", "--token"] {
        home.dt(&format!("devices {option} x")).assert().code(2);
    }
    assert!(!folder.is_empty());
}

/// Reading anything else might wait for ever, or never end.
#[cfg(unix)]
#[test]
fn a_token_file_is_a_regular_file() {
    let home = Home::new("irregular");
    let pipe = home.0.join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    mode(&pipe, 0o600);
    for place in [pipe.as_path(), Path::new("/dev/zero"), home.0.as_path()] {
        let run = home
            .dt("devices --url http://127.0.0.1:9")
            .env("DT_PUBLIC_TOKEN_FILE", place)
            .env("DT_PRIVATE_TOKEN", PRIVATE)
            .assert()
            .failure();
        assert!(said(&run).contains("not a regular file"), "{}", said(&run));
    }
}

/// Containers mount secrets for reading, owned by somebody else, where no mode can be changed.
#[cfg(unix)]
#[test]
fn token_files_that_others_can_read_take_a_setting_that_says_so() {
    let appliance = appliance().start().unwrap();
    let home = Home::new("shared");
    let secrets = [("public", PUBLIC), ("private", PRIVATE)].map(|(name, token)| {
        let path = home.0.join(name);
        fs::write(&path, format!("\u{feff}{token}\r\n")).unwrap();
        path
    });
    let run = |setting: Option<&str>, bits| {
        for path in &secrets {
            mode(path, bits);
        }
        let run = home.dt(&format!("connections 12345 --url {}", appliance.url()));
        let run = run.env("DT_PUBLIC_TOKEN_FILE", &secrets[0]);
        let run = run.env("DT_PRIVATE_TOKEN_FILE", &secrets[1]);
        setting.into_iter().fold(run, |run, word| run.env("DT_TOKEN_FILES", word)).assert()
    };
    let refused = said(&run(None, 0o444).code(4));
    assert!(refused.contains("DT_TOKEN_FILES=shared"), "{refused}");
    for bits in [0o440, 0o444, 0o600] {
        run(Some("shared"), bits).code(0);
    }
    let refused = said(&run(Some("shared"), 0o666).code(4));
    assert!(refused.contains("can be written to by others"), "{refused}");
    let refused = said(&run(Some("sharde"), 0o444).code(2));
    assert!(refused.contains(r#"DT_TOKEN_FILES must be "private" or "shared""#), "{refused}");
}

#[test]
fn a_time_limit_of_nothing_is_refused_wherever_it_comes_from() {
    let home = Home::new("no-time");
    for name in ["timeout", "connect-timeout"] {
        let wrong =
            said(&home.dt(&format!("--demo connections 12345 --{name} 0")).assert().code(2));
        assert!(wrong.contains("0 is not in 1.."), "{wrong}");
        let variable = format!("DT_{}", name.replace('-', "_").to_uppercase());
        let wrong = said(&home.dt("config show").env(&variable, "0").assert().code(2));
        assert!(wrong.contains(&variable) && wrong.contains("0 is not in 1.."), "{wrong}");
    }
    home.write("[profile.a]\nurl = \"https://a.example\"\ntimeout = 0\n");
    let wrong = said(&home.dt("config show --profile a").assert().code(2));
    assert!(wrong.contains("timeout cannot be 0"), "{wrong}");
}

#[test]
fn a_setting_that_is_to_blame_is_named_with_where_it_comes_from() {
    let home = Home::new("blamed");
    let asked = || {
        let dt = home.dt("connections 1 --url https://appliance.example");
        dt.env("DT_PUBLIC_TOKEN", PUBLIC).env("DT_PRIVATE_TOKEN", PRIVATE)
    };
    let dead = said(&asked().env("DT_PROXY", "http://127.0.0.1:9").assert().code(5));
    assert!(dead.contains("the proxy http://127.0.0.1:9 (from DT_PROXY) does not"), "{dead}");
    assert!(dead.contains("do without DT_PROXY") && !dead.contains("NO_PROXY"), "{dead}");

    let authorities = home.0.join("ca.pem");
    fs::write(&authorities, "no certificate").unwrap();
    let broken = said(&asked().env("DT_CA_FILE", &authorities).assert().code(1));
    let place = format!("{}, from DT_CA_FILE", authorities.display());
    assert!(broken.contains(&place) && broken.contains("there is none among them"), "{broken}");
}

#[test]
fn a_profile_whose_address_a_variable_replaces_is_told() {
    let home = Home::new("elsewhere");
    home.write(&format!(
        "default_profile = \"b\"\n[profile.b]\nurl = \"https://b.example\"\n\
         public_token = \"{PUBLIC}\"\nprivate_token = \"{PRIVATE}\"\n"
    ));
    let said = |line: &str| {
        let run = home.dt(line).env("DT_URL", "http://127.0.0.1:9").assert().code(5);
        String::from_utf8_lossy(&run.get_output().stderr).into_owned()
    };
    let told = "warning: the address in DT_URL is asked, not that of the profile b";
    assert!(said("report 1 --retries 0 --profile b").contains(told));
    assert!(said("report 1 --retries 0").contains(told));
    // Whoever types an address means it.
    assert!(!said("report 1 --retries 0 --url http://127.0.0.1:9").contains("profile b"));
}
