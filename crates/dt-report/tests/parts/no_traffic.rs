//! Where nothing could be assessed, no command says that nothing stands out.

use dt_analysis::timeline::Baseline;
use dt_model::DeviceInfo;

use super::*;

/// What an appliance answers about an identity of a cloud service, or an id that it does not know.
fn silent(devices: &str) -> Evidence {
    let body =
        format!(r#"{{"deviceInfo": [{{"did": 9, "graphData": [], "info": {{}}}}], {devices}}}"#);
    let answer =
        |data_type| Part::Answered(DeviceInfo::from_slice_as(body.as_bytes(), data_type).unwrap());
    let (connections, sent) = (answer(DataType::Connections), answer(DataType::BytesOut));
    Evidence {
        bytes_in: answer(DataType::BytesIn),
        external: connections.clone(),
        external_out: sent.clone(),
        bytes_out: sent,
        connections,
        ..Evidence::default()
    }
}

/// Every command about the device, and the timeline.
fn every_document(evidence: &Evidence) -> Vec<Document> {
    let policy = Policy::default();
    let info = evidence.connections.answer().unwrap();
    let as_of = AsOf { now: now(), zone: &TimeZone::UTC };
    let timeline = contract::Answer::timeline(info, Baseline::Others, &policy, as_of);
    let mut documents = documents(evidence, &policy);
    documents.push(Document::Timeline(Box::new(timeline)));
    documents
}

#[test]
fn every_command_tells_a_cloud_identity_and_an_unknown_device() {
    const SAAS: &str = r#""devices": [{"did": 9, "hostname": "SaaS::AWS: a@corp.example"}]"#;
    for (devices, name, words) in [
        (SAAS, "saas_identity", "A cloud service's identity"),
        (r#""devices": []"#, "unknown_device", "The appliance knows no such device"),
    ] {
        for document in every_document(&silent(devices)) {
            let printed = parsed(&document);
            assert_eq!(printed["no_traffic"], name, "{}", printed["schema"]);
            let told = screen(&document, Extent::Screen);
            assert!(told.contains(words) && !told.contains("stands out"), "{told}");
            let [markdown, html] = pages(document);
            assert!(markdown.contains(&words.replace('\'', "\\'")) || markdown.contains(words));
            assert!(html.contains(words) || html.contains(&words.replace('\'', "&#39;")), "{html}");
        }
    }
}

#[test]
fn evidence_files_a_device_without_traffic_as_not_assessed() {
    let Document::Report(report) = report(&silent(r#""devices": []"#)) else { unreachable!() };
    let assessed = AssessedDevice::new(*report, Vec::new(), None);
    let printed = serde_json::to_value(&assessed).unwrap();
    assert_eq!(printed["no_traffic"], "unknown_device");
    assert_eq!((&printed["priority"], &printed["findings"]), (&Value::Null, &Value::Null));
    let policy = Policy::default();
    let (custody, scope) =
        (Custody::default(), AuditScope { known: Some(3), ..Default::default() });
    let as_of = AsOf { now: now(), zone: &TimeZone::UTC };
    let options = ReportOptions::new(&policy, as_of);
    let evidence = contract::Evidence::new(custody, scope, vec![assessed], Vec::new(), options);
    let told = screen(&Document::Evidence(Box::new(evidence)), Extent::Whole);
    let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
    let expected = "Assessed 0 of the 3 devices that the appliance knows; 1 could not be assessed.";
    assert!(words.contains(expected), "{told}");
}

/// Neither a device without a series nor one whose similar devices have none is in line with them.
#[test]
fn a_comparison_without_connections_is_none() {
    let own = "its own connections are not reported";
    let theirs = "their connections are not reported";
    for (of_own, why) in [(true, own), (false, theirs)] {
        let mut evidence = asked();
        let Part::Answered(info) = &mut evidence.connections else { panic!("it is answered") };
        let similar = info.similar.iter_mut().map(|similar| &mut similar.profile.series);
        let emptied: Vec<_> =
            if of_own { vec![&mut info.subject.series] } else { similar.collect() };
        for series in emptied {
            *series = series.clone().between(Some(jiff::Timestamp::MAX), None);
        }
        let told = screen(&report(&evidence), Extent::Whole);
        let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("Connections not compared with"), "{told}");
        assert!(words.contains(why), "{told}");
        let first = screen(&report(&evidence), Extent::Screen);
        assert!(
            !first.contains("in line with") && !told.contains("No documented limit"),
            "{first}"
        );
    }
}
