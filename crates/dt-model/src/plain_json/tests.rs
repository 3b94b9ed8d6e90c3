//! What is read here, `serde_json` reads as the same.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::normalise::both_ways;

/// Texts of all recorded answers, and of those that were written to be odd.
fn fixtures() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let files =
        ["appliance", "documented"].map(|dialect| fs::read_dir(root.join(dialect)).unwrap());
    let files = files.into_iter().flatten().map(|file| file.unwrap().path());
    let json = files.filter(|path| path.extension().is_some_and(|it| it == "json"));
    json.map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// Whether it was read here as an answer, after a look at whether `serde_json` makes the same of it.
fn is_answer_read(json: &str) -> bool {
    let Some([plain, lenient]) = both_ways(json) else { return false };
    assert_eq!(format!("{plain:?}"), format!("{lenient:?}"), "{json}");
    true
}

/// Whether it was read here, after a look at whether `serde_json` reads the same.
fn is_read<T: DeserializeOwned + fmt::Debug>(json: &str) -> bool {
    let Some(plain) = read::<T>(json) else { return false };
    let lenient: T = serde_json::from_slice(json.as_bytes()).expect(json);
    assert_eq!(format!("{plain:?}"), format!("{lenient:?}"), "{json}");
    true
}

#[test]
fn every_recorded_answer_is_plain_and_read_as_by_serde_json() {
    let fixtures = fixtures();
    assert!(fixtures.len() > 40, "only {} fixtures", fixtures.len());
    for json in fixtures {
        assert!(is_answer_read(&json), "{json}");
        assert!(is_read::<Value>(&json));
    }
}

#[test]
fn leaves_are_what_serde_json_makes_of_them() {
    for leaf in [
        "0",
        "7",
        "-0",
        "-1",
        "12345678",
        "123456789012",
        "1234567890123456789",
        "9999999999999999999",
        "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775809",
        "0.1",
        "1e3",
        "1E-3",
        "1.7976931348623157e308",
        "5e-324",
        "true",
        "false",
        "null",
        "\"\"",
        r#""\u00e9\"\\""#,
        r#""\ud83d\ude00 and more text""#,
        "\"12345678\"",
        "\"\u{7f}\u{e9}\u{202e}12\"",
        "[]",
        "{}",
        " [ 1 , { \"a\" : [ ] } ] \n",
        "{\"a\":1,\"a\":2}",
    ] {
        assert!(is_read::<Value>(leaf), "{leaf}");
        assert!(is_read::<Value>(&format!("[{leaf},{leaf}]")), "{leaf}");
    }
    let deep = "[".repeat(DEEPEST.into()) + &"]".repeat(DEEPEST.into());
    assert!(is_read::<Value>(&deep));
}

#[test]
fn what_is_not_well_formed_is_left_to_serde_json() {
    for odd in [
        "",
        " ",
        "01",
        "-",
        "1.",
        ".5",
        "+1",
        "1e",
        "1-2",
        "1e999",
        "0x1",
        "nul",
        "tru",
        "nan",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1",
        "1]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,}",
        "{1:2}",
        "{\"a\" 1}",
        "{\"a\":1",
        "[}",
        "\"",
        "\"\\",
        "\"\\\"",
        "\"a\nb\"",
        "\"1234567\u{1f}\"",
        r#""\x""#,
        r#""\ud83d""#,
        r#""\u12""#,
        "'a'",
        "1 1",
    ] {
        assert!(read::<Value>(odd).is_none(), "{odd}");
        assert!(serde_json::from_str::<Value>(odd).is_err(), "{odd}");
    }
    let deeper = "[".repeat(101) + &"]".repeat(101);
    assert!(read::<Value>(&deeper).is_none());
}

/// What is put into an answer, or in the place of some of it.
fn oddity() -> impl Strategy<Value = String> {
    let odd = [
        "",
        " ",
        "\"",
        "\\",
        "\\u00e9",
        "\\ud83d",
        "\\\"",
        "\u{1}",
        "\u{e9}",
        "0",
        "-",
        "1e999",
        "0.5",
        "-0",
        "01",
        "18446744073709551616",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "null",
        "[[",
        "\"time\":1,",
        "\"did\":\"7\",",
    ];
    prop_oneof![prop::sample::select(odd.to_vec()).prop_map(str::to_owned), ".{0,3}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens to an answer on its way: what is read here, `serde_json` reads as the same.
    #[test]
    fn a_changed_answer_is_read_as_by_serde_json(
        fixture in prop::sample::select(fixtures()),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..12_usize, oddity()), 1..4),
    ) {
        let mut json = fixture;
        for (place, length, oddity) in changes {
            let mut boundaries = json.char_indices().map(|(at, _)| at).chain([json.len()]);
            let start = boundaries.clone().nth(place.index(json.chars().count() + 1)).unwrap();
            let end = boundaries.find(|at| *at >= start + length).unwrap_or(json.len());
            json.replace_range(start..end, &oddity);
        }
        is_answer_read(&json);
        is_read::<Value>(&json);
    }

    #[test]
    fn any_text_is_read_as_by_serde_json(json in r#"[\[\]{}:,"\\ 0-9a-ft-u.eE+\-]{0,24}"#) {
        is_read::<Value>(&json);
    }
}
