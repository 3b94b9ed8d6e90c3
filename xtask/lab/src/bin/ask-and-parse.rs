//! Asks an appliance one question, parses the answer and does nothing with it: what `dt connections` is
//! measured against, over the network. As little as a client can be that signs.

#[path = "../bench/plain.rs"]
mod plain;

use dt_auth::{Credentials, RequestTarget};
use jiff::Timestamp;

fn main() {
    let variable = |name: &str| std::env::var(name).expect("it is set");
    let did = std::env::args().nth(1).expect("a device");
    let target = RequestTarget::new("/deviceinfo").params([
        ("datatype", "co"),
        ("did", &did),
        ("fulldevicedetails", "true"),
        ("intervalhours", "1"),
        ("showallgraphdata", "true"),
    ]);
    let credentials = Credentials::new(variable("DT_PUBLIC_TOKEN"), variable("DT_PRIVATE_TOKEN"));
    let credentials = credentials.expect("tokens are visible ASCII");
    #[expect(clippy::disallowed_methods, reason = "the demo appliance goes by the real time")]
    let now = Timestamp::now();
    let signed = dt_auth::sign(&target, &credentials, now).expect("it is signable");
    let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
    let mut request = agent.get(format!("{}{}", variable("DT_URL"), target.wire()));
    for (name, value) in signed.pairs() {
        request = request.header(name, value);
    }
    let mut response = request.call().expect("the appliance answers");
    let bytes = response.body_mut().read_to_vec().expect("a whole body");
    let response: plain::Appliance = serde_json::from_slice(&bytes).expect("a response");
    std::hint::black_box(response);
}
