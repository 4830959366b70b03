//! Notes what hotload is built from, for `--version --verbose`.

use std::env;
use std::fs;
use std::process::Command;

/// `git archive` writes the commit and its date into this file.
const ARCHIVED: &str = "commit.txt";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={ARCHIVED}");
    let archived = fs::read_to_string(ARCHIVED).unwrap_or_default();
    let archived = Some(archived.trim().to_owned()).filter(|text| !text.starts_with('$'));
    let built_from = archived.or_else(|| {
        // Another commit makes no difference to an archive.
        if let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"]) {
            println!("cargo::rerun-if-changed={log}");
        }
        git(&["log", "-1", "--format=%h %cs"])
    });
    let built_from = built_from.unwrap_or_default();
    let (commit, date) = built_from.split_once(' ').unwrap_or(("unknown", "unknown"));
    println!("cargo::rustc-env=HOTLOAD_COMMIT={commit}");
    println!("cargo::rustc-env=HOTLOAD_COMMIT_DATE={date}");
    let target = env::var("TARGET").unwrap_or_default();
    println!("cargo::rustc-env=HOTLOAD_TARGET={target}");
}

/// What git answers, if it is there and this is a repository of its own.
fn git(arguments: &[&str]) -> Option<String> {
    let answer = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(answer.stdout).ok()?;
    let text = text.trim().to_owned();
    (answer.status.success() && !text.is_empty()).then_some(text)
}
