//! Asks a demo appliance about many devices at once:
//!
//! ```text
//! cargo run -p dt-transport --example async --features reqwest
//! ```

use std::error::Error;
use std::num::NonZeroU32;

use dt_appliance::Appliance;
use dt_auth::Credentials;
use dt_model::{DeviceId, DeviceInfo, DeviceInfoQuery, DeviceSearch};
use dt_transport::{AsyncClient, BaseUrl, HttpOptions, Limits, ReqwestTransport};
use futures_util::future::try_join_all;

fn main() -> Result<(), Box<dyn Error>> {
    // In place of `https://your-appliance` and your tokens.
    let appliance = Appliance::new().start()?;
    ask(appliance.url().parse()?, appliance.credentials().clone())
}

#[expect(clippy::print_stdout, reason = "an example is a program")]
#[tokio::main]
async fn ask(url: BaseUrl, credentials: Credentials) -> Result<(), Box<dyn Error>> {
    // Of all that is asked together, the client lets through so much that the appliance can do its
    // own work.
    const PER_SECOND: NonZeroU32 = NonZeroU32::new(20).unwrap();
    let limits = Limits::new().per_second(PER_SECOND).burst(PER_SECOND);
    let transport = ReqwestTransport::new(&HttpOptions::new())?;
    let client = AsyncClient::new(transport, url, credentials).limits(limits);

    let search = DeviceSearch::new().matching("hostname", "workstation-*");
    let found = client.ask(&search).await?.devices;
    let queries: Vec<DeviceInfoQuery> = found
        .iter()
        .filter_map(|device| device.did)
        .map(DeviceInfoQuery::new)
        .collect::<Result<_, _>>()?;

    for DeviceInfo { subject, .. } in try_join_all(queries.iter().map(|it| client.ask(it))).await? {
        let total: u64 = subject.series.buckets().iter().map(|bucket| bucket.count).sum();
        let did = subject.device.did.map(DeviceId::get);
        println!("device {}: {total} connections", did.unwrap_or_default());
    }
    let traffic = client.traffic();
    println!("{} requests, at most {} at once", traffic.requests, traffic.most_in_flight);
    Ok(())
}
