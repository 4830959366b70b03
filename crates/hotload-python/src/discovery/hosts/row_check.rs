//! Checks what a row of a configuration file says, so that a mistake is reported with its line and key.

use std::ops::Range;

use serde::Deserialize;
use serde::de::IntoDeserializer;
use toml::de::{DeTable, DeValue, Deserializer};
use toml::{Spanned, Table};

use super::config_file::{ConfigError, ConfigFile, HostsTable, message_of};
use super::host::Host;
use super::similar::most_similar;
use crate::discovery::request::SHIM_PLACEHOLDER;
use crate::version::VersionPrefix;

/// The keys of a row, each with an example of a value.
const KEYS: [(&str, &str); 20] = [
    ("title", "\"The Solver\""),
    ("aliases", "[\"solve\"]"),
    ("programs", "[\"solver\"]"),
    ("run", "[\"tools/solver\"]"),
    ("words", "[\"python\"]"),
    ("arguments", "[\"--script={shim}\"]"),
    ("windows-arguments", "[\"/script\", \"{shim}\"]"),
    ("systems", "[\"windows\", \"linux\"]"),
    ("places", "{ linux = [\"/opt/*/solver\"] }"),
    ("places-of", "\"abaqus\""),
    ("output", "\"console\""),
    ("interrupt", "\"restart\""),
    ("transport", "\"files\""),
    ("keep", "[\"PYTHONHOME\"]"),
    ("drop", "[\"LD_PRELOAD\"]"),
    ("licence", "true"),
    ("refusal", "\"no licence\""),
    ("needs", "\"a build with Python\""),
    ("slow", "\"it reads its database\""),
    ("notes", "[\"it exits with status 0 even after a failure\"]"),
];
const SYSTEMS: [&str; 3] = ["windows", "linux", "macos"];

/// The variables that are removed from the environment unless a row keeps them.
const KEPT: [&str; 2] = ["PYTHONHOME", "PYTHONINSPECT"];

/// One row of a configuration file.
pub(super) struct Row<'f> {
    file: &'f ConfigFile,
    pub(super) name: &'f str,
    name_at: Range<usize>,
    keys: &'f DeTable<'f>,
    keys_at: Range<usize>,
}

type Checked = Result<(), ConfigError>;

/// What is wrong, and a hint.
type Problem = (String, Option<String>);

/// The rows of a table.
///
/// # Errors
///
/// When it contains something that is not a row.
pub(super) fn rows<'f>(table: &HostsTable<'f>) -> Result<Vec<Row<'f>>, ConfigError> {
    let HostsTable { file, value } = *table;
    let DeValue::Table(hosts) = value.get_ref() else {
        let hint = Some("a host is `[hosts.NAME]`".into());
        return Err(file.error(value.span(), "`hosts` must be a table".into(), hint));
    };
    let rows = hosts.iter().map(|(name, row)| {
        let shown: &str = name.get_ref().as_ref();
        let DeValue::Table(keys) = row.get_ref() else {
            let what = format!("host `{shown}` must be a table");
            let hint = format!("write `[hosts.{shown}]`");
            return Err(file.error(row.span(), what, Some(hint)));
        };
        Ok(Row {
            file,
            name: shown,
            name_at: name.span(),
            keys,
            keys_at: row.span(),
        })
    });
    rows.collect()
}

impl Row<'_> {
    /// Checks the keys, and values that have the right type but cannot be used.
    pub(super) fn check(&self) -> Checked {
        self.check_name()?;
        let what = format!("key in `[hosts.{}]`", self.name);
        self.file
            .check_keys(self.keys, &KEYS.map(|(key, _)| key), &what)?;
        if let Some(DeValue::Table(places)) = self.keys.get("places").map(Spanned::get_ref) {
            self.file.check_keys(places, &SYSTEMS, &what)?;
            self.check_places(places)?;
        }
        self.check_shim("arguments")?;
        self.check_shim("windows-arguments")?;
        self.check_programs()?;
        self.check_environment()
    }

    fn check_places(&self, places: &DeTable<'_>) -> Checked {
        for (system, patterns) in places {
            let key = format!("places.{}", system.get_ref());
            self.check_each(&key, patterns, |pattern| {
                let error = glob::Pattern::new(pattern).err()?;
                Some((format!("`{pattern}` is not a glob: {}", error.msg), None))
            })?;
        }
        Ok(())
    }

    fn check_programs(&self) -> Checked {
        for key in ["aliases", "programs", "run"] {
            self.check_words(key, |word| {
                let hint = "leave the key out if there is none".into();
                let is_empty = word.trim().is_empty();
                is_empty.then(|| ("a name is empty".into(), Some(hint)))
            })?;
        }
        Ok(())
    }

    fn check_environment(&self) -> Checked {
        self.check_words("keep", |name| {
            let hint = format!(
                "only `{}` are removed, so only they can be kept",
                KEPT.join("` and `")
            );
            (!KEPT.contains(&name)).then(|| (format!("`{name}` is never removed"), Some(hint)))
        })?;
        self.check_words("drop", |name| {
            let is_name = !name.is_empty() && !name.contains('=');
            let hint = "give only the name of the variable".into();
            (!is_name).then(|| {
                (
                    format!("`{name}` is not the name of a variable"),
                    Some(hint),
                )
            })
        })
    }

    fn check_name(&self) -> Checked {
        let what = if self.name.trim().is_empty() {
            "the name of a host is empty"
        } else if VersionPrefix::parse(self.name).is_some() {
            "the name of a host is a version, which `--python` would take as one"
        } else {
            return Ok(());
        };
        let hint = Some("rename it, as in `[hosts.solver]`".into());
        Err(self.file.error(self.name_at.clone(), what.into(), hint))
    }

    fn check_shim(&self, key: &str) -> Checked {
        let Some(arguments) = self.keys.get(key) else {
            return Ok(());
        };
        let words = arguments.get_ref().as_array().into_iter().flatten();
        let shims = words
            .filter_map(|word| word.get_ref().as_str())
            .map(|word| word.matches(SHIM_PLACEHOLDER).count());
        if shims.sum::<usize>() > 1 {
            let what = format!("`{key}` contains `{SHIM_PLACEHOLDER}` more than once");
            return Err(self.file.error(arguments.span(), what, None));
        }
        Ok(())
    }

    fn check_words(&self, key: &str, problem: impl Fn(&str) -> Option<Problem>) -> Checked {
        match self.keys.get(key) {
            Some(words) => self.check_each(key, words, problem),
            None => Ok(()),
        }
    }

    fn check_each(
        &self,
        key: &str,
        words: &Spanned<DeValue<'_>>,
        problem: impl Fn(&str) -> Option<Problem>,
    ) -> Checked {
        for word in words.get_ref().as_array().into_iter().flatten() {
            let text = word.get_ref().as_str();
            if let Some((what, hint)) = text.and_then(&problem) {
                return Err(self.at(key, word.span(), &what, hint));
            }
        }
        Ok(())
    }

    /// Checks that each value is of the type that its key takes.
    pub(super) fn check_values(&self) -> Checked {
        match Host::deserialize(self.values()) {
            Ok(_) => Ok(()),
            Err(error) => Err(self.wrong_value(&error)),
        }
    }

    /// Its keys and values, to be merged with those of other rows.
    pub(super) fn table(&self) -> Table {
        Table::deserialize(self.values()).expect("each row is a table")
    }

    fn values(&self) -> Deserializer<'_> {
        Spanned::new(self.keys_at.clone(), self.keys.clone()).into_deserializer()
    }

    fn wrong_value(&self, error: &toml::de::Error) -> ConfigError {
        let part = error.span().unwrap_or(self.name_at.clone());
        let is_there = |value: &Spanned<DeValue<'_>>| {
            value.span().start <= part.start && part.end <= value.span().end
        };
        let mut keys = self.keys.iter();
        let Some((key, _)) = keys.find(|(_, value)| is_there(value)) else {
            return self.file.toml_error(error);
        };
        let key: &str = key.get_ref().as_ref();
        let example = KEYS.iter().find(|(known, _)| *known == key);
        let hint = example.map(|(key, value)| format!("as in `{key} = {value}`"));
        self.at(key, part, &message_of(error), hint)
    }

    /// Checks that the row that it refers to exists; `names` are those of all rows.
    pub(super) fn check_places_of<'n>(&self, names: impl Iterator<Item = &'n str>) -> Checked {
        let names: Vec<&str> = names.collect();
        let Some(value) = self.keys.get("places-of") else {
            return Ok(());
        };
        let other = value.get_ref().as_str().unwrap_or_default();
        if names.contains(&other) {
            return Ok(());
        }
        let hint = match most_similar(other, names.into_iter()) {
            Some(similar) => format!("did you mean `{similar}`?"),
            None => "it is the name of a host in `hotload.toml` or docs/hosts.md".into(),
        };
        let what = format!("there is no host `{other}`");
        Err(self.at("places-of", value.span(), &what, Some(hint)))
    }

    /// The error of a row that says nothing to start.
    pub(super) fn is_empty(&self) -> ConfigError {
        let what = format!("host `{}` has no program", self.name);
        let hint = "add `run = [\"path/of/program\"]`, `programs` or `places`".to_owned();
        self.file.error(self.name_at.clone(), what, Some(hint))
    }

    fn at(&self, key: &str, part: Range<usize>, what: &str, hint: Option<String>) -> ConfigError {
        let what = format!("`{key}` in `[hosts.{}]`: {what}", self.name);
        self.file.error(part, what, hint)
    }
}
