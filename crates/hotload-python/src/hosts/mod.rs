//! The programs that are known to have a Python inside, and how each is started.
//!
//! One table, one row a host: `table.toml`, and what configuration files add to it. Which program is
//! run in the end is the candidate's business.

mod config;
mod program_name;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

pub use config::{ConfigError, ConfigFile, Owner};
pub(crate) use program_name::{is_named, names_of};

use crate::request::SHIM_PLACE;

const TABLE: &str = include_str!("table.toml");

/// One row: a program with a Python inside, and its launch recipe.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Host {
    /// Its name in the table, and in a request.
    #[serde(skip)]
    pub name: String,
    /// Which file the row is from.
    #[serde(skip)]
    pub origin: Origin,
    /// Its name as its vendor writes it.
    pub title: String,
    /// Other names that it answers to.
    pub aliases: Vec<String>,
    /// The file names that are run by this row, without endings and versions.
    pub programs: Vec<String>,
    /// What is looked for when the host is asked for by its name; else its programs.
    pub run: Vec<String>,
    /// The words behind the program that choose this row among those of one program.
    pub words: Vec<String>,
    /// What comes behind the user's words. Holds the shim's place, or the shim comes last.
    pub arguments: Vec<String>,
    /// The same on Windows, where that differs.
    pub windows_arguments: Option<Vec<String>>,
    /// Where it runs; everywhere if this is empty.
    pub systems: Vec<System>,
    /// Where it may be installed, beside PATH.
    pub places: Places,
    /// The row whose places these are, too.
    pub places_of: Option<String>,
    /// Where what user code prints has to go to be seen.
    pub output: Output,
    /// How a running step is interrupted.
    pub interrupt: Interrupt,
    /// How hotload and the driver talk, where it is known that the usual way does not work.
    pub transport: Option<PreferredTransport>,
    /// Variables of the environment that hotload leaves out elsewhere.
    pub keep: Vec<String>,
    /// Variables of the environment that keep this host from starting.
    pub drop: Vec<String>,
    /// Whether a start takes a licence, so that none is made without being asked for.
    pub licence: bool,
    /// What the host says when it is refused one.
    pub refusal: Option<String>,
    /// Why its start is slow.
    pub slow: Option<String>,
    /// What else one should know.
    pub notes: Vec<String>,
    /// What the row was run on.
    pub tested: Option<String>,
}

impl Default for Host {
    fn default() -> Self {
        Self {
            name: String::new(),
            origin: Origin::BuiltIn,
            title: String::new(),
            aliases: Vec::new(),
            programs: Vec::new(),
            run: Vec::new(),
            words: Vec::new(),
            arguments: vec![SHIM_PLACE.into()],
            windows_arguments: None,
            systems: Vec::new(),
            places: Places::default(),
            places_of: None,
            output: Output::Script,
            interrupt: Interrupt::Signal,
            transport: None,
            keep: Vec::new(),
            drop: Vec::new(),
            licence: false,
            refusal: None,
            slow: None,
            notes: Vec::new(),
            tested: None,
        }
    }
}

/// Which file a row is from. One from a project is started only when `--python` names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// hotload's own table.
    BuiltIn,
    /// The user's own configuration file.
    User(PathBuf),
    /// The configuration file of a project.
    Project(PathBuf),
}

/// An operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum System {
    /// Windows
    Windows,
    /// Linux
    Linux,
    /// macOS
    Macos,
}

impl System {
    /// The one that this program runs on; others than these three are taken for Linux.
    #[must_use]
    pub fn current() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else if cfg!(target_os = "macos") {
            Self::Macos
        } else {
            Self::Linux
        }
    }
}

impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Windows => "Windows",
            Self::Linux => "Linux",
            Self::Macos => "macOS",
        })
    }
}

/// Patterns of the whole paths where a host may be installed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Places {
    /// On Windows.
    pub windows: Vec<String>,
    /// On Linux.
    pub linux: Vec<String>,
    /// On macOS.
    pub macos: Vec<String>,
}

impl Places {
    pub(crate) fn here(&self) -> &[String] {
        match System::current() {
            System::Windows => &self.windows,
            System::Linux => &self.linux,
            System::Macos => &self.macos,
        }
    }
}

/// Where what user code prints has to go to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Output {
    /// To the `sys.stdout` that the script finds.
    Script,
    /// The host swallows that: to `sys.__stdout__`, or where there is none, to hotload.
    Console,
    /// The host swallows both: to hotload.
    Channel,
}

/// How a running step is interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Interrupt {
    /// By the signal that Ctrl-C sends.
    Signal,
    /// By ending the interpreter: the signal ends it anyway.
    Restart,
}

/// A way to talk that is chosen without trying the usual one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PreferredTransport {
    /// Marked lines on the standard streams.
    Streams,
    /// Files in a private folder.
    Files,
}

/// All rows, in the order in which they are tried.
#[derive(Debug, Clone)]
pub struct Hosts {
    rows: Vec<Arc<Host>>,
}

impl Hosts {
    /// hotload's own table, with the rows of configuration files.
    ///
    /// # Errors
    ///
    /// When a file cannot be understood.
    pub fn load(files: &[ConfigFile]) -> Result<Self, ConfigError> {
        let rows = config::rows(TABLE, files)?;
        Ok(Self {
            rows: rows.into_iter().map(Arc::new).collect(),
        })
    }

    /// All rows.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Host>> {
        self.rows.iter()
    }

    /// The host that the first words of a request name, and how many words that takes.
    pub(crate) fn by_name(&self, words: &[&str]) -> Option<(&Arc<Host>, usize)> {
        (1..=words.len()).rev().find_map(|count| {
            let name = words[..count].join(" ");
            let row = self.rows.iter().find(|row| row.answers_to(&name))?;
            Some((row, count))
        })
    }

    /// The host whose program this is, with these words behind it.
    pub(crate) fn of_program(&self, program: &Path, words: &[String]) -> Option<&Arc<Host>> {
        let names = names_of(program);
        let named = |row: &&Arc<Host>| names.iter().any(|name| is_named(&row.programs, name));
        let chosen = self
            .rows
            .iter()
            .filter(named)
            .filter(|row| !row.words.is_empty() && words.starts_with(&row.words))
            .max_by_key(|row| row.words.len());
        // The first row of a program is for it alone.
        chosen.or_else(|| self.rows.iter().find(named))
    }

    /// Patterns of where a host may be installed on this system.
    pub(crate) fn places<'h>(&'h self, host: &'h Host) -> &'h [String] {
        let other = host.places_of.as_deref();
        let other = other.and_then(|name| self.rows.iter().find(|row| row.name == name));
        other.map_or(&host.places, |row| &row.places).here()
    }

    /// The name that comes near to this one.
    pub(crate) fn similar(&self, name: &str) -> Option<&str> {
        let names = self.rows.iter().flat_map(|row| {
            let aliases = row.aliases.iter().map(String::as_str);
            std::iter::once(row.name.as_str()).chain(aliases)
        });
        config::most_similar(name, names)
    }
}

impl Host {
    fn answers_to(&self, name: &str) -> bool {
        let mut names = std::iter::once(&self.name).chain(&self.aliases);
        names.any(|own| own.eq_ignore_ascii_case(name))
    }

    /// Names to look for on PATH when it is asked for by its name.
    #[must_use]
    pub fn looked_for(&self) -> &[String] {
        if self.run.is_empty() {
            &self.programs
        } else {
            &self.run
        }
    }

    /// Whether it runs on this system at all.
    #[must_use]
    pub fn is_for_this_system(&self) -> bool {
        self.systems.is_empty() || self.systems.contains(&System::current())
    }

    /// The program's arguments: the user's words stay in front.
    pub(crate) fn arguments_behind(&self, words: &[String]) -> Vec<String> {
        let mut arguments = words.to_vec();
        if !words.starts_with(&self.words) {
            arguments.extend(self.words.iter().cloned());
        }
        let own = self.windows_arguments.as_ref().filter(|_| cfg!(windows));
        arguments.extend(own.unwrap_or(&self.arguments).iter().cloned());
        arguments
    }

    /// Whether its row is from a project's file, so that only a request may start it.
    #[must_use]
    pub fn is_of_project(&self) -> bool {
        matches!(self.origin, Origin::Project(_))
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.title.is_empty() {
            f.write_str(&self.name)
        } else {
            f.write_str(&self.title)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Host, Hosts, Output};
    use std::path::Path;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(String::from).collect()
    }

    #[test]
    fn a_row_is_chosen_by_the_programs_file_name_and_the_words_behind_it() {
        let hosts = Hosts::load(&[]).unwrap();
        let cases = [
            // program, words, row, arguments
            ("/x/abaqus", "", "abaqus", "python {shim}"),
            ("/x/abaqus", "python", "abaqus", "python {shim}"),
            ("/x/abq2021hf5", "cae", "abaqus cae", "cae noGUI={shim} --"),
            (
                "abaqus.bat",
                "cae -x 1",
                "abaqus cae",
                "cae -x 1 noGUI={shim} --",
            ),
            ("/opt/Nuke13.2v4/Nuke13.2", "", "nuke", "-t {shim}"),
            ("/x/Nuke13.2", "--nc", "nuke", "--nc -t {shim}"),
            ("mayapy2022.exe", "-v", "maya", "-v {shim}"),
            ("/x/idat64", "", "ida", "-A -S{shim}"),
            ("3dsmaxbatch.exe", "", "3ds max", "{shim}"),
            ("c4dpy.exe", "", "cinema 4d", "{shim}"),
            ("FreeCADCmd", "", "freecad", "{shim}"),
            (
                "/usr/bin/vim.nox",
                "",
                "vim",
                "-es -c py3file {shim} -c qa!",
            ),
            ("/usr/bin/pypy3.9", "-S", "pypy", "-S {shim}"),
        ];
        for (program, behind, row, arguments) in cases {
            let host = hosts.of_program(Path::new(program), &words(behind));
            let host = host.unwrap_or_else(|| panic!("no row for {program}"));
            assert_eq!(host.name, row, "{program} {behind}");
            let all = host.arguments_behind(&words(behind)).join(" ");
            assert_eq!(all, arguments, "{program} {behind}");
        }
        for plain in [
            "/usr/bin/python3.11",
            "python.exe",
            "env",
            "my-abaqus",
            "2.7",
        ] {
            assert_eq!(hosts.of_program(Path::new(plain), &[]), None, "{plain}");
        }
    }

    #[test]
    fn every_row_of_the_table_can_be_asked_for_and_gives_the_shim_a_place() {
        let hosts = Hosts::load(&[]).unwrap();
        assert!(hosts.iter().count() > 25);
        for host in hosts.iter() {
            let name: Vec<&str> = host.name.split(' ').collect();
            let found = hosts.by_name(&name).map(|(row, count)| (&row.name, count));
            assert_eq!(found, Some((&host.name, name.len())));
            let places = [&host.places.windows, &host.places.linux, &host.places.macos];
            let is_placed = places.iter().any(|places| !places.is_empty());
            assert!(!host.looked_for().is_empty() || is_placed, "{}", host.name);
            let shims = host.arguments.iter().filter(|word| word.contains("{shim}"));
            assert_eq!(shims.count(), 1, "{}", host.name);
            assert!(!host.title.is_empty(), "{}", host.name);
            if let Some(other) = &host.places_of {
                assert!(hosts.iter().any(|row| row.name == *other), "{other}");
            }
            for pattern in places.into_iter().flatten() {
                glob::Pattern::new(pattern).unwrap();
            }
        }
    }

    /// A row of the table in docs/hosts.md.
    fn documented(host: &Host) -> String {
        let program = host.looked_for().first().map_or("python", String::as_str);
        let command: Vec<String> = std::iter::once(program.to_owned())
            .chain(host.arguments_behind(&[]))
            .collect();
        let systems: Vec<String> = host.systems.iter().map(ToString::to_string).collect();
        let output = match host.output {
            Output::Script => "",
            Output::Console => "to the console",
            Output::Channel => "to hotload",
        };
        let mut names = vec![format!("`{}`", host.name)];
        names.extend(host.aliases.iter().map(|alias| format!("`{alias}`")));
        format!(
            "| {} | {host} | `{}` | {} | {output} | {} |",
            names.join(", "),
            command.join(" "),
            systems.join(", "),
            host.tested.as_deref().unwrap_or("-")
        )
    }

    #[test]
    fn every_host_is_documented_as_it_is() {
        let mut table = vec![
            "| name | host | how it is started | where | output | tested on |".to_owned(),
            "|---|---|---|---|---|---|".to_owned(),
        ];
        table.extend(
            Hosts::load(&[])
                .unwrap()
                .iter()
                .map(|host| documented(host)),
        );
        let table = table.join("\n");
        let page = include_str!("../../../../docs/hosts.md").replace("\r\n", "\n");
        assert!(
            page.contains(&table),
            "docs/hosts.md does not have this table:\n{table}"
        );
    }

    #[test]
    fn a_host_without_a_title_is_shown_by_its_name() {
        let host = Host {
            name: "solver".into(),
            ..Host::default()
        };
        assert_eq!(host.to_string(), "solver");
    }
}
