//! Calls to the demo appliance, against bare calls of the same HTTP client.
//!
//! Both sides sign, since the appliance answers nobody else, and both read the body whole. The
//! requests are repeated, so the appliance answers from memory and the client is what is measured.

use std::hint::black_box;
use std::sync::Arc;

use dt_appliance::{Appliance, RunningAppliance};
use dt_auth::RequestTarget;
use dt_transport::{
    AsyncClient, BaseUrl, Blocking, Client, HttpOptions, ReqwestTransport, Transport, UreqTransport,
};
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use tokio::runtime::{Builder, Runtime};

use super::{Limit, Paired, ROUNDS, tell};

/// How many calls make one round, and how many of them are under way at once.
const CALLS: usize = 64;
const IN_FLIGHT: usize = 32;

pub(super) fn client() -> anyhow::Result<()> {
    let demo = Appliance::new().start()?;
    let base: BaseUrl = demo.url().parse()?;
    let options = HttpOptions::new();

    let ureq = bare_ureq();
    let bare = || ureq_call(&ureq, &demo);
    compare("call through ureq", UreqTransport::new(&options)?, &base, &demo, bare);

    let reqwest = bare_reqwest()?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let bare = || runtime.block_on(reqwest_call(&reqwest, &demo));
    let blocking = Blocking::new(ReqwestTransport::new(&options)?)?;
    compare("call through reqwest, blocking", blocking, &base, &demo, bare);

    in_flight(&runtime, &reqwest, &base, &demo)
}

fn target() -> RequestTarget {
    RequestTarget::new("/deviceinfo").params([
        ("datatype", "co"),
        ("did", "12345"),
        ("fulldevicedetails", "false"),
        ("intervalhours", "1"),
        ("showallgraphdata", "true"),
    ])
}

fn compare<T: Transport>(
    what: &str,
    transport: T,
    base: &BaseUrl,
    demo: &RunningAppliance,
    bare: impl FnMut() -> Vec<u8>,
) {
    let client = Client::new(transport, base.clone(), demo.credentials().clone());
    let target = target();
    let ours = || client.raw(&target).expect("the demo answers").into_body();
    let paired = Paired::run(ROUNDS, ours, bare);
    tell(what, paired.time(), Limit::AtMost(1.1), &paired.detail());
}

/// The agent as it comes, which takes no proxy to this machine.
fn bare_ureq() -> ureq::Agent {
    ureq::Agent::config_builder().proxy(None).build().into()
}

/// The client as it comes, but for the TLS that it cannot be built without.
fn bare_reqwest() -> anyhow::Result<reqwest::Client> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    Ok(reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy().build()?)
}

fn ureq_call(agent: &ureq::Agent, demo: &RunningAppliance) -> Vec<u8> {
    let target = target();
    let mut request = agent.get(format!("{}{}", demo.url(), target.wire()));
    for (name, value) in signed(&target, demo).pairs() {
        request = request.header(name, value);
    }
    let mut response = request.call().expect("the demo answers");
    response.body_mut().read_to_vec().expect("a whole body")
}

async fn reqwest_call(client: &reqwest::Client, demo: &RunningAppliance) -> Vec<u8> {
    let target = target();
    let mut request = client.get(format!("{}{}", demo.url(), target.wire()));
    for (name, value) in signed(&target, demo).pairs() {
        request = request.header(name, value);
    }
    let response = request.send().await.expect("the demo answers");
    response.bytes().await.expect("a whole body").into()
}

#[expect(clippy::disallowed_methods, reason = "the demo appliance goes by the real time")]
fn signed(target: &RequestTarget, demo: &RunningAppliance) -> dt_auth::SignedHeaders {
    dt_auth::sign(target, demo.credentials(), Timestamp::now()).expect("it is signable")
}

fn in_flight(
    runtime: &Runtime,
    bare: &reqwest::Client,
    base: &BaseUrl,
    demo: &RunningAppliance,
) -> anyhow::Result<()> {
    let transport = ReqwestTransport::new(&HttpOptions::new())?;
    let client = AsyncClient::new(transport, base.clone(), demo.credentials().clone());
    let target = target();
    let ours = || {
        runtime.block_on(
            stream::iter(0..CALLS)
                .map(async |_| client.raw(&target).await.expect("the demo answers").into_body())
                .buffer_unordered(IN_FLIGHT)
                .for_each(async |body| drop(black_box(body))),
        );
    };
    let theirs = || {
        runtime.block_on(
            stream::iter(0..CALLS)
                .map(async |_| reqwest_call(bare, demo).await)
                .buffer_unordered(IN_FLIGHT)
                .for_each(async |body| drop(black_box(body))),
        );
    };
    let paired = Paired::run(ROUNDS, ours, theirs);
    let detail = format!("{} of {CALLS} calls", paired.detail());
    let what = format!("async client, {IN_FLIGHT} in flight");
    tell(&what, paired.rate(), Limit::AtLeast(0.9), &detail);
    Ok(())
}
