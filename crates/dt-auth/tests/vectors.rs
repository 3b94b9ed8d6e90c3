//! Every folder of `fixtures/signing`, whose files were computed without Rust.

#![expect(clippy::unwrap_used, reason = "these are tests, their helper functions too")]

use std::fs;
use std::path::{Path, PathBuf};

use dt_auth::{
    Credentials, DateFormat, Encoding, RequestTarget, SignError, SigningPolicy, sign_with, verify,
};
use serde_json::{Value, json};

struct Case {
    folder: PathBuf,
    request: Value,
}

impl Case {
    fn name(&self) -> String {
        self.folder.file_name().unwrap().to_string_lossy().into_owned()
    }

    fn expected(&self, file: &str) -> Option<String> {
        fs::read_to_string(self.folder.join(file)).ok()
    }

    fn text(&self, key: &str) -> &str {
        self.request[key].as_str().unwrap()
    }

    fn target(&self) -> RequestTarget {
        let pairs = self.request["pairs"].as_array().unwrap();
        RequestTarget::new(self.text("path"))
            .params(pairs.iter().map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap())))
    }

    fn policy(&self) -> SigningPolicy {
        SigningPolicy {
            encoding: match self.text("encoding") {
                "decoded" => Encoding::Decoded,
                "as-sent" => Encoding::AsSent,
                other => panic!("unknown encoding {other}"),
            },
            date_format: match self.text("date_format") {
                "spaced" => DateFormat::Spaced,
                "compact" => DateFormat::Compact,
                other => panic!("unknown date format {other}"),
            },
        }
    }
}

fn cases() -> Vec<Case> {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/signing");
    fs::read_dir(vectors)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|folder| {
            let request = fs::read(folder.join("request.json")).unwrap();
            Case { request: serde_json::from_slice(&request).unwrap(), folder }
        })
        .collect()
}

#[test]
fn every_vector_is_signed_as_expected_or_refused() {
    let mut names = Vec::new();
    for case in cases() {
        let name = case.name();
        let target = case.target();
        let credentials = Credentials::new(case.text("public"), case.text("private")).unwrap();
        let now = case.text("date").parse().unwrap();
        let signed = sign_with(&target, &credentials, now, case.policy());

        if let Some(refused) = case.expected("refused.txt") {
            let fault = match signed.unwrap_err() {
                SignError::Path { .. } => "path".to_owned(),
                SignError::Ambiguous { key, character } => {
                    let expected: Value = serde_json::from_str(&refused).unwrap();
                    assert_eq!(json!([key, character]), expected, "{name}");
                    refused.clone()
                }
                other => panic!("{name}: {other}"),
            };
            assert_eq!(fault, refused, "{name}");
        } else {
            let headers = signed.unwrap_or_else(|error| panic!("{name}: {error}"));
            let to_sign = target.to_sign(case.policy().encoding).unwrap();
            let to_sign = format!("{to_sign}\n{}\n{}", headers.token(), headers.date());
            assert_eq!(Some(to_sign), case.expected("string-to-sign.txt"), "{name}");
            assert_eq!(
                Some(headers.signature()),
                case.expected("signature.txt").as_deref(),
                "{name}"
            );

            let wire = case.expected("wire.txt").unwrap();
            assert_eq!(target.wire(), wire, "{name}");
            assert_eq!(verify(&wire, |h| headers.get(h), &credentials, now), Ok(()), "{name}");
        }
        names.push(name);
    }
    // A folder that is not read would pass unnoticed.
    assert!(names.iter().any(|name| name == "known-answer"), "{names:?}");
    assert!(names.iter().any(|name| name == "refused-ampersand"), "{names:?}");
}
