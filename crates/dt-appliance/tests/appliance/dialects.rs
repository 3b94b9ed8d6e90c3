//! Every answer is one that the reader has nothing to say about.

use dt_model::Dialect;

use crate::{device_info, responder};

fn read_everyone(dialect: Dialect) {
    let responder = responder(dialect);
    let ids: Vec<_> = responder.network().device_ids().collect();
    assert!(ids.len() >= 200);
    for did in ids {
        let co = device_info(&responder, &format!("did={did}&fulldevicedetails=true"));
        assert_eq!((co.dialect, co.subject.series.buckets().len()), (dialect, 672));
        for data_type in ["sizeout", "sizein"] {
            device_info(&responder, &format!("did={did}&datatype={data_type}&odid=0"));
        }
    }
}

#[test]
fn the_appliance_dialect_reads_without_a_warning() {
    read_everyone(Dialect::Appliance);
}

#[test]
fn the_documented_dialect_reads_without_a_warning() {
    read_everyone(Dialect::Documented);
}
