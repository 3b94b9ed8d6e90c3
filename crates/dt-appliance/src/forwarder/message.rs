//! Just as much of HTTP as is needed to spoil it.

use std::io::{self, BufRead, Read};

/// No head here is longer.
const LONGEST_HEAD: usize = 64 * 1024;

/// What passes through a forwarder, either way: a head up to its empty line, and a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) head: String,
    pub(super) body: Vec<u8>,
}

impl Message {
    /// Reads a message whose body has the announced length, or none. `None` if nothing comes any
    /// more.
    pub(super) fn read(from: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            let room = (LONGEST_HEAD - head.len()) as u64;
            match from.by_ref().take(room).read_line(&mut head)? {
                0 if head.is_empty() => return Ok(None),
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                _ => {}
            }
        }
        let mut message = Self { head, body: Vec::new() };
        let length = message.header("content-length").map_or(Ok(0), str::parse);
        let length: u64 = length.map_err(|_| io::ErrorKind::InvalidData)?;
        if from.by_ref().take(length).read_to_end(&mut message.body)? as u64 != length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Some(message))
    }

    /// Path and query on a request line.
    pub(super) fn target(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }

    /// The head with another length, or with none.
    pub(super) fn head_with_length(&self, length: Option<usize>) -> String {
        let is_length = |line: &&str| name_of(line).eq_ignore_ascii_case("content-length");
        let lines = self.head.trim_end().split("\r\n").filter(|line| !is_length(line));
        let mut head: String = lines.flat_map(|line| [line, "\r\n"]).collect();
        if let Some(length) = length {
            head.extend(["content-length: ", &length.to_string(), "\r\n"]);
        }
        head + "\r\n"
    }

    fn header(&self, name: &str) -> Option<&str> {
        let line = self.head.lines().find(|line| name_of(line).eq_ignore_ascii_case(name))?;
        line.split_once(':').map(|(_, value)| value.trim())
    }
}

fn name_of(line: &str) -> &str {
    line.split_once(':').map_or("", |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(mut bytes: &[u8]) -> io::Result<Option<Message>> {
        Message::read(&mut bytes)
    }

    #[test]
    fn heads_and_bodies_are_told_apart() {
        let request = read(b"GET /devices?did=7 HTTP/1.1\r\nHost: demo\r\n\r\n").unwrap().unwrap();
        assert_eq!((request.target(), &*request.body), ("/devices?did=7", &b""[..]));
        let response = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\ndate: today\r\n\r\n{}rest";
        let response = read(response).unwrap().unwrap();
        assert_eq!(response.body, b"{}");
        assert_eq!(
            response.head_with_length(Some(9)),
            "HTTP/1.1 200 OK\r\ndate: today\r\ncontent-length: 9\r\n\r\n"
        );
        assert_eq!(response.head_with_length(None), "HTTP/1.1 200 OK\r\ndate: today\r\n\r\n");
    }

    #[test]
    fn what_ends_early_is_no_message() {
        assert_eq!(read(b"").unwrap(), None);
        for text in ["GET / HT", "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n{}"] {
            assert_eq!(read(text.as_bytes()).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        }
        let endless = "x".repeat(2 * LONGEST_HEAD);
        assert!(read(endless.as_bytes()).is_err());
        assert!(read(b"HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n").is_err());
    }
}
