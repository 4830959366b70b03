//! Whatever comes on the connection is a message, its end or an error, and a message comes as it was sent.

use hotload_python::transport::frame::{encode, read};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::any_text::config;

fn message() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(3, 20, 4, |inner| {
        prop::collection::vec(inner, 0..4).prop_map(Value::from)
    });
    (any::<String>(), value).prop_map(|(key, value)| json!({key: value}))
}

/// All that is read, up to the end or an error.
fn read_all(mut bytes: &[u8]) -> (Vec<Value>, bool) {
    let mut all = Vec::new();
    loop {
        match read(&mut bytes) {
            Ok(Some(message)) => all.push(message),
            Ok(None) => return (all, true),
            Err(_) => return (all, false),
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn messages_come_as_they_were_sent(messages in prop::collection::vec(message(), 0..5)) {
        let bytes: Vec<u8> = messages.iter().flat_map(encode).collect();
        prop_assert_eq!(read_all(&bytes), (messages, true));
    }

    #[test]
    fn what_is_cut_off_or_broken_is_not_another_message(
        messages in prop::collection::vec(message(), 1..4),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let bytes: Vec<u8> = messages.iter().flat_map(encode).collect();
        let place = place.index(bytes.len());
        let (read, _) = read_all(&bytes[..place]);
        prop_assert_eq!(&messages[..read.len()], &read[..]);
        let mut broken = bytes;
        broken[place] = byte;
        let (read, _) = read_all(&broken);
        prop_assert!(read.len() <= messages.len());
    }

    #[test]
    fn any_bytes_end(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read_all(&bytes);
    }
}
