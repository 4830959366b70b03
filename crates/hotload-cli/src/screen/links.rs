//! Links around the places in errors, for terminals that open them.
//!
//! Without the escape sequences the text is the same, byte for byte.

use std::env;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::exit::Exit;

/// Names of formats, as ripgrep has them.
const ALIASES: [(&str, &str); 4] = [
    ("cursor", "cursor://file{path}:{line}:{column}"),
    ("file", "file://{path}"),
    ("kitty", "file://{path}#{line}"),
    ("vscode", "vscode://file{path}:{line}:{column}"),
];

/// Variables that only terminals with links set.
const LINKING: [&str; 5] = [
    "DOMTERM",
    "KITTY_WINDOW_ID",
    "KONSOLE_VERSION",
    "VTE_VERSION",
    "WT_SESSION",
];

/// Terminals with links, by TERM_PROGRAM.
const LINKING_PROGRAMS: [&str; 6] = ["Hyper", "WezTerm", "ghostty", "iTerm.app", "rio", "vscode"];

/// Where places lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Links {
    format: String,
    /// Relative paths start here.
    folder: PathBuf,
}

impl Links {
    /// `None` without links. `is_screen` is whether the output is a terminal that knows escape sequences.
    pub(crate) fn check(given: &str, folder: &Path, is_screen: bool) -> Result<Option<Self>, Exit> {
        let alias = |name: &str| {
            let found = ALIASES.iter().find(|(known, _)| *known == name);
            found.map(|(_, format)| (*format).to_owned())
        };
        let format = match given {
            "never" | "none" => return Ok(None),
            "auto" if !(is_screen && opens_links()) => return Ok(None),
            "auto" | "always" => alias("file"),
            custom if custom.contains("{path}") => Some(custom.to_owned()),
            name => alias(name),
        };
        let format = format.ok_or_else(|| {
            let names = ALIASES.map(|(name, _)| name).join("`, `");
            Exit::usage(format!("`--hyperlinks {given}` is not a format")).hint(format!(
                "it is `auto`, `always`, `never`, `{names}`, or a URL with `{{path}}`, `{{line}}` and \
                 `{{column}}`"
            ))
        })?;
        Ok(Some(Self {
            format,
            folder: folder.into(),
        }))
    }

    /// The text with a link around each `file:line:column` of a file that exists.
    pub(crate) fn add(&self, text: &str) -> String {
        let lines = text.split_inclusive('\n');
        lines.map(|line| self.add_to_line(line)).collect()
    }

    fn add_to_line(&self, line: &str) -> String {
        let mut linked = String::new();
        let mut rest = line;
        while let Some(start) = rest.find(|letter: char| !is_between(letter)) {
            let (before, word) = rest.split_at(start);
            let end = word.find(is_between).unwrap_or(word.len());
            let (word, after) = word.split_at(end);
            linked.push_str(before);
            linked.push_str(&self.link(word).unwrap_or_else(|| word.to_owned()));
            rest = after;
        }
        linked + rest
    }

    fn link(&self, word: &str) -> Option<String> {
        let (start, last) = word.rsplit_once(':')?;
        let last: u64 = last.parse().ok()?;
        let with_column = start
            .rsplit_once(':')
            .and_then(|(file, line)| Some((file, line.parse().ok()?, last)));
        let (file, line, column): (&str, u64, u64) = with_column.unwrap_or((start, last, 1));
        let path = self.folder.join(file);
        if !path.is_file() {
            return None;
        }
        let url = self
            .format
            .replace("{path}", &encoded(&path))
            .replace("{line}", &line.to_string())
            .replace("{column}", &column.to_string());
        Some(format!("\x1b]8;;{url}\x1b\\{word}\x1b]8;;\x1b\\"))
    }
}

/// What is between two words: spaces, and the escape sequences of colours.
fn is_between(letter: char) -> bool {
    letter.is_whitespace() || letter == '\x1b' || letter == ',' || letter == ')' || letter == '('
}

/// A path in a URL, with a slash at its start.
fn encoded(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    let mut url = String::new();
    if !path.starts_with('/') {
        url.push('/');
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' | b':' => {
                url.push(char::from(byte));
            }
            _ => {
                let _ = write!(url, "%{byte:02X}");
            }
        }
    }
    url
}

fn opens_links() -> bool {
    let is_set = |name: &&str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let program = env::var("TERM_PROGRAM").unwrap_or_default();
    LINKING.iter().any(is_set) || LINKING_PROGRAMS.contains(&program.as_str())
}

#[cfg(test)]
mod tests {
    use super::Links;

    #[test]
    fn only_places_in_files_are_linked_and_the_text_stays_the_same() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("lib.py"), "").unwrap();
        let links = Links::check("{path}+{line}+{column}", folder.path(), true);
        let links = links.unwrap().unwrap();
        let url = folder.path().join("lib.py").display().to_string();
        // A drive stands after a slash.
        let slash = if cfg!(windows) { "/" } else { "" };
        let url = format!("{slash}{}", url.replace('\\', "/"));
        let text = " --> lib.py:3:7 in f\n  from lib.py:2 in g\ngone.py:3 lib.py 12:30\n";
        let linked = links.add(text);
        let start = |place: &str| format!("\x1b]8;;{url}{place}\x1b\\");
        assert!(
            linked.contains(&format!("{}lib.py:2\x1b]8;;\x1b\\ in g", start("+2+1"))),
            "{linked:?}"
        );
        let plain = linked
            .replace(&start("+2+1"), "")
            .replace(&start("+3+7"), "");
        assert_eq!(plain.matches("\x1b]8;;\x1b\\").count(), 2, "{linked:?}");
        assert_eq!(plain.replace("\x1b]8;;\x1b\\", ""), text);
    }
}
