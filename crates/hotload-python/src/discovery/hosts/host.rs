//! One row of the table: a program that contains a Python, and how it is started.

use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;

use crate::discovery::request::SHIM_PLACEHOLDER;

/// One row: a program that contains a Python, and how it is started.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Host {
    /// Its name in the table, and in a request.
    #[serde(skip)]
    pub name: String,
    /// Which file the row comes from.
    #[serde(skip)]
    pub origin: RowOrigin,
    /// Its name as the vendor writes it.
    pub title: String,
    /// Other names that it can be asked for by.
    pub aliases: Vec<String>,
    /// The names of the programs that are started as this row says, without endings and versions.
    pub programs: Vec<String>,
    /// What to look for when the host is asked for by its name; if empty, its programs.
    pub run: Vec<String>,
    /// The words after the program that select this row among those of the same program.
    pub words: Vec<String>,
    /// What comes after the user's words. Contains [`SHIM_PLACEHOLDER`], or the shim comes last.
    pub arguments: Vec<String>,
    /// The same on Windows, if that differs.
    pub windows_arguments: Option<Vec<String>>,
    /// The systems that it runs on; all if this is empty.
    pub systems: Vec<System>,
    /// Where it may be installed, besides PATH.
    pub places: Places,
    /// The row whose places apply to this one.
    pub places_of: Option<String>,
    /// Where output of user code has to go to be seen.
    pub output: Output,
    /// How a running step is interrupted.
    pub interrupt: Interrupt,
    /// The transport, if it is known that the usual one does not work.
    pub transport: Option<PreferredTransport>,
    /// Variables of the environment that hotload keeps only for this host.
    pub keep: Vec<String>,
    /// Variables of the environment that would keep this host from starting.
    pub drop: Vec<String>,
    /// Whether a start takes a licence, so that it is started only on request.
    pub licence: bool,
    /// What the host prints when it gets none.
    pub refusal: Option<String>,
    /// What to install if the program has no Python, for one that then ends without a word.
    pub needs: Option<String>,
    /// Why its start is slow.
    pub slow: Option<String>,
    /// What else users should know.
    pub notes: Vec<String>,
    /// What the row was tested on.
    pub tested: Option<String>,
}

impl Default for Host {
    fn default() -> Self {
        Self {
            name: String::new(),
            origin: RowOrigin::BuiltIn,
            title: String::new(),
            aliases: Vec::new(),
            programs: Vec::new(),
            run: Vec::new(),
            words: Vec::new(),
            arguments: vec![SHIM_PLACEHOLDER.into()],
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
            needs: None,
            slow: None,
            notes: Vec::new(),
            tested: None,
        }
    }
}

/// Which file a row comes from. A host of a project is started only when `--python` names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowOrigin {
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
    /// The one that hotload runs on. Any other than these three counts as Linux.
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

/// Patterns of the paths where a host may be installed.
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

/// Where output of user code has to go to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Output {
    /// To the `sys.stdout` that the script finds.
    Script,
    /// To `sys.__stdout__`, or if there is none, to hotload: the host swallows `sys.stdout`.
    Console,
    /// To hotload: the host swallows both.
    Channel,
}

/// How a running step is interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Interrupt {
    /// By the signal that Ctrl-C sends.
    Signal,
    /// By ending the interpreter, which the signal would end in any case.
    Restart,
}

/// A transport that is used without trying the usual one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PreferredTransport {
    /// Marked lines on the standard streams.
    Streams,
    /// Files in a private folder.
    Files,
}

impl Host {
    pub(super) fn answers_to(&self, name: &str) -> bool {
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

    /// Whether the row says what to start.
    pub(super) fn names_a_program(&self) -> bool {
        let places = [&self.places.windows, &self.places.linux, &self.places.macos];
        let has_place = places.iter().any(|places| !places.is_empty());
        !self.looked_for().is_empty() || has_place || self.places_of.is_some()
    }

    /// Whether it runs on this system at all.
    #[must_use]
    pub fn is_for_this_system(&self) -> bool {
        self.systems.is_empty() || self.systems.contains(&System::current())
    }

    /// The arguments of the program, after the user's words.
    pub(crate) fn arguments_after(&self, words: &[String]) -> Vec<String> {
        self.arguments_on(System::current(), words)
    }

    /// The same on a system.
    pub(super) fn arguments_on(&self, system: System, words: &[String]) -> Vec<String> {
        let mut arguments = words.to_vec();
        if !words.starts_with(&self.words) {
            arguments.extend(self.words.iter().cloned());
        }
        let own = self.windows_arguments.as_ref();
        let own = own.filter(|_| system == System::Windows);
        arguments.extend(own.unwrap_or(&self.arguments).iter().cloned());
        arguments
    }

    /// Whether the row comes from a project's file, so that the host is started only on request.
    #[must_use]
    pub fn is_of_project(&self) -> bool {
        matches!(self.origin, RowOrigin::Project(_))
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
    use super::Host;

    #[test]
    fn a_host_without_a_title_is_shown_by_its_name() {
        let host = Host {
            name: "solver".into(),
            ..Host::default()
        };
        assert_eq!(host.to_string(), "solver");
    }
}
