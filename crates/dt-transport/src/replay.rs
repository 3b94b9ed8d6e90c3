//! Answers from a recording.

use std::collections::HashMap;
use std::future::{Future, ready};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use dt_model::Exchange;
use http::{Request, Response};

use crate::{AsyncTransport, Transport, TransportError, TransportErrorKind};

/// Answers requests from recorded exchanges, without a network.
///
/// A request is matched by its exact target, as it would stand on the request line. Exchanges with
/// the same target answer in their order, the last of them for ever after. Signatures are not
/// looked at. Waiting takes no time.
#[derive(Debug, Default)]
pub struct ReplayTransport {
    exchanges: HashMap<String, Mutex<Queue>>,
}

#[derive(Debug, Default)]
struct Queue {
    exchanges: Vec<Exchange>,
    next: usize,
}

impl ReplayTransport {
    /// Answers from these exchanges.
    pub fn new(exchanges: impl IntoIterator<Item = Exchange>) -> Self {
        let mut replay = Self::default();
        for exchange in exchanges {
            let queue = replay.exchanges.entry(exchange.target.clone()).or_default();
            queue.get_mut().unwrap_or_else(PoisonError::into_inner).exchanges.push(exchange);
        }
        replay
    }

    fn answer(&self, request: &Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let target = target(request);
        let Some(queue) = self.exchanges.get(target) else {
            let kind = TransportErrorKind::NotRecorded { target: target.to_owned() };
            return Err(TransportError::new(kind));
        };
        let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
        let response = queue.exchanges[queue.next].response();
        queue.next = (queue.next + 1).min(queue.exchanges.len() - 1);
        Ok(response)
    }
}

/// Path and query as they stand on the request line.
pub(crate) fn target(request: &Request<Vec<u8>>) -> &str {
    request.uri().path_and_query().map_or("/", http::uri::PathAndQuery::as_str)
}

impl Transport for ReplayTransport {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        self.answer(&request)
    }
}

impl AsyncTransport for ReplayTransport {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        self.answer(&request)
    }

    fn sleep(&self, _: Duration) -> impl Future<Output = ()> + Send {
        ready(())
    }
}
