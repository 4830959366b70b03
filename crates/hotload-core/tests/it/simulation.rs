//! Random trees, deeds, clocks and hints: every change is reported, once, within its bound, whatever
//! the hints say.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime};

use hotload_core::watching::change_set::ChangeSet;
use hotload_core::watching::hints::Hint;
use hotload_core::watching::stamp::Stamp;
use hotload_core::watching::watch_set::WatchSet;

use crate::fake_disk::{FakeDisk, ROOT, path};
use crate::poll::root;
use crate::timed::{Handed, Timed};

/// A debug build takes about a second for each.
const SEEDS: u64 = 6;
const DEEDS: u32 = 40;

/// What the hints are like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hints {
    Off,
    Right,
    /// Late, missing, twice, or for another path.
    Random,
}

/// Random numbers that are the same for the same seed (xorshift64*).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let index = self.below(from.len() as u64);
        &from[usize::try_from(index).expect("a short list")]
    }

    fn millis(&mut self, end: u64) -> Duration {
        Duration::from_micros(self.below(end * 1000))
    }
}

/// What shows that a file is another, or was saved.
type State = Option<(SystemTime, u64, Option<u64>)>;

struct Simulation {
    random: Random,
    timed: Timed,
    hints: Hints,
    handed: Handed,
    /// Folders that hints come for.
    confirmed: BTreeSet<PathBuf>,
    later: Vec<(Instant, Hint)>,
    model: Rc<RefCell<Model>>,
    bound: Duration,
}

/// What was reported, and what should have been.
struct Model {
    disk: FakeDisk,
    /// The state in which a file was last reported, run, or found at the start.
    reported: BTreeMap<PathBuf, State>,
    log: Vec<String>,
}

impl Model {
    fn state(&self, file: &Path) -> State {
        let stamp = self.disk.try_stamp(file)?;
        state(&stamp)
    }

    fn found(&mut self, changes: &ChangeSet, at: Duration) {
        for (file, kind) in changes.iter() {
            let state = self.state(file);
            self.log.push(format!("{at:?}: {kind} {}", file.display()));
            let before = self.reported.insert(file.to_path_buf(), state).flatten();
            assert!(before != state, "reported twice:\n{}", self.log.join("\n"));
        }
    }

    /// The files whose last change has not been reported.
    fn unreported(&self) -> BTreeSet<PathBuf> {
        let (files, _) = self.disk.paths();
        let there = files.into_iter().filter(|file| is_watched(file));
        let all: BTreeSet<PathBuf> = there.chain(self.reported.keys().cloned()).collect();
        let is_late =
            |file: &PathBuf| self.reported.get(file).copied().flatten() != self.state(file);
        all.into_iter().filter(is_late).collect()
    }
}

#[allow(clippy::unnecessary_wraps, reason = "a missing file has none")]
fn state(stamp: &Stamp) -> State {
    Some((stamp.modified, stamp.len, stamp.inode))
}

fn is_watched(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending == "py")
}

fn name(path: &Path) -> String {
    let below = path
        .strip_prefix(ROOT)
        .expect("all files are below the root");
    below.to_str().expect("plain names").to_owned()
}

impl Simulation {
    fn new(seed: u64, hints: Hints) -> Self {
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) + 1);
        let disk = FakeDisk::with(&[]);
        for index in 0..random.below(60) + 2 {
            let folder = random.below(6);
            let sub = ["", "sub/"][usize::from(random.one_in(3))];
            disk.save(&format!("p{folder}/{sub}f{index}.py"), "x = 1");
        }
        let costs = [1, 1, 1, 20, 500];
        let cost = Duration::from_micros(*random.pick(&costs));
        let (files, _) = disk.paths();
        let named = files.iter().take(2).cloned().collect();
        let watch_set = WatchSet {
            files: named,
            roots: vec![root("", ".py")],
        };
        let mut timed = Timed::new(disk.clone(), watch_set, cost);
        let handed = Handed::default();
        if hints != Hints::Off {
            timed.poller.set_notifier(Box::new(handed.clone()));
        }
        let reported = files.iter().map(|file| {
            let stamp = disk.try_stamp(file).expect("it was just saved");
            (file.clone(), state(&stamp))
        });
        let model = Model {
            reported: reported.collect(),
            log: vec![format!("seed {seed}, {hints:?}, a look takes {cost:?}")],
            disk,
        };
        // All files and folders in turn, in the part of the time that the slowest pace leaves them.
        let turn = cost * 150 * 3000;
        Self {
            random,
            timed,
            hints,
            handed,
            confirmed: BTreeSet::new(),
            later: Vec::new(),
            model: Rc::new(RefCell::new(model)),
            bound: Duration::from_secs(4) + turn,
        }
    }

    fn run_for(&mut self, time: Duration) {
        let end = self.timed.now() + time;
        loop {
            for folder in self.handed.0.take() {
                let due = self.timed.now() + self.random.millis(20);
                self.later.push((due, Hint::Watching(folder)));
            }
            self.later.sort_by_key(|(due, _)| *due);
            let next = self.later.first().map_or(end, |(due, _)| *due).min(end);
            let wait = next.saturating_duration_since(self.timed.now());
            let model = Rc::clone(&self.model);
            let start = self.timed.start;
            let at = self.timed.now() - start;
            self.timed
                .run_for(wait, |changes| model.borrow_mut().found(changes, at));
            while self
                .later
                .first()
                .is_some_and(|(due, _)| *due <= self.timed.now())
            {
                let (_, hint) = self.later.remove(0);
                if let Hint::Watching(folder) = &hint {
                    self.confirmed.insert(folder.clone());
                }
                self.timed.hint(hint);
            }
            if self.timed.now() >= end {
                return;
            }
        }
    }

    fn says(&mut self, file: &Path) {
        let now = self.timed.now();
        let is_reported = file
            .parent()
            .is_some_and(|folder| self.confirmed.contains(folder));
        let hint = Hint::Changed(file.to_path_buf());
        match self.hints {
            Hints::Off => {}
            Hints::Right if is_reported => self.later.push((now, hint)),
            Hints::Right => {}
            Hints::Random => {
                let (files, folders) = self.timed.disk.paths();
                let hint = match self.random.below(8) {
                    0 => return,
                    1 => Hint::Written(file.to_path_buf()),
                    2 => Hint::Everything,
                    3 => Hint::Changed(self.random.pick(&folders).clone()),
                    4 if !files.is_empty() => Hint::Changed(self.random.pick(&files).clone()),
                    _ => hint,
                };
                for _ in 0..=self.random.below(2) {
                    let due = now + self.random.millis(3000);
                    self.later.push((due, hint.clone()));
                }
            }
        }
    }

    fn log(&self, what: String) {
        let at = self.timed.now() - self.timed.start;
        self.model.borrow_mut().log.push(format!("{at:?}: {what}"));
    }

    /// Does something to the disk. Returns what the system would report.
    fn deed(&mut self) -> Vec<PathBuf> {
        let disk = self.timed.disk.clone();
        let (files, folders) = disk.paths();
        let watched: Vec<_> = files.into_iter().filter(|file| is_watched(file)).collect();
        let text = format!(
            "x = {}",
            "1".repeat(usize::try_from(self.random.below(30)).expect("few") + 1)
        );
        if watched.is_empty() || self.random.one_in(5) {
            let count = self.random.below(1000);
            let place = ["new/", "", "p1/", "new/deep/"];
            let new = format!("{}g{count}.py", self.random.pick(&place));
            self.log(format!("create {new}"));
            disk.save(&new, &text);
            return vec![path(&new)];
        }
        let file = self.random.pick(&watched).clone();
        let file_name = name(&file);
        match self.random.below(9) {
            0 => {
                self.log(format!("remove {file_name}"));
                disk.remove(&file_name);
            }
            1 => {
                self.log(format!("rename over {file_name}"));
                disk.save(".tmp", &text);
                disk.rename(".tmp", &file_name);
            }
            2 => {
                self.log(format!("back up and recreate {file_name}"));
                disk.rename(&file_name, &format!("{file_name}~"));
                disk.save(&file_name, &text);
            }
            3 => {
                self.log(format!("backdate {file_name}"));
                let back = Duration::from_secs(self.random.below(100_000));
                disk.rewrite(&file_name, &text, |stamp| stamp.modified -= back);
            }
            4 if folders.len() > 1 => return self.rename_folder(&folders[1..]),
            5 => {
                self.log(format!("empty {file_name}"));
                disk.save(&file_name, "");
            }
            6 => {
                let nanos = self.random.below(7_200_000_000_001);
                let nanos = i64::try_from(nanos).expect("two hours") - 3_600_000_000_000;
                self.log(format!("the clock jumps by {nanos} ns"));
                disk.jump(nanos);
                return Vec::new();
            }
            _ => {
                self.log(format!("save {file_name}"));
                disk.save(&file_name, &text);
            }
        }
        vec![file]
    }

    fn rename_folder(&mut self, folders: &[PathBuf]) -> Vec<PathBuf> {
        let from = name(self.random.pick::<PathBuf>(folders));
        let to = format!("moved{}", self.random.below(4));
        if to == from {
            return Vec::new();
        }
        self.log(format!("rename {from} to {to}"));
        self.timed.disk.rename(&from, &to);
        // What is below is not reported, and no watch on the old place reports on the new one.
        self.confirmed
            .retain(|folder| !folder.starts_with(path(&from)));
        vec![path(&from), path(&to)]
    }

    /// An interpreter runs a file as it is.
    fn load(&mut self) {
        let (files, _) = self.timed.disk.paths();
        let watched: Vec<_> = files.into_iter().filter(|file| is_watched(file)).collect();
        if watched.is_empty() {
            return;
        }
        let file = self.random.pick(&watched).clone();
        self.log(format!("run {}", file.display()));
        let source = self.timed.disk.source(&name(&file));
        let now = self.timed.now();
        self.timed.poller.source_was_run(&source, now);
        let state = self.model.borrow().state(&file);
        self.model.borrow_mut().reported.insert(file, state);
    }

    fn play(&mut self) {
        self.run_for(Duration::from_millis(300));
        for _ in 0..DEEDS {
            if self.random.one_in(6) {
                self.load();
            }
            for path in self.deed() {
                self.says(&path);
            }
            let pause = match self.random.below(100) {
                0..=49 => self.random.millis(30),
                50..=97 => self.random.millis(1500),
                _ => self.random.millis(90_000),
            };
            self.run_for(pause);
            if self.random.one_in(20) {
                self.check(self.bound);
            }
        }
        self.check(self.bound);
    }

    fn check(&mut self, within: Duration) {
        self.run_for(within);
        let model = self.model.borrow();
        let unreported = model.unreported();
        let log = model.log.join("\n");
        assert!(unreported.is_empty(), "not reported: {unreported:?}\n{log}");
    }
}

#[test]
fn without_hints_every_change_is_reported_once_within_its_bound() {
    for seed in 1..=SEEDS {
        Simulation::new(seed, Hints::Off).play();
    }
}

#[test]
fn with_hints_every_change_is_reported_once_within_its_bound() {
    for seed in 1..=SEEDS {
        Simulation::new(seed, Hints::Right).play();
    }
}

#[test]
fn with_wrong_late_missing_and_repeated_hints_every_change_is_reported_once_within_its_bound() {
    for seed in 1..=SEEDS {
        Simulation::new(seed, Hints::Random).play();
    }
}
