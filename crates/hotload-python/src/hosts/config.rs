//! `[hosts.NAME]` in configuration files: rows that are added to the table, or change it.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table};

use super::{Host, Origin};
use crate::request::SHIM_PLACE;

/// The keys of a row, for a suggestion in place of an unknown one.
const KEYS: [&str; 19] = [
    "title",
    "aliases",
    "programs",
    "run",
    "words",
    "arguments",
    "windows-arguments",
    "systems",
    "places",
    "places-of",
    "output",
    "interrupt",
    "transport",
    "keep",
    "drop",
    "licence",
    "refusal",
    "slow",
    "notes",
];
const SYSTEMS: [&str; 3] = ["windows", "linux", "macos"];

/// A configuration file and its text.
#[derive(Debug, Clone)]
pub struct ConfigFile {
    /// Where it lies.
    pub path: PathBuf,
    /// What is in it.
    pub text: String,
    /// Whose it is.
    pub owner: Owner,
}

/// Whose a configuration file is. A project may come from anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The user's own.
    User,
    /// The project's.
    Project,
}

/// A configuration file that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    path: PathBuf,
    /// From 1.
    line: usize,
    what: String,
    hint: Option<String>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}`, line {}: {}",
            self.path.display(),
            self.line,
            self.what
        )
    }
}

impl Error for ConfigError {}

impl ConfigError {
    /// The way out, where there is one.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        self.hint.clone()
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Rows {
    hosts: Table,
}

#[derive(Debug, Deserialize)]
struct CheckedRows {
    #[serde(rename = "hosts")]
    _hosts: BTreeMap<String, Host>,
}

/// The rows of a table, changed and completed by files. Rows of later files come first, new ones
/// before those of hotload's own.
pub(super) fn rows(table: &str, files: &[ConfigFile]) -> Result<Vec<Host>, ConfigError> {
    let built_in: Rows = toml::from_str(table).expect("the table is tested");
    let mut rows: Vec<(String, Table, Origin)> = Vec::new();
    for (name, row) in built_in.hosts {
        rows.push((name, as_table(row), Origin::BuiltIn));
    }
    for file in files {
        for (name, row) in file.rows()? {
            let row = as_table(row);
            let origin = match file.owner {
                Owner::User => Origin::User(file.path.clone()),
                Owner::Project => Origin::Project(file.path.clone()),
            };
            match rows.iter_mut().find(|(known, ..)| *known == name) {
                Some((_, known, from)) => {
                    known.extend(row);
                    *from = origin;
                }
                None => rows.insert(0, (name, row, origin)),
            }
        }
    }
    let hosts = rows.into_iter().map(|(name, row, origin)| {
        let host: Host = row.try_into().expect("each file was checked");
        Host {
            name,
            origin,
            ..host
        }
    });
    let hosts: Vec<Host> = hosts.collect();
    check_names(&hosts, files)?;
    Ok(hosts)
}

fn as_table(row: toml::Value) -> Table {
    row.try_into().expect("each row was checked to be a table")
}

impl ConfigFile {
    fn error(&self, span: Range<usize>, what: String, hint: Option<String>) -> ConfigError {
        let before = self.text.as_bytes().get(..span.start).unwrap_or_default();
        ConfigError {
            path: self.path.clone(),
            line: 1 + before.iter().filter(|byte| **byte == b'\n').count(),
            what,
            hint,
        }
    }

    fn understood<T>(&self, parsed: Result<T, toml::de::Error>) -> Result<T, ConfigError> {
        parsed.map_err(|error| {
            let what = error.message().trim().replace('\n', " ");
            self.error(error.span().unwrap_or(0..0), what, None)
        })
    }

    /// The rows of this file, each checked by itself.
    fn rows(&self) -> Result<Table, ConfigError> {
        let spans = self.understood(DeTable::parse(&self.text))?;
        self.check_keys(spans.get_ref(), &["hosts"], "key")?;
        let Some(hosts) = spans.get_ref().get("hosts") else {
            return Ok(Table::new());
        };
        let DeValue::Table(hosts) = hosts.get_ref() else {
            let hint = Some("a host is `[hosts.NAME]`".into());
            return Err(self.error(hosts.span(), "`hosts` is no table".into(), hint));
        };
        for (name, row) in hosts {
            self.check_row(name, row)?;
        }
        // Row by row: the message then names the line of the value that does not fit.
        let _: CheckedRows = self.understood(toml::from_str(&self.text))?;
        let rows: Rows = self.understood(toml::from_str(&self.text))?;
        Ok(self.with_own_paths(rows.hosts))
    }

    fn check_row(
        &self,
        name: &Spanned<impl AsRef<str>>,
        row: &Spanned<DeValue<'_>>,
    ) -> Result<(), ConfigError> {
        let shown = name.get_ref().as_ref();
        let DeValue::Table(keys) = row.get_ref() else {
            let what = format!("host `{shown}` is no table");
            return Err(self.error(row.span(), what, Some(format!("write `[hosts.{shown}]`"))));
        };
        let what = format!("key in `[hosts.{shown}]`");
        self.check_keys(keys, &KEYS, &what)?;
        if let Some(places) = keys
            .get("places")
            .and_then(|places| places.get_ref().as_table())
        {
            self.check_keys(places, &SYSTEMS, &what)?;
        }
        self.check_shim(keys)
    }

    fn check_keys(
        &self,
        table: &DeTable<'_>,
        known: &[&str],
        what: &str,
    ) -> Result<(), ConfigError> {
        let unknown = table
            .keys()
            .find(|key| !known.contains(&key.get_ref().as_ref()));
        let Some(key) = unknown else { return Ok(()) };
        let hint = match most_similar(key.get_ref(), known.iter().copied()) {
            Some(similar) => format!("did you mean `{similar}`?"),
            None => format!("known are `{}`", known.join("`, `")),
        };
        Err(self.error(
            key.span(),
            format!("unknown {what}: `{}`", key.get_ref()),
            Some(hint),
        ))
    }

    fn check_shim(&self, keys: &DeTable<'_>) -> Result<(), ConfigError> {
        ["arguments", "windows-arguments"]
            .into_iter()
            .filter_map(|key| keys.get(key))
            .try_for_each(|arguments| self.check_one_shim(arguments))
    }

    fn check_one_shim(&self, arguments: &Spanned<DeValue<'_>>) -> Result<(), ConfigError> {
        let words = arguments.get_ref().as_array().into_iter().flatten();
        let shims = words
            .filter_map(|word| word.get_ref().as_str())
            .map(|word| word.matches(SHIM_PLACE).count());
        if shims.sum::<usize>() > 1 {
            let what = format!("`{SHIM_PLACE}` stands twice in `arguments`");
            return Err(self.error(arguments.span(), what, None));
        }
        Ok(())
    }

    /// A program with a separator in its name is a path, from the file's folder on.
    fn with_own_paths(&self, mut rows: Table) -> Table {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        for (_, row) in &mut rows {
            let run = row.as_table_mut().and_then(|row| row.get_mut("run"));
            for program in run
                .and_then(toml::Value::as_array_mut)
                .into_iter()
                .flatten()
            {
                if let Some(text) = program.as_str()
                    && text.chars().any(std::path::is_separator)
                {
                    *program = folder.join(text).display().to_string().into();
                }
            }
        }
        rows
    }
}

/// Two rows that answer to one name would make a request ambiguous.
fn check_names(hosts: &[Host], files: &[ConfigFile]) -> Result<(), ConfigError> {
    for (place, host) in hosts.iter().enumerate() {
        for other in &hosts[place + 1..] {
            let names = || std::iter::once(&other.name).chain(&other.aliases);
            let Some(name) = names().find(|name| host.answers_to(name)) else {
                continue;
            };
            let from = |file: &&ConfigFile| {
                let path = Some(&file.path);
                [&host.origin, &other.origin]
                    .iter()
                    .any(|origin| origin.path() == path)
            };
            let file = files
                .iter()
                .rfind(from)
                .expect("the table has each name once");
            let start = file.text.find(name.as_str()).unwrap_or(0);
            let what = format!(
                "`{name}` names two hosts, `{}` and `{}`",
                host.name, other.name
            );
            return Err(file.error(
                start..start,
                what,
                Some("give one of them another name".into()),
            ));
        }
    }
    Ok(())
}

impl Origin {
    /// The file, if it is not hotload's own table.
    #[must_use]
    pub fn path(&self) -> Option<&PathBuf> {
        match self {
            Self::BuiltIn => None,
            Self::User(path) | Self::Project(path) => Some(path),
        }
    }
}

/// The name that a mistyped one was probably meant to be.
pub(super) fn most_similar<'n>(
    name: &str,
    names: impl Iterator<Item = &'n str>,
) -> Option<&'n str> {
    let scored = names.map(|known| (strsim::jaro_winkler(&name.to_lowercase(), known), known));
    let near = scored.filter(|(score, _)| *score >= 0.85);
    near.max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::{ConfigFile, Owner};
    use crate::hosts::{Hosts, Origin, Output};

    fn file(text: &str) -> ConfigFile {
        ConfigFile {
            path: "/p/hotload.toml".into(),
            text: text.into(),
            owner: Owner::Project,
        }
    }

    #[test]
    fn a_file_adds_hosts_and_changes_single_keys_of_known_ones() {
        let text = "[hosts.solver]\nrun = [\"bin/solver\"]\narguments = [\"-q\", \"{shim}\"]\n\
                    [hosts.\"abaqus cae\"]\nlicence = false\n";
        let hosts = Hosts::load(&[file(text)]).unwrap();
        let solver = hosts.by_name(&["solver"]).unwrap().0;
        assert_eq!(solver.looked_for(), ["/p/bin/solver"]);
        assert_eq!(solver.origin, Origin::Project("/p/hotload.toml".into()));
        let kernel = hosts.by_name(&["abaqus", "cae"]).unwrap().0;
        assert_eq!((kernel.licence, kernel.output), (false, Output::Console));
    }

    #[test]
    fn what_is_wrong_in_a_file_is_named_with_its_line() {
        let cases = [
            (
                "[hosts.x]\nprogams = []\n",
                "line 2: unknown key in `[hosts.x]`: `progams`",
                "did you mean `programs`?",
            ),
            (
                "\n[host.x]\n",
                "line 2: unknown key: `host`",
                "did you mean `hosts`?",
            ),
            (
                "hosts = 1\n",
                "line 1: `hosts` is no table",
                "a host is `[hosts.NAME]`",
            ),
            (
                "[hosts.x.places]\nwindws = []\n",
                "line 2: unknown key in `[hosts.x]`: `windws`",
                "did you mean `windows`?",
            ),
            (
                "[hosts.x]\narguments = [\"{shim}\", \"{shim}\"]\n",
                "line 2: `{shim}` stands twice in `arguments`",
                "",
            ),
            (
                "[hosts.x]\naliases = [\"gdb\"]\n",
                "line 2: `gdb` names two hosts, `x` and `gdb`",
                "give one of them another name",
            ),
        ];
        for (text, said, hint) in cases {
            let error = Hosts::load(&[file(text)]).unwrap_err();
            assert_eq!(error.to_string(), format!("`/p/hotload.toml`, {said}"));
            assert_eq!(error.hint().unwrap_or_default(), hint, "{text}");
        }
        for text in [
            "[hosts.x\n",
            "[hosts.x]\nlicence = \"yes\"\n",
            "[hosts.x]\noutput = \"no\"\n",
        ] {
            let error = Hosts::load(&[file(text)]).unwrap_err();
            assert!(error.to_string().contains("line "), "{error}");
        }
    }
}
