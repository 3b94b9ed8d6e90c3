//! Saved responses as snapshots, since a snapshot is judged as of when it was taken, and so says the same
//! on every day.

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// When every one of them was taken: some minutes after the fixtures end.
const TAKEN: &str = "2026-11-23T23:04:00Z";

/// A file of a snapshot: the exchange as its file holds it.
pub(super) type File = (String, Vec<u8>);

/// Writes exchanges as a snapshot in format 1.
pub(super) fn snapshot(place: &Path, did: i64, exchanges: &[File]) -> anyhow::Result<()> {
    let folder = place.join("exchanges");
    fs::create_dir_all(&folder).with_context(|| format!("failed to make {}", folder.display()))?;
    let mut entries = Vec::new();
    for (name, content) in exchanges {
        fs::write(folder.join(name), content)?;
        let sha256 = base16ct::lower::encode_string(&Sha256::digest(content));
        entries.push(json!({"file": name, "sha256": sha256, "bytes": content.len()}));
    }
    let manifest = json!({
        "format": 1,
        "device": {"did": did, "hostname": null, "ip": null, "mac": null, "label": null},
        "taken": TAKEN,
        "data_until": null,
        "appliance": "frozen",
        "address": "http://127.0.0.1",
        "dt_version": "0.1.0",
        "exchanges": entries,
    });
    fs::write(place.join("snapshot.json"), manifest.to_string())?;
    Ok(())
}

/// The exchange in which a body of `part` is answered, byte for byte.
pub(super) fn exchange(part: &str, did: i64, body: &str) -> anyhow::Result<File> {
    let target = match part {
        "co" | "sizeout" | "sizein" => format!("/deviceinfo?datatype={part}&did={did}"),
        "external" => format!("/deviceinfo?datatype=co&did={did}&odid=0"),
        "external-out" => format!("/deviceinfo?datatype=sizeout&did={did}&odid=0"),
        "endpoints" => "/endpointdetails?hostname=all".to_owned(),
        other => anyhow::bail!("{other} is no part of a case"),
    };
    // A body that is a text stands for exactly this text.
    let exchange = json!({"target": target, "status": 200, "body": body});
    Ok((format!("{part}.json"), exchange.to_string().into_bytes()))
}

/// The device that a body is about; the fixtures' first workstation if it does not say.
pub(super) fn device(body: &str) -> i64 {
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    let did = |pointer: &str| body.pointer(pointer).and_then(Value::as_i64);
    did("/deviceInfo/0/did").or_else(|| did("/device/did")).unwrap_or(12345)
}
