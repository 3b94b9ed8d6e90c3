//! A server that answers with exactly the bytes it is told to, faults included.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// What a connection can be read from and written to, whether there is TLS around it or not.
pub(crate) trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

/// What becomes of a connection once a request was answered.
pub(crate) enum Then {
    KeepAlive,
    Close,
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// Answers every request on every connection by `answer`, which gets the request's head.
    pub(crate) fn start(
        answer: impl Fn(&str, &mut dyn Stream) -> Then + Send + Sync + 'static,
    ) -> Self {
        Self::start_over(|stream| Ok(Box::new(stream)), answer)
    }

    /// As [`start`](Self::start), with something around each connection.
    pub(crate) fn start_over(
        wrap: impl Fn(std::net::TcpStream) -> io::Result<Box<dyn Stream>> + Send + Sync + 'static,
        answer: impl Fn(&str, &mut dyn Stream) -> Then + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Self::start_at(listener, wrap, answer)
    }

    /// As [`start_over`](Self::start_over), at an address of the caller's.
    pub(crate) fn start_at(
        listener: TcpListener,
        wrap: impl Fn(std::net::TcpStream) -> io::Result<Box<dyn Stream>> + Send + Sync + 'static,
        answer: impl Fn(&str, &mut dyn Stream) -> Then + Send + Sync + 'static,
    ) -> Self {
        let server = Self {
            address: listener.local_addr().unwrap(),
            heads: Arc::default(),
            connections: Arc::default(),
        };
        let (heads, connections) = (Arc::clone(&server.heads), Arc::clone(&server.connections));
        let shared = Arc::new((wrap, answer));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                connections.fetch_add(1, Ordering::SeqCst);
                let (heads, shared) = (Arc::clone(&heads), Arc::clone(&shared));
                thread::spawn(move || {
                    let Ok(mut stream) = (shared.0)(stream) else { return };
                    while let Ok(Some(head)) = read_head(&mut *stream) {
                        heads.lock().unwrap().push(head.clone());
                        if let Then::Close = (shared.1)(&head, &mut *stream) {
                            break;
                        }
                    }
                });
            }
        });
        server
    }

    /// Answers every request with these bytes.
    pub(crate) fn always(response: impl Into<Vec<u8>>) -> Self {
        let response = response.into();
        Self::start(move |_, stream| {
            let _ = stream.write_all(&response);
            Then::KeepAlive
        })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The heads of all requests so far.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    /// The targets of all requests so far, as they stood on the request line.
    pub(crate) fn targets(&self) -> Vec<String> {
        let target = |head: &String| head.split(' ').nth(1).unwrap().to_owned();
        self.heads().iter().map(target).collect()
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

fn read_head(stream: &mut dyn Stream) -> io::Result<Option<String>> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte)? == 0 {
            return Ok(None);
        }
        head.push(byte[0]);
    }
    Ok(Some(String::from_utf8(head).unwrap()))
}

/// A whole response with the right length.
pub(crate) fn response(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        text.extend([name, ": ", value, "\r\n"]);
    }
    text.push_str("\r\n");
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}
