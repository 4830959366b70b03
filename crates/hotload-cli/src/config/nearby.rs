//! What lies in a folder that looks like something to reload.

use std::fs;
use std::path::Path;

/// A Python file, and how it would be named on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Candidate {
    /// A target: `lib.py`.
    Target(String),
    /// A launch script: a file that imports hotload.
    Launch(String),
}

/// At most as much of a file is read to find out what it is.
const LONGEST: u64 = 100_000;

/// Files that configure something else.
const NOT_TARGETS: [&str; 4] = ["conftest.py", "noxfile.py", "setup.py", "tasks.py"];

/// The names that a file is given that starts a program, the most likely first.
const LIKELY: [&str; 5] = ["main.py", "app.py", "lib.py", "run.py", "__main__.py"];

impl Candidate {
    /// As it follows `hotload` on a command line.
    pub(crate) fn arguments(&self) -> String {
        match self {
            Self::Target(name) => name.clone(),
            Self::Launch(name) => format!("--launch {name}"),
        }
    }
}

/// The Python files in this folder that may be targets: launch scripts first, then the names that
/// programs usually have, then the rest by name.
pub(crate) fn candidates(folder: &Path) -> Vec<Candidate> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut found: Vec<Candidate> = names.filter_map(|name| candidate(folder, name)).collect();
    found.sort_by_key(|candidate| (rank(candidate), candidate.arguments()));
    found
}

fn candidate(folder: &Path, name: String) -> Option<Candidate> {
    let path = folder.join(&name);
    let is_likely = name.ends_with(".py")
        && !name.starts_with('.')
        && !name.starts_with("test_")
        && !NOT_TARGETS.contains(&name.as_str());
    if !is_likely || name == "hotload.py" || name == "__init__.py" || !path.is_file() {
        return None;
    }
    if imports_hotload(&path) {
        return Some(Candidate::Launch(name));
    }
    // A name with a space would need quotes in each command.
    (!name.contains(' ')).then_some(Candidate::Target(name))
}

fn imports_hotload(path: &Path) -> bool {
    let is_short = fs::metadata(path).is_ok_and(|found| found.len() <= LONGEST);
    let text = is_short.then(|| fs::read(path).ok()).flatten();
    let text = text.unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    text.lines().any(|line| {
        let mut words = line
            .split([' ', '\t', ',', ';'])
            .filter(|word| !word.is_empty());
        matches!(words.next(), Some("import" | "from")) && words.any(|word| word == "hotload")
    })
}

fn rank(candidate: &Candidate) -> usize {
    match candidate {
        Candidate::Launch(_) => 0,
        Candidate::Target(name) => {
            let likely = LIKELY.iter().position(|likely| likely == name);
            1 + likely.unwrap_or(LIKELY.len())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::candidates;

    #[test]
    fn what_looks_like_a_target_is_found_in_a_useful_order() {
        let folder = tempfile::tempdir().unwrap();
        let files = [
            ("zoo.py", "print(1)"),
            ("lib.py", ""),
            ("start.py", "import os, hotload\n"),
            ("test_lib.py", ""),
            ("conftest.py", ""),
            ("hotload.py", ""),
            ("notes.txt", ""),
        ];
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let found = candidates(folder.path());
        let arguments: Vec<String> = found.iter().map(|it| it.arguments()).collect();
        assert_eq!(arguments, ["--launch start.py", "lib.py", "zoo.py"]);
    }
}
