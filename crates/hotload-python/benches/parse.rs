//! How fast tracebacks are found: `cargo bench -p hotload-python`. How to read it: `ci/bench.md`.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use hotload_python::traceback::text::tracebacks;

/// Bytes of each text.
const SIZE: usize = 64 << 20;

/// The best of so many runs: whatever else the machine does makes it slower.
const RUNS: usize = 5;

fn main() {
    let texts = [
        ("nothing but tracebacks", filled(&recordings())),
        ("many small ones", filled(SMALL.as_bytes())),
        ("one long message", long_message()),
        ("a log without any", filled(LOG.as_bytes())),
        ("one line", vec![b'x'; SIZE]),
    ];
    println!(
        "finding tracebacks in {} MB of text, best of {RUNS}",
        SIZE >> 20
    );
    for (name, text) in &texts {
        let runs = (0..RUNS).map(|_| {
            let start = Clock::start();
            let count = tracebacks(text.as_slice()).count();
            (start.elapsed(), count)
        });
        let (time, count) = runs.min().expect("there are runs");
        let speed = text.len() as f64 / time.as_secs_f64() / 1e6;
        println!("  {name:24}{speed:8.0} MB/s   {count:7} tracebacks   goal: >= 100 MB/s");
    }
}

const SMALL: &str = "Traceback (most recent call last):\n  File \"/app/lib.py\", line 12, in f\n    g(x)\n  \
                     File \"/app/lib.py\", line 9, in g\n    return {}[x]\nKeyError: 4711\n";

/// Of millions of lines.
fn long_message() -> Vec<u8> {
    let mut text = SMALL.as_bytes().to_vec();
    text.extend(b"line of it\n".repeat(SIZE / 11));
    text
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
