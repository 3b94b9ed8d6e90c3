//! Asks a demo appliance about many devices at once:
//!
//! ```text
//! cargo run -p dt-transport --example async --features reqwest
//! ```

use std::error::Error;

use dt_appliance::Appliance;
use dt_auth::Credentials;
use dt_model::{DeviceId, DeviceInfo, DeviceInfoQuery};
use dt_transport::{
    AsyncClient, BaseUrl, DeviceSearch, HttpOptions, Limited, Limits, ReqwestTransport,
};
use futures_util::{StreamExt, TryStreamExt, stream};

/// How many calls are under way at once. Of their requests, the limits let fewer through.
const CALLS: usize = 16;

fn main() -> Result<(), Box<dyn Error>> {
    // In place of `https://your-appliance` and your tokens.
    let appliance = Appliance::new().start()?;
    ask(appliance.url().parse()?, appliance.credentials().clone())
}

#[expect(clippy::print_stdout, reason = "an example is a program")]
#[tokio::main]
async fn ask(url: BaseUrl, credentials: Credentials) -> Result<(), Box<dyn Error>> {
    // Eight requests at once and twenty in a second, so that the appliance can do its own work.
    let transport = Limited::new(ReqwestTransport::new(&HttpOptions::new())?, Limits::new());
    let client = AsyncClient::new(transport, url, credentials);
    let search = DeviceSearch::new().matching("hostname", "workstation-*");
    let found = client.device_search(&search).await?.devices;
    let queries: Vec<DeviceInfoQuery> = found
        .iter()
        .filter_map(|device| device.did)
        .map(DeviceInfoQuery::new)
        .collect::<Result<_, _>>()?;

    let mut answers: Vec<_> = stream::iter(&queries)
        .map(async |query| client.device_info(query).await)
        .buffer_unordered(CALLS)
        .try_collect()
        .await?;
    answers.sort_by_key(|info| info.subject.device.did);
    for DeviceInfo { subject, .. } in answers {
        let total: u64 = subject.series.buckets().iter().map(|bucket| bucket.count).sum();
        let did = subject.device.did.map(DeviceId::get);
        println!("device {}: {total} connections", did.unwrap_or_default());
    }
    Ok(())
}
