//! Opens what `dt -o html` prints in a browser: does every page fit wide and narrow screens, in light
//! and in dark, without a script, an error, or a request for anything else? Is everything that is told
//! there to be seen, by the geometry of what the browser laid out?
//!
//! What was seen is left in `target/pages`, for those who want to look.

mod browser;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::ensure;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use self::browser::{Browser, address};
use crate::project::{self, Profile};

/// Where a page is seen, and what finds the parts of it that are not.
#[derive(Clone, Copy)]
struct Medium {
    name: &'static str,
    check: &'static str,
}

const SCREEN: Medium = Medium { name: "screen", check: include_str!("geometry.js") };
const PRINT: Medium = Medium { name: "print", check: include_str!("print.js") };

/// Desktop and telephone.
const WIDTHS: [u32; 2] = [1280, 390];
const SCHEMES: [&str; 2] = ["light", "dark"];

/// A page by its name: what `dt` is asked for, with `-o html`.
const PAGES: [(&str, &[&str]); 20] = [
    ("report", &["--demo", "report", "12345"]),
    ("report-documented", &["--demo=documented", "report", "12345"]),
    ("report-documented-rules", &["--demo", "report", "12345", "--rules", "documented"]),
    ("report-berlin", &["--demo", "report", "12345", "--timezone", "Europe/Berlin"]),
    ("reports", &["--demo", "report", "12345", "12346", "12349"]),
    ("evidence", &["--demo", "evidence", "12345", "db-02", "printer-07"]),
    ("connections", &["--demo", "connections", "12345"]),
    ("transfers", &["--demo", "transfers", "12345"]),
    ("compare", &["--demo", "compare", "12345"]),
    ("external", &["--demo", "external", "12345"]),
    ("timeline", &["--demo", "timeline", "12345", "--datatype", "sizeout", "--odid", "0"]),
    ("devices", &["--demo", "devices"]),
    ("fleet", &["fleet", "--demo", "--reports", "target/pages/reports", "--top", "240"]),
    ("doctor", &["--demo", "doctor"]),
    ("config", &["config", "show"]),
    (
        "hostile",
        &[
            "report",
            "--input",
            "co=fixtures/appliance/hostile.co.json",
            "--input",
            "external=fixtures/appliance/hostile.external.json",
            "--input",
            "endpoints=fixtures/appliance/hostile.endpoints.json",
        ],
    ),
    ("hostile-documented", &["report", "--input", "fixtures/documented/hostile.co.json"]),
    ("empty", &["report", "--input", "co=fixtures/appliance/empty.co.json"]),
    ("one-bucket", &["transfers", "--input", "fixtures/documented/one-bucket.sizeout.json"]),
    ("many", &["external", "--input", "fixtures/documented/many-destinations.co.json"]),
];

/// Opens every page whose name contains this in every way.
pub(crate) fn check(part: &str) -> anyhow::Result<()> {
    let root = project::root()?;
    let folder = root.join("target/pages");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let program = project::dt(root, Profile::Dev)?;
    let mut faults = Vec::new();
    let mut browser = Browser::start(&folder.join("profile"))?;
    let pages = || PAGES.iter().filter(|(name, _)| name.contains(part));
    for (name, arguments) in pages() {
        let file = folder.join(name).with_extension("html");
        let output = Command::new(&program)
            .current_dir(root)
            .args(*arguments)
            .args(["-o", "html", "--quiet"])
            .output()?;
        ensure!(output.status.success(), "dt {} failed", arguments.join(" "));
        fs::write(&file, output.stdout)?;
        for width in WIDTHS {
            for scheme in SCHEMES {
                browser.look(width, scheme)?;
                let reported = browser.open(&file)?;
                faults.extend(noises(&reported, &file).map(|noise| format!("{name}: {noise}")));
                let shown = browser.content_width()?;
                if shown > f64::from(width) {
                    faults.push(format!("{name} is {shown} wide on {width}"));
                }
                let image = STANDARD.decode(browser.screenshot()?)?;
                fs::write(folder.join(format!("{name}-{width}-{scheme}.png")), image)?;
            }
            faults.extend(unseen(&mut browser, PRINT)?.map(|it| format!("{name}: {it}")));
            faults
                .extend(unseen(&mut browser, SCREEN)?.map(|it| format!("{name} on {width}: {it}")));
        }
        fs::write(file.with_extension("pdf"), STANDARD.decode(browser.printed()?)?)?;
    }
    ensure!(faults.is_empty(), "{}", faults.join("\n"));
    let (pages, ways) = (pages().count(), WIDTHS.len() * SCHEMES.len());
    #[expect(clippy::print_stdout, reason = "this is its answer")]
    {
        println!("{pages} pages, each in {ways} ways: target/pages");
    }
    Ok(())
}

/// What of the page that is open cannot be seen in a medium. On a screen, everything is unfolded.
fn unseen(browser: &mut Browser, medium: Medium) -> anyhow::Result<impl Iterator<Item = String>> {
    browser.medium(medium.name)?;
    let answer = browser.evaluate(medium.check)?;
    let faults: Vec<String> = serde_json::from_value(answer)?;
    browser.medium("")?;
    Ok(faults.into_iter())
}

/// What a page reported that it should not, and what it asked for besides itself.
fn noises(reported: &[Value], file: &Path) -> impl Iterator<Item = String> {
    let own = address(file);
    reported.iter().filter_map(move |event| {
        let parameters = &event["params"];
        match event["method"].as_str()? {
            "Log.entryAdded" | "Runtime.consoleAPICalled" | "Runtime.exceptionThrown" => {
                Some(parameters.to_string())
            }
            "Network.requestWillBeSent" => {
                let url = &parameters["request"]["url"];
                (*url != own).then(|| format!("it asked for {url}"))
            }
            _ => None,
        }
    })
}
