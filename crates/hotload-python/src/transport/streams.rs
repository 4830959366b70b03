//! Marked lines on the program's standard input and output. Everything else that it prints is passed
//! on.
//!
//! A line is a token, a space, and the bytes of one message, escaped as in a Python literal: standard
//! streams may be in text mode, which changes the ends of lines.

use std::io::{self, BufReader, PipeReader, PipeWriter, Read, Write};
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use crate::transport::connection::{Outgoing, Reader, Transport};
use crate::transport::literal::{escape, unescape};
use crate::transport::shared::Shared;
use crate::transport::sink::Sink;

/// The shim asks this before it says hello, to find out whether hotload is listening. The answer is
/// the same.
const QUESTION: &[u8] = b"?";

/// Pipes for the standard streams of a program that is about to be started.
pub(super) struct Streams {
    from_python: PipeReader,
    to_python: PipeWriter,
    /// The program's ends.
    ends: Option<(PipeReader, PipeWriter)>,
}

impl Streams {
    pub(super) fn new() -> io::Result<Self> {
        let (input, to_python) = io::pipe()?;
        let (from_python, output) = io::pipe()?;
        Ok(Self {
            from_python,
            to_python,
            ends: Some((input, output)),
        })
    }

    pub(super) fn attach(&mut self, command: &mut Command) {
        if let Some((input, output)) = self.ends.take() {
            command.stdin(input).stdout(output);
        }
    }

    /// Passes what the program prints on to `output`, except for messages to hotload.
    pub(super) fn relay(self, shared: &Arc<Shared>, output: &Sink) -> io::Result<()> {
        let mark = format!("{} ", shared.tokens.ours).into_bytes();
        let writer = LineWriter {
            mark: format!("{} ", shared.tokens.theirs),
            shared: Arc::clone(shared),
        };
        shared.hold_input(self.to_python);
        let shared = Arc::clone(shared);
        let mut relay = Relay {
            shared,
            writer,
            lines: None,
            unread: Vec::new(),
            mark,
            output: output.clone(),
        };
        let mut from_python = self.from_python;
        thread::Builder::new()
            .name("output".into())
            .spawn(move || {
                let mut buffer = [0; 1 << 16];
                while let Ok(count @ 1..) = from_python.read(&mut buffer) {
                    // Nothing reads the output any more. The program's own output is closed, so
                    // that it finds that out.
                    if relay.take(&buffer[..count]).is_err() {
                        return;
                    }
                }
                let _ = relay.output.write(&relay.unread);
            })?;
        Ok(())
    }
}

/// Separates messages from what the program prints.
struct Relay {
    shared: Arc<Shared>,
    writer: LineWriter,
    /// Where messages go, from the hello on.
    lines: Option<Sender<Vec<u8>>>,
    unread: Vec<u8>,
    mark: Vec<u8>,
    output: Sink,
}

impl Relay {
    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.unread.extend_from_slice(bytes);
        loop {
            let Some(start) = find(&self.unread, &self.mark) else {
                let rest = length_before_mark(&self.unread, &self.mark);
                let passed: Vec<u8> = self.unread.drain(..rest).collect();
                return self.output.write(&passed);
            };
            let passed: Vec<u8> = self.unread.drain(..start).collect();
            self.output.write(&passed)?;
            let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') else {
                return Ok(());
            };
            let line: Vec<u8> = self.unread.drain(..=end).collect();
            self.receive(line[self.mark.len()..].trim_ascii_end());
        }
    }

    fn receive(&mut self, line: &[u8]) {
        if line == QUESTION {
            let _ = self.writer.write_line(QUESTION);
            return;
        }
        let lines = self.lines.get_or_insert_with(|| {
            let (sender, receiver) = mpsc::channel();
            let reader: Reader = Box::new(LineReader {
                receiver,
                left: Vec::new(),
            });
            let (shared, writer) = (Arc::clone(&self.shared), Box::new(self.writer.clone()));
            // It waits for the hello, which is this line.
            let receive = move || {
                shared.receive(Transport::Streams, BufReader::new(reader), writer);
            };
            // Without the thread the start times out.
            let _ = thread::Builder::new().name("hello".into()).spawn(receive);
            sender
        });
        // Fails if the session has ended.
        let _ = lines.send(unescape(line));
    }
}

/// Reads messages as a stream of bytes.
struct LineReader {
    receiver: Receiver<Vec<u8>>,
    left: Vec<u8>,
}

impl Read for LineReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.left.is_empty() {
            match self.receiver.recv() {
                Ok(message) => self.left = message,
                Err(_) => return Ok(0), // The program has ended.
            }
        }
        let count = buffer.len().min(self.left.len());
        buffer[..count].copy_from_slice(&self.left[..count]);
        self.left.drain(..count);
        Ok(count)
    }
}

/// Writes each message as one line.
#[derive(Clone)]
struct LineWriter {
    mark: String,
    shared: Arc<Shared>,
}

impl LineWriter {
    fn write_line(&self, text: &[u8]) -> io::Result<()> {
        let line = [self.mark.as_bytes(), text, b"\n"].concat();
        self.shared.write_input(&line)
    }
}

impl Outgoing for LineWriter {}

impl Write for LineWriter {
    fn write(&mut self, message: &[u8]) -> io::Result<usize> {
        self.write_line(escape(message).as_bytes())?;
        Ok(message.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn find(text: &[u8], mark: &[u8]) -> Option<usize> {
    text.windows(mark.len()).position(|window| window == mark)
}

/// How much of the text is certainly not part of a mark that has not fully arrived.
fn length_before_mark(text: &[u8], mark: &[u8]) -> usize {
    let longest = text.len().min(mark.len() - 1);
    let begun = (1..=longest)
        .rev()
        .find(|length| text.ends_with(&mark[..*length]));
    text.len() - begun.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::length_before_mark;

    #[test]
    fn what_may_be_the_start_of_a_mark_is_held_back() {
        let cases = [
            ("noise", 5),
            ("noise tok", 6),
            ("t", 0),
            ("tokentok", 5),
            ("", 0),
        ];
        for (text, passed) in cases {
            assert_eq!(
                length_before_mark(text.as_bytes(), b"token "),
                passed,
                "{text}"
            );
        }
    }
}
