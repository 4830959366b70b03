//! `[hosts.NAME]` in configuration files: rows that are added to the table, or change its rows.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Table;

use super::config_file::{ConfigError, ConfigFile, ConfigOwner, HostsTable};
use super::host::{Host, RowOrigin};
use super::row_check::{self, Row};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Rows {
    hosts: Table,
}

/// The rows of hotload's own table, and those of configuration files. New rows come before hotload's
/// own, those of later files first.
pub(super) fn rows(table: &str, tables: &[HostsTable<'_>]) -> Result<Vec<Host>, ConfigError> {
    let built_in: Rows = toml::from_str(table).expect("a test reads the table");
    let mut rows: Vec<(String, Table, RowOrigin)> = Vec::new();
    for (name, row) in built_in.hosts {
        let row = row.try_into().expect("a test reads the table");
        rows.push((name, row, RowOrigin::BuiltIn));
    }
    for table in tables {
        for (name, row) in checked(table)? {
            let origin = origin(table.file);
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
        let host: Host = row.try_into().expect("each row was checked");
        Host {
            name,
            origin,
            ..host
        }
    });
    let hosts: Vec<Host> = hosts.collect();
    check_names(&hosts, tables)?;
    for table in tables {
        check_references(table, &hosts)?;
    }
    Ok(hosts)
}

fn origin(file: &ConfigFile) -> RowOrigin {
    match file.owner {
        ConfigOwner::User => RowOrigin::User(file.path.clone()),
        ConfigOwner::Project => RowOrigin::Project(file.path.clone()),
    }
}

/// The rows of one file, each checked by itself.
fn checked(table: &HostsTable<'_>) -> Result<Vec<(String, Table)>, ConfigError> {
    let rows = row_check::rows(table)?;
    for row in &rows {
        row.check()?;
    }
    for row in &rows {
        row.check_values()?;
    }
    let folder = table.file.path.parent().unwrap_or(Path::new(""));
    let named = |row: Row<'_>| (row.name.to_owned(), with_own_paths(row.table(), folder));
    Ok(rows.into_iter().map(named).collect())
}

/// Whether what the rows of one file refer to exists, now that all rows are known.
fn check_references(table: &HostsTable<'_>, hosts: &[Host]) -> Result<(), ConfigError> {
    for row in row_check::rows(table)? {
        row.check_places_of(hosts.iter().map(|host| host.name.as_str()))?;
        let merged = hosts.iter().find(|host| host.name == row.name);
        if merged.is_some_and(|host| !host.names_a_program()) {
            return Err(row.is_empty());
        }
    }
    Ok(())
}

/// A program with a separator in its name is a path, relative to the folder of the file.
fn with_own_paths(mut row: Table, folder: &Path) -> Table {
    let run = row.get_mut("run").and_then(toml::Value::as_array_mut);
    for program in run.into_iter().flatten() {
        if let Some(text) = program.as_str()
            && text.chars().any(std::path::is_separator)
        {
            *program = folder.join(text).display().to_string().into();
        }
    }
    row
}

/// Two rows with one name would make a request ambiguous.
fn check_names(hosts: &[Host], tables: &[HostsTable<'_>]) -> Result<(), ConfigError> {
    for (index, host) in hosts.iter().enumerate() {
        for other in &hosts[index + 1..] {
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
            let files = tables.iter().map(|table| table.file);
            let file = files
                .rev()
                .find(from)
                .expect("hotload's own table has each name once");
            let start = file.text.find(name.as_str()).unwrap_or(0);
            let what = format!(
                "`{name}` is the name of two hosts, `{}` and `{}`",
                host.name, other.name
            );
            return Err(file.error(start..start, what, Some("rename one of them".into())));
        }
    }
    Ok(())
}

impl RowOrigin {
    /// The file, unless it is hotload's own table.
    #[must_use]
    pub fn path(&self) -> Option<&PathBuf> {
        match self {
            Self::BuiltIn => None,
            Self::User(path) | Self::Project(path) => Some(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use toml::de::DeTable;

    use super::{ConfigError, ConfigFile, ConfigOwner, HostsTable};
    use crate::discovery::hosts::{Hosts, Output, RowOrigin};
    use std::path::Path;

    /// hotload's own hosts with those of a file.
    fn load(text: &str) -> Result<Hosts, ConfigError> {
        let file = ConfigFile {
            path: "/p/hotload.toml".into(),
            text: text.into(),
            owner: ConfigOwner::Project,
        };
        let whole = DeTable::parse(&file.text).unwrap();
        let value = whole.get_ref().get("hosts");
        let table = value.map(|value| HostsTable { file: &file, value });
        Hosts::load(table.as_slice())
    }

    #[test]
    fn a_file_without_a_host_means_nothing() {
        for text in ["", "# [hosts.solver]\n", "[hosts]\n"] {
            let hosts = load(text).unwrap();
            assert_eq!(
                hosts.iter().count(),
                Hosts::load(&[]).unwrap().iter().count()
            );
        }
    }

    #[test]
    fn a_file_adds_hosts_and_changes_single_keys_of_known_ones() {
        let text = "[hosts.solver]\nrun = [\"bin/solver\"]\narguments = [\"-q\", \"{shim}\"]\n\
                    [hosts.\"abaqus cae\"]\nlicence = false\n";
        let hosts = load(text).unwrap();
        let solver = hosts.by_name(&["solver"]).unwrap().0;
        let program = Path::new("/p").join("bin/solver").display().to_string();
        assert_eq!(solver.looked_for(), [program]);
        assert_eq!(solver.origin, RowOrigin::Project("/p/hotload.toml".into()));
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
                "hosts = 1\n",
                "line 1: `hosts` must be a table",
                "a host is `[hosts.NAME]`",
            ),
            (
                "[hosts.x.places]\nwindws = []\n",
                "line 2: unknown key in `[hosts.x]`: `windws`",
                "did you mean `windows`?",
            ),
            (
                "[hosts.x]\narguments = [\"{shim}\", \"{shim}\"]\n",
                "line 2: `arguments` contains `{shim}` more than once",
                "",
            ),
            (
                "[hosts.x]\nrun = [\"x\"]\naliases = [\"gdb\"]\n",
                "line 3: `gdb` is the name of two hosts, `x` and `gdb`",
                "rename one of them",
            ),
        ];
        for (text, said, hint) in cases {
            let error = load(text).unwrap_err();
            let (line, what) = said["line ".len()..].split_once(": ").unwrap();
            let expected = format!("`/p/hotload.toml:{line}`: {what}");
            assert_eq!(error.to_string(), expected);
            assert_eq!(error.hint().unwrap_or_default(), hint, "{text}");
        }
    }

    #[test]
    fn a_value_that_does_not_fit_is_named_with_its_key() {
        #[rustfmt::skip]
        let cases = [
            ("licence = \"yes\"", "`licence` in `[hosts.x]`: invalid type: string \"yes\", expected a boolean",
             "as in `licence = true`"),
            ("output = \"no\"", "`output` in `[hosts.x]`: unknown variant `no`, expected one of `script`, `console`, `channel`",
             "as in `output = \"console\"`"),
            ("programs = \"x\"", "`programs` in `[hosts.x]`: invalid type: string \"x\", expected a sequence",
             "as in `programs = [\"solver\"]`"),
            ("systems = [\"linux\", \"bsd\"]", "`systems` in `[hosts.x]`: unknown variant `bsd`, expected one of `windows`, `linux`, `macos`",
             "as in `systems = [\"windows\", \"linux\"]`"),
            ("keep = [\"PATH\"]", "`keep` in `[hosts.x]`: `PATH` is never removed",
             "only `PYTHONHOME` and `PYTHONINSPECT` are removed, so only they can be kept"),
            ("drop = [\"A=1\"]", "`drop` in `[hosts.x]`: `A=1` is not the name of a variable",
             "give only the name of the variable"),
            ("places-of = \"abacus\"", "`places-of` in `[hosts.x]`: there is no host `abacus`",
             "did you mean `abaqus`?"),
            ("places.linux = [\"/a/***\"]", "`places.linux` in `[hosts.x]`: `/a/***` is not a glob: wildcards are either regular `*` or recursive `**`",
             ""),
            ("aliases = [\"\"]", "`aliases` in `[hosts.x]`: a name is empty",
             "leave the key out if there is none"),
        ];
        for (line, said, hint) in cases {
            let text = format!("[hosts.x]\nrun = [\"x\"]\n{line}\n");
            let error = load(&text).unwrap_err();
            assert_eq!(error.to_string(), format!("`/p/hotload.toml:3`: {said}"));
            assert_eq!(error.hint().unwrap_or_default(), hint, "{line}");
        }
    }

    #[test]
    fn a_row_that_could_never_be_started_is_refused() {
        let cases = [
            ("[hosts.x]\n", "host `x` has no program"),
            ("[hosts.x]\nwords = [\"go\"]\n", "host `x` has no program"),
            (
                "[hosts.\"\"]\nrun = [\"x\"]\n",
                "the name of a host is empty",
            ),
            (
                "[hosts.\"2.7\"]\nrun = [\"x\"]\n",
                "the name of a host is a version, which `--python` would take as one",
            ),
        ];
        for (text, said) in cases {
            let error = load(text).unwrap_err();
            assert_eq!(error.to_string(), format!("`/p/hotload.toml:1`: {said}"));
            assert!(error.hint().is_some(), "{text}");
        }
        // A row of hotload's own table already has its program.
        for text in ["[hosts.gdb]\n", "[hosts.x]\nplaces-of = \"abaqus\"\n"] {
            load(text).unwrap();
        }
    }
}
