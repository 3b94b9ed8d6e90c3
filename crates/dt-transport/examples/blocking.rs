//! Asks a demo appliance about one device, over signed HTTP:
//!
//! ```text
//! cargo run -p dt-transport --example blocking --features ureq
//! ```

use std::error::Error;

use dt_appliance::Appliance;
use dt_model::{DeviceDetails, DeviceId, DeviceInfoQuery};
use dt_transport::{Client, HttpOptions, UreqTransport};

#[expect(clippy::print_stdout, reason = "an example is a program")]
fn main() -> Result<(), Box<dyn Error>> {
    // In place of `https://your-appliance` and your tokens.
    let appliance = Appliance::new().start()?;
    let (url, credentials) = (appliance.url().parse()?, appliance.credentials().clone());

    let client = Client::new(UreqTransport::new(&HttpOptions::new())?, url, credentials);
    let query = DeviceInfoQuery::new(DeviceId::new(12345))?
        .similar_devices(3)
        .device_details(DeviceDetails::Full);
    let info = client.ask(&query)?;
    println!("dialect: {}", info.dialect);
    println!("device: {}", info.subject.device.hostname.as_deref().unwrap_or("unnamed"));
    println!("buckets: {}", info.subject.series.buckets().len());
    println!("similar devices: {}", info.similar.len());

    // An error says what happened and what to do.
    let unknown = DeviceInfoQuery::new(DeviceId::new(1_000_000))?;
    if let Err(error) = client.ask(&unknown) {
        assert!(error.is_not_found());
        println!("{error}");
    }
    Ok(())
}
