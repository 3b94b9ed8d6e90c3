//! One client's connection.

use std::io::{self, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

use super::WireFault;
use super::message::Message;
use crate::fault::Injector;

/// What a client is read from and written to, whether there is TLS around it or not.
pub(super) trait Stream: Read + Write {}
impl<S: Read + Write> Stream for S {}

/// How a connection ends.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Closed,
    Reset,
}

const MOST_PIECES: usize = 64;
const ENDLESS_PIECE: usize = 64 * 1024;
/// Even what is endless must end; this is beyond what any client should take.
const ENDLESS_PIECES: usize = 4096;

/// Forwards requests to `to`, one after the other, until the client hangs up or a fault ends it.
/// What fails is taken for a client that hung up.
pub(super) fn serve(
    client: Box<dyn Stream + '_>,
    to: SocketAddr,
    faults: &Injector<WireFault>,
) -> Ending {
    let mut client = BufReader::new(client);
    try_serve(&mut client, to, faults).unwrap_or(Ending::Closed)
}

fn try_serve(
    client: &mut BufReader<Box<dyn Stream + '_>>,
    to: SocketAddr,
    faults: &Injector<WireFault>,
) -> io::Result<Ending> {
    let mut appliance = BufReader::new(TcpStream::connect(to)?);
    appliance.get_ref().set_nodelay(true)?;
    while let Some(request) = Message::read(client)? {
        let fault = faults.next(request.target()).first().copied();
        if let Some(fault) = fault {
            faults.note(fault);
        }
        if fault == Some(WireFault::ResetBeforeAnswer) {
            return Ok(Ending::Reset);
        }
        let bytes = [request.head.as_bytes(), &request.body].concat();
        appliance.get_mut().write_all(&bytes)?;
        let Some(response) = Message::read(&mut appliance)? else { break };
        if let Some(ending) = deliver(&response, fault, client.get_mut())? {
            return Ok(ending);
        }
        if fault == Some(WireFault::ClosedUnderClient) {
            // It counts as a request, but meets with no fault of its own.
            if let Some(request) = Message::read(client)? {
                faults.next(request.target());
            }
            break;
        }
    }
    Ok(Ending::Closed)
}

/// Sends a response, spoiled by `fault`; and says how the connection ends, if it does.
fn deliver(
    response: &Message,
    fault: Option<WireFault>,
    client: &mut dyn Stream,
) -> io::Result<Option<Ending>> {
    let Message { head, body } = response;
    let half = &body[..body.len() / 2];
    let mut send = |head: &str, body: &[u8]| {
        // In one piece, as a packet of its own for each would only take time.
        client.write_all(&[head.as_bytes(), body].concat())?;
        client.flush()
    };
    Ok(match fault {
        None | Some(WireFault::ClosedUnderClient) => {
            send(head, body)?;
            None
        }
        Some(WireFault::ResetBeforeAnswer) => Some(Ending::Reset),
        Some(WireFault::ResetBeforeBody) => {
            send(head, b"")?;
            Some(Ending::Reset)
        }
        Some(WireFault::ResetInBody) => {
            send(head, half)?;
            Some(Ending::Reset)
        }
        Some(WireFault::CutBody) => {
            send(head, half)?;
            Some(Ending::Closed)
        }
        Some(WireFault::LengthTooLong) => {
            send(&response.head_with_length(Some(body.len() + 1)), body)?;
            Some(Ending::Closed)
        }
        Some(WireFault::LengthTooShort) => {
            send(&response.head_with_length(Some(half.len())), body)?;
            None
        }
        Some(WireFault::Endless) => {
            send(&response.head_with_length(None), body)?;
            let piece = vec![b' '; ENDLESS_PIECE];
            for _ in 0..ENDLESS_PIECES {
                send("", &piece)?;
            }
            Some(Ending::Closed)
        }
        Some(WireFault::Trickle(pause)) => {
            send(head, b"")?;
            trickle(body, pause, |piece| send("", piece))?;
            None
        }
    })
}

fn trickle(
    body: &[u8],
    pause: Duration,
    mut send: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    for piece in body.chunks(body.len().div_ceil(MOST_PIECES).max(1)) {
        thread::sleep(pause);
        send(piece)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivered(fault: WireFault) -> (String, Option<Ending>) {
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n".to_owned();
        let response = Message { head, body: b"[1, 2]".to_vec() };
        let mut sent = io::Cursor::new(Vec::new());
        let ending = deliver(&response, Some(fault), &mut sent).unwrap();
        (String::from_utf8(sent.into_inner()).unwrap(), ending)
    }

    #[test]
    fn each_fault_spoils_the_bytes_in_its_own_way() {
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n";
        let with = |length| format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n[1, 2]");
        let whole = format!("{head}[1, 2]");
        let half = format!("{head}[1,");
        for (fault, sent, ending) in [
            (WireFault::ResetBeforeBody, head.to_owned(), Some(Ending::Reset)),
            (WireFault::ResetInBody, half.clone(), Some(Ending::Reset)),
            (WireFault::CutBody, half, Some(Ending::Closed)),
            (WireFault::LengthTooLong, with(7), Some(Ending::Closed)),
            (WireFault::LengthTooShort, with(3), None),
            (WireFault::Trickle(Duration::ZERO), whole.clone(), None),
            (WireFault::ClosedUnderClient, whole, None),
        ] {
            assert_eq!(delivered(fault), (sent, ending), "{fault:?}");
        }
    }

    #[test]
    fn what_is_endless_ends_with_the_client() {
        struct Full;
        impl Read for Full {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Ok(0)
            }
        }
        impl Write for Full {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                if bytes.len() < ENDLESS_PIECE {
                    Ok(bytes.len())
                } else {
                    Err(io::ErrorKind::BrokenPipe.into())
                }
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let response = Message { head: "HTTP/1.1 200 OK\r\n\r\n".to_owned(), body: Vec::new() };
        assert!(deliver(&response, Some(WireFault::Endless), &mut Full).is_err());
    }

    #[test]
    fn a_trickle_has_a_bounded_number_of_pieces() {
        for length in [0, 1, 63, 64, 65, 10_000] {
            let body = vec![b' '; length];
            let mut pieces = Vec::new();
            let send = |piece: &[u8]| {
                pieces.push(piece.len());
                Ok(())
            };
            trickle(&body, Duration::ZERO, send).unwrap();
            assert!(pieces.len() <= MOST_PIECES, "{length}");
            assert_eq!(pieces.iter().sum::<usize>(), length);
        }
    }
}
