//! How fast tracebacks are found: `cargo bench -p hotload-python`. How to read it: `ci/bench.md`.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use hotload_python::traceback::text::tracebacks;
use hotload_python::traceback::text::utf16::{ByteOrder, Utf16};

/// Bytes of each text.
const SIZE: usize = 64 << 20;

/// The best of so many runs: whatever else the machine does makes it slower.
const RUNS: usize = 5;

fn main() {
    let small = filled(SMALL.as_bytes());
    #[rustfmt::skip]
    let texts = [
        ("nothing but tracebacks", filled(&recordings())),
        ("many small ones", small.clone()),
        ("the same, CRLF", filled(SMALL.replace('\n', "\r\n").as_bytes())),
        ("the same, in colours", filled(coloured(SMALL).as_bytes())),
        ("the same, behind a prefix", filled(behind("web_1  | ", SMALL).as_bytes())),
        ("headers alone", filled(b"Traceback (most recent call last):\n")),
        ("frames without an end", raised(FRAME)),
        ("a frame of empty lines", raised("    \n")),
        ("one long message", message("line of it\n")),
        ("a message of short lines", message("x\n")),
        ("a message of empty lines", message("\n")),
        ("a message of bad bytes", [SMALL.as_bytes(), &filled(b"caf\xe9 line\n")].concat()),
        ("a message in a group", [GROUP.as_bytes(), &filled(b"  | a\n")].concat()),
        ("a log without any", filled(LOG.as_bytes())),
        ("line feeds", filled(b"\n")),
        ("short lines", filled(b"a\nab\n\nabc\n \n")),
        ("margins", filled(b"    | x\n")),
        ("one line", vec![b'x'; SIZE]),
        ("bytes of all kinds", noise()),
    ];
    let utf_16: Vec<u8> = String::from_utf8_lossy(&small)
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    println!(
        "finding tracebacks in {} MB of text, best of {RUNS}",
        SIZE >> 20
    );
    for (name, text) in &texts {
        measure(name, text.len(), || tracebacks(text.as_slice()).count());
    }
    measure("many small ones, UTF-16", utf_16.len(), || {
        tracebacks(Utf16::new(utf_16.as_slice(), ByteOrder::Little)).count()
    });
}

fn measure(name: &str, length: usize, count: impl Fn() -> usize) {
    let runs = (0..RUNS).map(|_| {
        let start = Clock::start();
        let count = count();
        (start.elapsed(), count)
    });
    let (time, count) = runs.min().expect("there are runs");
    let speed = length as f64 / time.as_secs_f64() / 1e6;
    println!("  {name:26}{speed:8.0} MB/s   {count:7} tracebacks   goal: >= 100 MB/s");
}

const SMALL: &str = "Traceback (most recent call last):\n  File \"/app/lib.py\", line 12, in f\n    g(x)\n  \
                     File \"/app/lib.py\", line 9, in g\n    return {}[x]\nKeyError: 4711\n";

const FRAME: &str = "  File \"/app/lib.py\", line 12, in f\n    g(x)\n";

const GROUP: &str = "  + Exception Group Traceback (most recent call last):\n  |   File \"/app/lib.py\", line 12, in f\n  \
                     |     g(x)\n  | ExceptionGroup: two (2 sub-exceptions)\n";

/// A message of millions of lines.
fn message(line: &str) -> Vec<u8> {
    [SMALL.as_bytes(), &filled(line.as_bytes())].concat()
}

/// Millions of lines behind a frame.
fn raised(lines: &str) -> Vec<u8> {
    let start = format!("Traceback (most recent call last):\n{FRAME}");
    [start.as_bytes(), &filled(lines.as_bytes())].concat()
}

/// Each word in a colour.
fn coloured(text: &str) -> String {
    text.split_inclusive([' ', '\n'])
        .map(|word| format!("\x1b[1;35m{word}\x1b[0m"))
        .collect()
}

fn behind(prefix: &str, text: &str) -> String {
    let lines = text.split_inclusive('\n');
    lines.map(|line| format!("{prefix}{line}")).collect()
}

/// The same bytes each time, as if by chance.
fn noise() -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    (0..SIZE / 8).flat_map(|_| next()).collect()
}

const LOG: &str = "2026-03-01 12:00:00,123 INFO app.worker: request 4711 took 12.5 ms\n\
                   2026-03-01 12:00:00,140 DEBUG app.db: SELECT name FROM users WHERE id = 7\n\
                   Error rate: 0.1 %, Traceback count: 0\n\n";

/// Processor time where the system tells it, since others may use the machine, too.
struct Clock {
    start: Instant,
    used: Option<Duration>,
}

impl Clock {
    fn start() -> Self {
        Self {
            start: Instant::now(),
            used: processor_time(),
        }
    }

    fn elapsed(&self) -> Duration {
        let used = processor_time().zip(self.used);
        used.map_or(self.start.elapsed(), |(now, before)| now - before)
    }
}

/// Of this thread; Linux only.
fn processor_time() -> Option<Duration> {
    let times = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = times.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

/// What was recorded of each case on each Python, one after the other.
fn recordings() -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/tracebacks/recorded");
    let mut files = Vec::new();
    for case in fs::read_dir(folder).expect("recordings are here").flatten() {
        let texts = fs::read_dir(case.path()).expect("a case is a folder");
        files.extend(texts.flatten().map(|file| file.path()));
    }
    files.sort();
    let texts = files
        .iter()
        .map(|file| fs::read(file).expect("a recording can be read"));
    texts.collect::<Vec<_>>().join(&b'\n')
}

fn filled(text: &[u8]) -> Vec<u8> {
    text.repeat(SIZE / text.len() + 1)
}
