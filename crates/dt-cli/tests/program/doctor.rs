//! `dt doctor`: what it says where the way to an appliance ends.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;

use dt_appliance::{
    Appliance, Authority, CertificateFlaw, Fault, Forwarder, Identity, Permission, RefusedPort,
    RunningAppliance, RunningForwarder,
};
use dt_auth::Credentials;
use serde_json::Value;
use snapbox::cmd::{Command, cargo_bin};

use super::appliance::answering;

const PUBLIC: &str = "4b1f-who";
const PRIVATE: &str = "9c2e-s3cret";

/// Runs `dt doctor` with nothing in its environment, and gives exit status and screen.
fn run(command: Command) -> (i32, String) {
    let run = command.assert();
    let output = run.get_output();
    let screen = String::from_utf8(output.stdout.clone()).unwrap();
    for text in [&screen, &String::from_utf8_lossy(&output.stderr).into_owned()] {
        for secret in [PUBLIC, PRIVATE, "DTAPI"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
    (output.status.code().unwrap(), screen)
}

fn dt(line: &str) -> Command {
    Command::new(cargo_bin!("dt")).env_clear().args(line.split_whitespace())
}

fn with(tokens: [&str; 2], url: &str, line: &str) -> (i32, String) {
    let [public, private] = tokens;
    run(dt(line).env("DT_URL", url).env("DT_PUBLIC_TOKEN", public).env("DT_PRIVATE_TOKEN", private))
}

fn at(url: &str, line: &str) -> (i32, String) {
    with([PUBLIC, PRIVATE], url, line)
}

fn appliance() -> Appliance {
    Appliance::new().credentials(Credentials::new(PUBLIC, PRIVATE).unwrap())
}

/// The screen's lines about a step, in one.
fn step(screen: &str, name: &str) -> String {
    let mut lines = Vec::new();
    let mut within = false;
    for line in screen.lines() {
        // What belongs to the step before is indented further.
        if !line.starts_with("     ") {
            within = line.split_whitespace().nth(1) == Some(name);
        }
        if within {
            lines.push(line.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
    lines.join(" ")
}

#[test]
fn the_demo_is_in_good_health() {
    for line in ["doctor --demo", "--demo doctor", "--demo=documented doctor --backend reqwest"] {
        let (status, screen) = run(dt(line));
        assert_eq!(status, 0, "{screen}");
        assert!(screen.lines().all(|line| line.len() <= 80), "{screen}");
        assert!(!screen.contains("fail") && !screen.contains("warn"), "{screen}");
        for endpoint in [
            "/status",
            "/devices",
            "/devicesearch",
            "/similardevices",
            "/deviceinfo",
            "/endpointdetails",
        ] {
            assert!(screen.contains(&format!("ok    permission  {endpoint}: allowed")), "{screen}");
        }
    }
}

#[test]
fn scripts_get_every_step() {
    let (status, text) = run(dt("doctor --demo -o json"));
    assert_eq!(status, 0);
    let doctor: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(doctor["schema"], "dt.doctor/1");
    let steps = doctor["steps"].as_array().unwrap();
    let mut names: Vec<&str> = steps.iter().map(|step| step["step"].as_str().unwrap()).collect();
    names.dedup();
    let all = ["settings", "name", "connect", "tls", "answer", "clock", "signature", "permission"];
    assert_eq!(names, all);
    for step in steps {
        let keys: Vec<&String> = step.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["step", "status", "text", "fix"]);
        let status = step["status"].as_str().unwrap();
        assert_eq!(status, if step["step"] == "tls" { "skip" } else { "ok" });
    }
}

#[test]
fn it_runs_when_nothing_is_configured() {
    let (status, screen) = run(dt("doctor"));
    assert_eq!(status, 2);
    assert!(step(&screen, "settings").contains("--demo"), "{screen}");
    for skipped in ["name", "connect", "tls", "answer", "clock", "signature", "permission"] {
        assert!(step(&screen, skipped).starts_with("skip"), "{screen}");
    }
    let (status, text) = run(dt("doctor -o json"));
    let doctor: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status, &doctor["appliance"]), (2, &Value::Null));
}

#[test]
fn without_tokens_the_way_is_examined_all_the_same() {
    let appliance = appliance().start().unwrap();
    let (status, screen) = run(dt("doctor").env("DT_URL", appliance.url()));
    assert_eq!(status, 2, "{screen}");
    assert!(screen.contains("fail  settings    no public token is set"), "{screen}");
    assert!(step(&screen, "clock").starts_with("ok"), "{screen}");
    assert!(step(&screen, "signature").starts_with("skip"), "{screen}");
}

#[test]
fn refused_tokens_are_told_with_what_may_be_wrong() {
    let appliance = appliance().start().unwrap();
    let signature = |tokens| {
        let (status, screen) = with(tokens, &appliance.url(), "doctor");
        assert_eq!(status, 4, "{screen}");
        assert!(step(&screen, "permission").starts_with("skip"), "{screen}");
        step(&screen, "signature")
    };
    for refused in [[PUBLIC, "wr0ng"], ["wr0ng", PRIVATE], [PRIVATE, PUBLIC]] {
        let told = signature(refused);
        assert!(told.contains("probably a token is wrong, or the two are swapped"), "{told}");
    }
    assert!(signature([PRIVATE, PRIVATE]).contains("both tokens are the same"));
}

#[test]
fn the_private_token_is_never_sent() {
    const REFUSAL: &str = "HTTP/1.1 400 Bad Request\r\ncontent-length: 32\r\n\
                           connection: close\r\n\r\n{\"error\": \"API SIGNATURE ERROR\"}  ";
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (heard, received) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = vec![0; 8192];
            let length = stream.read(&mut request).unwrap_or(0);
            request.truncate(length);
            let _ = heard.send(String::from_utf8_lossy(&request).into_owned());
            let _ = stream.write_all(REFUSAL.as_bytes());
        }
    });
    let (status, screen) = with([PUBLIC, PRIVATE], &url, "doctor");
    assert_eq!(status, 4, "{screen}");
    let requests: Vec<String> = received.try_iter().collect();
    // All four forms were tried, so that there was something to hear.
    assert!(requests.iter().filter(|request| request.contains(PUBLIC)).count() >= 4);
    for request in requests {
        assert!(!request.contains(PRIVATE), "{request}");
    }
}

#[test]
fn clocks_are_compared() {
    let clock = |fault: &str| {
        let (status, screen) = run(dt(&format!("--demo --demo-fault clock={fault} doctor")));
        (status, step(&screen, "clock"))
    };
    let (status, told) = clock("45m");
    assert!(status == 4 && told.starts_with("fail") && told.contains("behind"), "{told}");
    assert!(told.contains("45 min") && told.contains("NTP"), "{told}");
    let (status, told) = clock("-7m");
    assert!(status == 0 && told.starts_with("warn") && told.contains("ahead"), "{told}");
    let (status, told) = clock("-2m");
    assert!(status == 0 && told.starts_with("ok") && told.contains("2 min"), "{told}");
}

#[test]
fn a_report_says_by_how_much_the_clocks_differ() {
    let run = dt("--demo --demo-fault clock=45m report 12345").assert().code(4);
    let said = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
    assert!(said.contains("clock") && said.contains("45 minutes behind"), "{said}");
    dt("--demo-fault clock=45m report 12345").assert().code(2);
    let message = |fault: &str| {
        let run = dt(&format!("--demo --demo-fault {fault} report 12345")).assert().code(2);
        String::from_utf8_lossy(&run.get_output().stderr).into_owned()
    };
    let said = message("coffee");
    assert!(said.contains("unknown fault \"coffee\"; known are signature,"), "{said}");
    let said = message("500@x");
    assert!(said.contains("unknown part \"x\"; known are co,"), "{said}");
}

#[test]
fn each_fault_befalls_its_own_part() {
    let report = |faults: &str| {
        let run = dt(&format!("--demo {faults} connections 12345 --retries 0")).assert();
        let output = run.get_output();
        (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(report("--demo-fault 500@status --demo-fault delay=1ms").0, 0);
    let (status, said) =
        report("--demo-fault delay=1ms --demo-fault 404@domain --demo-fault 500@co");
    assert!(status != 0 && said.contains("500"), "{status}: {said}");
}

#[test]
fn each_missing_permission_is_named() {
    let examined = |permissions: &[Permission]| {
        let appliance = appliance().permissions(permissions.iter().copied()).start().unwrap();
        at(&appliance.url(), "doctor")
    };
    let (status, screen) = examined(&[Permission::Visualizer, Permission::Status]);
    assert_eq!(status, 4, "{screen}");
    assert!(
        screen.contains(
            "fail  permission  /deviceinfo: probably \"Unrestricted Devices\" is missing"
        )
    );
    assert!(screen.contains("ok    permission  /endpointdetails: allowed"), "{screen}");

    let (status, screen) = examined(&[Permission::Visualizer, Permission::UnrestrictedDevices]);
    assert_eq!(status, 0, "only the doctor asks /status: {screen}");
    assert!(screen.contains("warn  permission  /status: probably \"Status\" is missing"));

    let (status, screen) = examined(&[Permission::Status]);
    assert_eq!(status, 4, "{screen}");
    assert!(screen.contains("--no-enrich"), "{screen}");
    assert!(screen.contains("skip  permission  /deviceinfo"), "{screen}");
}

/// An appliance behind TLS.
fn secure(identity: &Identity) -> (RunningAppliance, RunningForwarder) {
    let appliance = appliance().start().unwrap();
    let forwarder = Forwarder::to(appliance.address()).tls(identity.clone()).start().unwrap();
    (appliance, forwarder)
}

fn hex(bytes: [u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

/// A file for this test alone.
fn file(name: &str, text: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("dt-doctor-{}-{name}", std::process::id()));
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn an_unknown_certificate_is_shown_so_that_it_can_be_pinned() {
    let authority = Authority::new().unwrap();
    let identity = authority.sound().unwrap();
    let pin = hex(identity.sha256());
    let (_appliance, forwarder) = secure(&identity);
    for backend in ["ureq", "reqwest"] {
        let doctor = format!("doctor --backend {backend}");
        let (status, screen) = at(&forwarder.url(), &doctor);
        assert_eq!(status, 5, "{screen}");
        let told = step(&screen, "tls");
        assert!(told.contains("issued by \"authority of a demo appliance\""), "{told}");
        assert!(told.contains("days left"), "{told}");
        assert!(told.contains(&pin) && told.contains("--pin-sha256"), "{told}");
        assert!(screen.lines().all(|line| line.len() <= 80), "{screen}");
        assert!(screen.lines().any(|line| line.trim() == pin), "to be copied: {screen}");
        assert!(step(&screen, "signature").starts_with("skip"), "{screen}");

        let (status, screen) = at(&forwarder.url(), &format!("{doctor} --pin-sha256 {pin}"));
        assert_eq!(status, 0, "{screen}");
        assert!(step(&screen, "tls").starts_with("ok"), "{screen}");

        let pem = file(backend, &authority.pem());
        let (status, screen) =
            at(&forwarder.url(), &format!("{doctor} --ca-file {}", pem.display()));
        assert_eq!(status, 0, "{screen}");
        std::fs::remove_file(pem).unwrap();

        let (status, screen) = at(&forwarder.url(), &format!("{doctor} --insecure"));
        assert_eq!(status, 0, "{screen}");
        let told = step(&screen, "tls");
        assert!(told.starts_with("warn") && told.contains("not verified"), "{told}");
    }
    let (status, screen) = at(&forwarder.url(), &format!("doctor --pin-sha256 {}", "0".repeat(64)));
    assert_eq!(status, 5);
    assert!(step(&screen, "tls").contains("another one than the pinned one"), "{screen}");
}

#[test]
fn what_is_wrong_with_a_certificate_is_told() {
    let authority = Authority::new().unwrap();
    let pem = file("flaws", &authority.pem());
    let line = format!("doctor --ca-file {}", pem.display());
    for (flaw, words) in [
        (CertificateFlaw::Expired, "out of date"),
        (CertificateFlaw::WrongName, "not for the name 127.0.0.1"),
    ] {
        let (_appliance, forwarder) = secure(&authority.flawed(flaw).unwrap());
        let (status, screen) = at(&forwarder.url(), &line);
        assert!(status == 5 && step(&screen, "tls").contains(words), "{screen}");
    }
    std::fs::remove_file(pem).unwrap();

    let own = Identity::self_signed_authority().unwrap();
    let (_appliance, forwarder) = secure(&own);
    let pem = file("own", own.pem());
    let (status, screen) = at(&forwarder.url(), &format!("doctor --ca-file {}", pem.display()));
    std::fs::remove_file(pem).unwrap();
    let told = step(&screen, "tls");
    assert!(status == 5 && told.contains("self-signed by"), "{told}");
    assert!(told.contains(&hex(own.sha256())), "{told}");
}

#[test]
fn where_nobody_is_the_network_is_to_blame() {
    let refused = RefusedPort::new().unwrap();
    let (status, screen) = at(&refused.url(), "doctor");
    assert_eq!(status, 5, "{screen}");
    assert!(step(&screen, "connect").contains("refuses"), "{screen}");
    assert!(step(&screen, "tls").starts_with("skip"), "{screen}");

    let (status, screen) = at("https://appliance.invalid", "doctor --connect-timeout 5");
    assert_eq!(status, 5, "{screen}");
    assert!(step(&screen, "name").contains("appliance.invalid has no address"), "{screen}");
    assert!(step(&screen, "connect").starts_with("skip"), "{screen}");
}

#[test]
fn what_a_proxy_does_is_left_to_it() {
    let refused = RefusedPort::new().unwrap();
    let line = format!("doctor --retries 0 --proxy http://user:pa55word@{}", refused.address());
    let (status, screen) = at("https://appliance.example", &line);
    assert_eq!(status, 5, "{screen}");
    assert!(step(&screen, "name").contains("left to the proxy"), "{screen}");
    assert!(step(&screen, "answer").starts_with("fail"), "{screen}");
    assert!(!screen.contains("pa55word"), "{screen}");
}

#[test]
fn something_else_at_the_address_is_called_by_its_name() {
    let url = answering(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 43\r\n\
         connection: close\r\n\r\n<html><title>Portal, log in</title></html>\n",
    );
    let (status, screen) = at(&url, "doctor");
    // No signature could be checked, so that none is known to be accepted.
    assert_eq!(status, 4, "{screen}");
    assert!(step(&screen, "answer").contains("Portal, log in"), "{screen}");
    assert!(step(&screen, "clock").contains("no date"), "{screen}");
    assert!(step(&screen, "permission").starts_with("skip"), "{screen}");
}

#[test]
fn a_signature_that_cannot_be_checked_is_none_that_is_accepted() {
    for (fault, exit) in [("500@devices", 4), ("html@devices", 4), ("500@status", 0)] {
        let fault = format!("--demo --retries 0 --demo-fault {fault} doctor");
        let (status, screen) = run(dt(&fault));
        assert_eq!(status, exit, "{fault}: {screen}");
    }
}

#[test]
fn no_fault_ends_it_early() {
    for fault in
        ["signature", "date", "input", "endpoint", "404", "429", "500", "html", "truncated"]
    {
        let fault: Fault = fault.parse().unwrap();
        let appliance = appliance().faults(fault).start().unwrap();
        let (_, screen) = at(&appliance.url(), "doctor --retries 0 -vv");
        assert!(screen.contains("permission"), "{fault:?}: {screen}");
    }
}

#[test]
fn saved_responses_have_no_doctor() {
    dt("doctor --input x").assert().code(2);
}

#[test]
fn a_date_that_is_refused_for_its_form_is_told_with_the_way_to_choose_the_other() {
    let fault: Fault = "date=compact".parse().unwrap();
    let appliance = appliance().faults(fault).start().unwrap();
    let (status, screen) = at(&appliance.url(), "doctor");
    assert_eq!(status, 4, "{screen}");
    assert!(step(&screen, "clock").starts_with("ok"), "{screen}");
    let told = step(&screen, "signature");
    assert!(told.contains("accepted decoded with a compact date"), "{told}");
    assert!(screen.contains("use --date compact"), "{screen}");
    let (status, screen) = at(&appliance.url(), "doctor --date compact");
    assert_eq!(status, 0, "{screen}");

    let run = dt("connections 12345").env("DT_URL", appliance.url());
    let run = run.env("DT_PUBLIC_TOKEN", PUBLIC).env("DT_PRIVATE_TOKEN", PRIVATE).assert().code(4);
    let said = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
    assert!(said.contains("the clocks agree") && said.contains("--date"), "{said}");
    assert!(!said.contains("set this machine's clock"), "{said}");
    let (status, screen) = at(&appliance.url(), "connections 12345 --date compact");
    assert_eq!(status, 0, "{screen}");

    let fault: Fault = "date".parse().unwrap();
    let appliance = self::appliance().faults(fault).start().unwrap();
    let (status, screen) = at(&appliance.url(), "doctor");
    assert_eq!(status, 4, "{screen}");
    assert!(step(&screen, "signature").contains("refused, spaced and compact"), "{screen}");
}
