//! The questions of `docs/query.md`: each file is asked, and its answer is what the lake's story says.

use std::fs;
use std::path::Path;

use crate::answer;
use crate::lake::NEWEST;

/// The questions by name, with their text.
pub(crate) fn questions() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cookbook");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut questions: Vec<(String, String)> = files
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    questions.sort();
    questions
}

/// What the lake answers.
async fn asked(name: &str) -> Vec<Vec<String>> {
    let questions = questions();
    let question = questions.iter().find(|(question, _)| question == name);
    answer(&question.unwrap_or_else(|| panic!("there is no question {name}")).1).await
}

const THIEF: &str = "2.24 GB sent outside; usually 1.003 MB";
const CALLER: &str = "beacon.example is called every 300 s";

#[expect(clippy::too_many_lines, reason = "an answer a question")]
#[tokio::test]
async fn every_question_has_its_answer() {
    let before = "2026-11-25T02-00-00Z";
    let first = "2026-11-24T02-00-00Z";
    let began = "2026-11-25T20:00:00Z";
    let expected: Vec<(&str, Vec<Vec<&str>>)> = vec![
        (
            "first",
            vec![
                vec!["site-a", "ws-003", "high", "93.0", THIEF, "cdn.evil.example", "2"],
                vec!["site-a", "ws-005", "medium", "56.0", CALLER, "beacon.example", "2"],
            ],
        ),
        (
            "changed",
            vec![
                vec!["changed", "site-a", "ws-003", "minimal", "high", "79.0", THIEF],
                vec!["new", "site-a", "ws-040", "-", "minimal", "-", "-"],
                vec!["not swept", "site-a", "ws-039", "minimal", "-", "-", "-"],
            ],
        ),
        (
            "new-findings",
            vec![vec!["site-a", "ws-003", "high", "dt-external-upload: cdn.evil.example", began]],
        ),
        (
            "rare-domains",
            vec![
                vec!["beacon.example", "1", "47", "site-a", "ws-005", "5", "5"],
                vec!["cdn.evil.example", "1", "47", "site-a", "ws-003", "40", "40"],
            ],
        ),
        (
            "first-seen",
            vec![vec!["cdn.evil.example", NEWEST, "1", "site-a", "ws-003", "[Moldova]"]],
        ),
        (
            "who-talks-to",
            vec![vec![
                NEWEST,
                "site-a",
                "ws-003",
                "10.0.0.3",
                "cdn.evil.example",
                "40.0",
                "1000000.0",
            ]],
        ),
        (
            "beacons",
            vec![vec![
                "site-a",
                "ws-005",
                "beacon.example",
                "1",
                "dt-regular-caller: beacon.example",
                "high",
                began,
            ]],
        ),
        ("uploads", vec![vec!["site-a", "ws-003", "2240000000", "1003000.0", "2233.3"]]),
        (
            "stale-devices",
            vec![vec!["site-a", "ws-030", "desktop", "2026-11-06T02:00:00Z", "20.0"]],
        ),
        (
            "new-devices",
            vec![vec![
                "site-a",
                "ws-040",
                "10.0.0.40",
                "-",
                "desktop",
                "2026-11-25T14:00:00Z",
                "minimal",
                "-",
            ]],
        ),
        (
            "coverage",
            vec![
                vec![NEWEST, "10.0.0.1/site b", "10", "8", "0", "0", "1", "80.0", "true", "-"],
                vec![NEWEST, "site-a", "42", "39", "2", "2", "1", "92.9", "true", "-"],
            ],
        ),
        (
            "blind-spots",
            vec![
                vec!["bytes sent: refused", "1", "ws-013"],
                vec!["most of its traffic outside is listed by no name", "1", "ws-009"],
            ],
        ),
        (
            "failures",
            vec![
                vec!["site-a", "41", "gone", "3", NEWEST, "failed: gone"],
                vec!["site-a", "42", "network", "2", NEWEST, "failed: network"],
            ],
        ),
        (
            "one-device",
            vec![
                vec![first, "minimal", "14.0", "0", "0", "4000", "1003000", "-"],
                vec![before, "minimal", "14.0", "0", "0", "4000", "1003000", "-"],
                vec![NEWEST, "high", "93.0", "1", "1", "4000", "2240000000", THIEF],
            ],
        ),
        ("same-thing", vec![vec!["dt-new-domain", "domain", "vendor.example", "4", "0", began]]),
        ("attack-techniques", vec![vec!["T1041", "1", "1"]]),
        (
            "countries",
            vec![
                vec!["Iceland", "1", "beacon.example"],
                vec!["Moldova", "1", "cdn.evil.example"],
                vec!["Norway", "1", "beacon.example"],
            ],
        ),
        ("generated-names", vec![vec!["cdn.evil.example", "81.0", "1.0", "site-a", "ws-003"]]),
        (
            "false-discoveries",
            vec![
                vec![
                    "site-a",
                    "3",
                    "dt-external-upload",
                    "1e-9",
                    "dt-external-upload: cdn.evil.example",
                ],
                vec![
                    "site-a",
                    "5",
                    "dt-regular-caller",
                    "0.02",
                    "dt-regular-caller: beacon.example",
                ],
            ],
        ),
        ("unlike-its-kind", vec![vec!["site-a", "ws-003", "desktop", "2240000000", "1021000.0"]]),
        (
            "sent-by-tag",
            vec![
                vec!["Finance", "10", "2249052000.0", "10055000.0"],
                vec!["Domain Controller", "2", "2023000.0", "2023000.0"],
            ],
        ),
    ];
    let of_series = ["reassessed", "series-alerts", "unusual-days"];
    let names: Vec<String> = questions().into_iter().map(|(name, _)| name).collect();
    let mut tested: Vec<&str> = expected.iter().map(|(name, _)| *name).chain(of_series).collect();
    tested.sort_unstable();
    assert_eq!(names, tested, "each question has an answer here");
    for (name, rows) in expected {
        assert_eq!(asked(name).await, rows, "{name}");
    }
}

/// What the analyses say of the series themselves is theirs; who it is said of is the story's.
#[tokio::test]
async fn series_tell_of_the_night_of_the_upload() {
    let alerts = asked("series-alerts").await;
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    assert_eq!(alerts[0][..2], ["site-a", "3"]);

    let days = asked("unusual-days").await;
    assert!(days.iter().any(|day| day[0] == "2026-11-25" && day[1] == "1"), "{days:?}");

    let reassessed = asked("reassessed").await;
    assert_eq!(reassessed[0][..3], ["site-a", "ws-003", "high"], "{reassessed:?}");
    assert_ne!(reassessed[0][3], "minimal");
}

/// Each question begins with itself in words, and stands in the documentation as it is.
#[test]
fn the_documentation_has_the_questions_as_they_are() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/query.md"));
    let page = page.unwrap();
    for (name, text) in questions() {
        let (question, sql) = text.split_once('\n').unwrap();
        let question = question.strip_prefix("-- ").unwrap();
        assert!(question.ends_with(['?', ')']) && question.len() <= 100, "{name}: {question}");
        let told = format!("### {question}\n\n`cookbook/{name}.sql`\n\n```sql\n{sql}```\n");
        assert!(page.contains(&told), "docs/query.md lacks, as it is now:\n{told}");
    }
    let listed = page.matches("`cookbook/").count();
    assert_eq!(listed, questions().len(), "each once");
}
