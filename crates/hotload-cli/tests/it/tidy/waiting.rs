//! A test waits for what it needs to see, not for a time.

use std::fs;

use crate::tidy::{assert_none, files, root};

/// Here is the one function that asks again and again, and the one for what a test plays.
const HARNESS: &str = "crates/hotload-cli/tests/it/harness.rs";

#[test]
fn no_test_sleeps_for_a_fixed_time() {
    let mut found = Vec::new();
    for file in files("crates", &["rs"]) {
        if !file.contains("/tests/") || file == HARNESS || file.ends_with("/waiting.rs") {
            continue;
        }
        let text = fs::read_to_string(root().join(&file)).unwrap();
        for (index, line) in text.lines().enumerate() {
            if line.contains("thread::sleep") || line.contains("park_timeout") {
                found.push(format!("{file}:{}: {}", index + 1, line.trim()));
            }
        }
    }
    assert_none("a test waits for a condition, with `wait_until`", &found);
}
