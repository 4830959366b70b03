//! Frames: the length in four bytes, big-endian, then a JSON object in ASCII.

use std::io::{self, Read};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Anything longer is not a frame: user code has written into the connection. Text always gives a
/// greater length, because its first byte is at least that of a tab, 9.
const LONGEST: u32 = 9 << 24;

/// The bytes of one frame.
///
/// # Panics
///
/// When the message cannot be serialized, which all of ours can, or takes more than 4 GiB.
#[must_use]
pub fn encode(message: &impl Serialize) -> Vec<u8> {
    let text = serde_json::to_string(message).expect("our messages can be serialized");
    let text = to_ascii(&text);
    let length = u32::try_from(text.len()).expect("a request is short");
    let mut frame = length.to_be_bytes().to_vec();
    frame.extend_from_slice(text.as_bytes());
    frame
}

/// Outside strings JSON is ASCII, so every other character is in a string, where it can be escaped.
fn to_ascii(json: &str) -> String {
    let mut ascii = String::with_capacity(json.len());
    for character in json.chars() {
        if character.is_ascii() && character != '\x7f' {
            ascii.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                ascii.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    ascii
}

/// Reads one frame; `None` when the connection ends between two frames.
///
/// # Errors
///
/// When the connection ends within a frame, or what arrives is not a frame.
pub fn read<M: DeserializeOwned>(reader: &mut impl Read) -> io::Result<Option<M>> {
    let text = read_text(reader)?;
    text.as_deref().map(decode).transpose()
}

/// The message in a frame.
///
/// # Errors
///
/// When it is not a message of this type.
pub(crate) fn decode<M: DeserializeOwned>(text: &[u8]) -> io::Result<M> {
    serde_json::from_slice(text).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// Reads one frame without parsing the message in it.
///
/// # Errors
///
/// Like [`read`], but only the first byte of the message is checked.
pub(crate) fn read_text(reader: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut header = [0; 4];
    let first = reader.read(&mut header)?;
    if first == 0 {
        return Ok(None);
    }
    reader.read_exact(&mut header[first..])?;
    let length = u32::from_be_bytes(header);
    let mut text = vec![0];
    if length < LONGEST {
        reader.read_exact(&mut text)?;
    }
    // Reported now, because the rest may never arrive.
    if text != b"{" {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "garbled frame"));
    }
    let rest = u64::from(length).saturating_sub(1);
    let read = 1 + reader.take(rest).read_to_end(&mut text)?;
    if read < length as usize {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use super::{encode, read};
    use std::collections::BTreeMap;
    use std::io::{self, Read};

    type Message = BTreeMap<String, String>;

    /// Gives one byte per read, as a socket may.
    struct Drip<'b>(&'b [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(1).min(buffer.len());
            self.0.read(&mut buffer[..count])
        }
    }

    const MESSAGES: [&str; 4] = ["", "plain", "\"\\\n\u{1}", "\u{e9} \u{1f600} \u{7f}"];

    #[test]
    fn a_frame_is_ascii_and_comes_back_as_it_was() {
        let messages = MESSAGES.map(|text| Message::from([("text".into(), text.into())]));
        let bytes: Vec<u8> = messages.iter().flat_map(encode).collect();
        let mut whole = bytes.as_slice();
        let mut dripping = Drip(&bytes);
        for message in messages {
            assert!(encode(&message)[4..].is_ascii());
            assert_eq!(read(&mut whole).unwrap().as_ref(), Some(&message));
            assert_eq!(read(&mut dripping).unwrap().as_ref(), Some(&message));
        }
        assert_eq!(read::<Message>(&mut whole).unwrap(), None);
    }

    #[test]
    fn anything_but_a_frame_is_an_error() {
        let garbled: [&[u8]; 7] = [
            b"\0\0",
            b"\0\0\0\0",
            b"\0\x01\0\0[",
            b"\n\n\n\n",
            b"\0\0\0\x05abc",
            b"\0\0\0\x01x",
            b"\xff\xff\xff\xffx",
        ];
        for mut bytes in garbled {
            assert!(read::<Message>(&mut bytes).is_err(), "{bytes:?}");
        }
    }
}
