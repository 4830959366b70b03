//! The programs that are known to contain a Python, and how each is started.
//!
//! A table with one row for each host: `table.toml`, and what configuration files add to it. Which
//! program is started in the end is decided elsewhere.

mod config;
mod config_file;
mod host;
mod program_name;
mod row_check;
mod similar;

use std::path::Path;
use std::sync::{Arc, OnceLock};

pub use config_file::{ConfigError, ConfigFile, ConfigOwner, HostsTable};
pub use host::{Host, Interrupt, Output, Places, PreferredTransport, RowOrigin, System};
pub(crate) use program_name::{is_named, names_of};
pub use similar::most_similar;

const TABLE: &str = include_str!("table.toml");

/// All rows, in the order in which they are tried.
#[derive(Debug, Clone)]
pub struct Hosts {
    /// If there are only hotload's own rows, they are parsed when they are first needed: that takes
    /// half a millisecond, which a plain Python need not wait for.
    rows: OnceLock<Vec<Arc<Host>>>,
}

impl Hosts {
    /// hotload's own table, with the rows of configuration files.
    ///
    /// # Errors
    ///
    /// When a row cannot be used.
    pub fn load(tables: &[HostsTable<'_>]) -> Result<Self, ConfigError> {
        let hosts = Self {
            rows: OnceLock::new(),
        };
        if !tables.is_empty() {
            let rows = config::rows(TABLE, tables)?;
            hosts
                .rows
                .get_or_init(|| rows.into_iter().map(Arc::new).collect());
        }
        Ok(hosts)
    }

    fn rows(&self) -> &[Arc<Host>] {
        self.rows.get_or_init(|| {
            let rows = config::rows(TABLE, &[]).expect("the table is tested");
            rows.into_iter().map(Arc::new).collect()
        })
    }

    /// Whether there is no need to look at the rows: hotload's own have neither a host nor a program of
    /// this name.
    fn is_plain_python(&self, program: &Path) -> bool {
        self.rows.get().is_none() && names_of(program).iter().any(|name| name == "python")
    }

    /// All rows.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Host>> {
        self.rows().iter()
    }

    /// The host that the first words of a request name, and how many words its name has.
    pub(crate) fn by_name(&self, words: &[&str]) -> Option<(&Arc<Host>, usize)> {
        if self.is_plain_python(Path::new(words.first()?)) {
            return None;
        }
        (1..=words.len()).rev().find_map(|count| {
            let name = words[..count].join(" ");
            let row = self.rows().iter().find(|row| row.answers_to(&name))?;
            Some((row, count))
        })
    }

    /// The host that is started by this program, followed by these words.
    pub(crate) fn of_program(&self, program: &Path, words: &[String]) -> Option<&Arc<Host>> {
        if self.is_plain_python(program) {
            return None;
        }
        let names = names_of(program);
        let named = |row: &&Arc<Host>| names.iter().any(|name| is_named(&row.programs, name));
        let chosen = self
            .rows()
            .iter()
            .filter(named)
            .filter(|row| !row.words.is_empty() && words.starts_with(&row.words))
            .max_by_key(|row| row.words.len());
        // The first row of a program is the one without words.
        chosen.or_else(|| self.rows().iter().find(named))
    }

    /// The patterns of the places where a host may be installed on this system.
    pub(crate) fn places<'h>(&'h self, host: &'h Host) -> &'h [String] {
        let other = host.places_of.as_deref();
        let other = other.and_then(|name| self.rows().iter().find(|row| row.name == name));
        other.map_or(&host.places, |row| &row.places).here()
    }

    /// The name of a host that is similar to this one.
    pub(crate) fn similar(&self, name: &str) -> Option<&str> {
        let names = self.rows().iter().flat_map(|row| {
            let aliases = row.aliases.iter().map(String::as_str);
            std::iter::once(row.name.as_str()).chain(aliases)
        });
        most_similar(name, names)
    }
}

#[cfg(test)]
mod tests {
    use super::{Host, Hosts, Output, System, is_named};
    use std::path::Path;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(String::from).collect()
    }

    #[test]
    fn a_row_is_chosen_by_the_programs_file_name_and_the_words_after_it() {
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
        for (program, after, row, arguments) in cases {
            let host = hosts.of_program(Path::new(program), &words(after));
            let host = host.unwrap_or_else(|| panic!("no row for {program}"));
            assert_eq!(host.name, row, "{program} {after}");
            let all = host.arguments_after(&words(after)).join(" ");
            assert_eq!(all, arguments, "{program} {after}");
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
    fn every_row_of_the_table_can_be_asked_for_and_says_where_the_shim_goes() {
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
            assert!(!host.answers_to("python"), "{}", host.name);
            assert!(!is_named(&host.programs, "python"), "{}", host.name);
            assert!(!host.name.starts_with("python "), "{}", host.name);
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
            .chain(host.arguments_on(System::Linux, &[]))
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
        let page = include_str!("../../../../../docs/hosts.md").replace("\r\n", "\n");
        assert!(
            page.contains(&table),
            "docs/hosts.md does not have this table:\n{table}"
        );
    }
}
