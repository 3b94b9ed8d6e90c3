//! JSON-RPC, a message a line, over any pair of streams.
//!
//! A line that cannot be read is answered with an error and passed over: whoever sent it may go on.

use std::io::{self, BufRead, Read, Write};

use rmcp::RoleServer;
use rmcp::model::{ClientRequest, ErrorCode, GetMeta, JsonRpcMessage};
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// How long a line may be, in bytes.
pub(crate) const LONGEST_LINE: usize = 1 << 20;
/// How many lines wait to be read, or to be written.
const WAITING: usize = 16;

/// A line of the input.
#[derive(Debug, PartialEq, Eq)]
enum Line {
    Whole(Vec<u8>),
    /// It is longer than lines may be, and nothing is kept of it.
    TooLong,
}

/// Messages to and from threads that read and write.
pub(crate) struct Lines {
    input: mpsc::Receiver<Line>,
    output: mpsc::Sender<Vec<u8>>,
    /// What is to be said about a line that could not be read.
    refusal: Option<Vec<u8>>,
    /// Whether a request was there that begins a session. What comes before it is about none.
    is_begun: bool,
}

/// What is read by one thread and written by another. The reader ends with its input, the writer with the last
/// of the senders.
pub(crate) struct Threads<R, W> {
    pub(crate) read: Reader<R>,
    pub(crate) write: Writer<W>,
}

/// Reads lines.
pub(crate) struct Reader<R> {
    input: R,
    lines: mpsc::Sender<Line>,
}

/// Writes lines.
pub(crate) struct Writer<W> {
    output: W,
    lines: mpsc::Receiver<Vec<u8>>,
}

impl Lines {
    /// Messages over a pair of streams, and what has to run in threads for that.
    pub(crate) fn over<R: BufRead, W: Write>(input: R, output: W) -> (Self, Threads<R, W>) {
        let (read_lines, read) = mpsc::channel(WAITING);
        let (write, written_lines) = mpsc::channel(WAITING);
        let lines = Self { input: read, output: write, refusal: None, is_begun: false };
        let read = Reader { input, lines: read_lines };
        let write = Writer { output, lines: written_lines };
        (lines, Threads { read, write })
    }

    /// A message, if the line is one that somebody waits for; else what is to be said about it.
    fn read(&mut self, line: &[u8]) -> Result<Option<RxJsonRpcMessage<RoleServer>>, Vec<u8>> {
        let line = line.trim_ascii();
        if line.is_empty() {
            return Ok(None);
        }
        let value: Value = serde_json::from_slice(line).map_err(|error| {
            refusal(&Value::Null, ErrorCode::PARSE_ERROR, &format!("the line is no JSON: {error}"))
        })?;
        let id = value.get("id").filter(|id| id.is_string() || id.is_i64() || id.is_u64());
        let id = id.cloned().unwrap_or(Value::Null);
        let invalid = |why: &str| refusal(&id, ErrorCode::INVALID_REQUEST, why);
        if value.is_array() {
            return Err(invalid("batches are not taken; send a message a line"));
        }
        let message = serde_json::from_value(value)
            .map_err(|_| invalid("the line is no message of JSON-RPC 2.0"))?;
        self.is_begun |= begins(&message);
        let is_for_nobody = !self.is_begun && !matches!(message, JsonRpcMessage::Request(_));
        Ok(Some(message).filter(|_| !is_for_nobody))
    }
}

/// Whether a message begins a session: by the handshake, or by saying itself which version it speaks.
fn begins(message: &RxJsonRpcMessage<RoleServer>) -> bool {
    let JsonRpcMessage::Request(request) = message else { return false };
    match &request.request {
        ClientRequest::InitializeRequest(_) => true,
        ClientRequest::DiscoverRequest(_) | ClientRequest::PingRequest(_) => false,
        other => other.get_meta().protocol_version().is_some(),
    }
}

/// An error as a line.
fn refusal(id: &Value, code: ErrorCode, why: &str) -> Vec<u8> {
    let error = json!({ "code": code.0, "message": why });
    line(json!({ "jsonrpc": "2.0", "id": id, "error": error }).to_string().into_bytes())
}

fn line(mut message: Vec<u8>) -> Vec<u8> {
    message.push(b'\n');
    message
}

impl Transport<RoleServer> for Lines {
    type Error = io::Error;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), io::Error>> + Send + 'static {
        let output = self.output.clone();
        async move {
            let message = line(serde_json::to_vec(&message)?);
            output.send(message).await.map_err(|_| io::ErrorKind::BrokenPipe.into())
        }
    }

    /// Whoever waits for this may stop at any `await`, and nothing is lost.
    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        loop {
            if self.refusal.is_some() {
                let permit = self.output.reserve().await.ok()?;
                if let Some(refusal) = self.refusal.take() {
                    permit.send(refusal);
                }
            }
            let next = tokio::select! {
                next = self.input.recv() => next?,
                () = self.output.closed() => return None,
            };
            let read = match next {
                Line::Whole(line) => self.read(&line),
                Line::TooLong => {
                    let why = format!("the line is longer than {LONGEST_LINE} bytes");
                    Err(refusal(&Value::Null, ErrorCode::INVALID_REQUEST, &why))
                }
            };
            match read {
                Ok(Some(message)) => return Some(message),
                Ok(None) => {}
                Err(refusal) => self.refusal = Some(refusal),
            }
        }
    }

    async fn close(&mut self) -> Result<(), io::Error> {
        self.input.close();
        Ok(())
    }
}

impl<R: BufRead> Reader<R> {
    /// Reads until the input ends, or nobody takes a line any more. An input that fails has ended.
    pub(crate) fn run(mut self) {
        while let Ok(Some(line)) = next(&mut self.input) {
            if self.lines.blocking_send(line).is_err() {
                return;
            }
        }
    }
}

impl<W: Write> Writer<W> {
    /// Writes each line as a whole until there is none any more, or nobody reads them.
    pub(crate) fn run(mut self) {
        while let Some(line) = self.lines.blocking_recv() {
            if self.output.write_all(&line).and_then(|()| self.output.flush()).is_err() {
                return;
            }
        }
    }
}

/// The next line; the last one need not end.
fn next(input: &mut impl BufRead) -> io::Result<Option<Line>> {
    let mut line = Vec::new();
    // One more than the line and its end would be too long.
    input.by_ref().take(LONGEST_LINE as u64 + 1).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.len() > LONGEST_LINE && !line.ends_with(b"\n") {
        drop(line);
        input.skip_until(b'\n')?;
        return Ok(Some(Line::TooLong));
    }
    Ok(Some(Line::Whole(line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(mut input: &[u8]) -> Vec<Line> {
        std::iter::from_fn(|| next(&mut input).unwrap()).collect()
    }

    fn codes(line: &str) -> Option<(i64, Value)> {
        let (mut lines, _threads) = Lines::over(io::empty(), io::sink());
        let refused = lines.read(line.as_bytes()).err()?;
        let refused: Value = serde_json::from_slice(&refused).unwrap();
        Some((refused["error"]["code"].as_i64().unwrap(), refused["id"].clone()))
    }

    #[test]
    fn lines_over_the_limit_are_passed_over() {
        let longest = vec![b'a'; LONGEST_LINE];
        let input = [&longest, &b"\n"[..], &longest, b"a\nlast"].concat();
        let read = lines(&input);
        let whole = |text: &[u8]| Line::Whole(text.to_vec());
        assert!(read == [whole(&[&longest, &b"\n"[..]].concat()), Line::TooLong, whole(b"last")]);
    }

    #[test]
    fn what_is_no_message_is_answered_with_an_error() {
        assert_eq!(codes("{"), Some((-32700, Value::Null)));
        assert_eq!(codes("\u{fffd}"), Some((-32700, Value::Null)));
        assert_eq!(codes(&"[".repeat(100_000)), Some((-32700, Value::Null)));
        assert_eq!(codes("[]"), Some((-32600, Value::Null)));
        assert_eq!(codes("7"), Some((-32600, Value::Null)));
        assert_eq!(codes(r#"{"id":7}"#), Some((-32600, json!(7))));
        assert_eq!(
            codes(r#"{"jsonrpc":"1.0","id":"a","method":"ping"}"#),
            Some((-32600, json!("a")))
        );
        assert_eq!(codes(r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#), None);
        assert_eq!(codes("  \r"), None);
    }

    #[test]
    fn what_comes_before_a_session_is_about_none() {
        let (mut lines, _threads) = Lines::over(io::empty(), io::sink());
        let notification = br#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
        assert!(lines.read(notification).unwrap().is_none());
        let initialize = br#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{
            "protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"a","version":"1"}}}"#;
        let initialize = String::from_utf8_lossy(initialize).replace('\n', "");
        assert!(lines.read(initialize.as_bytes()).unwrap().is_some());
        assert!(lines.read(notification).unwrap().is_some());
    }
}
