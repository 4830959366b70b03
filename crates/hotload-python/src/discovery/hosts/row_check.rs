//! What a row of a configuration file may say, so that a slip in it is told with its line and key.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::config_file::{ConfigError, ConfigFile};
use super::similar::most_similar;
use crate::discovery::request::SHIM_PLACE;
use crate::version::VersionPrefix;

/// The keys of a row, each with a value as it may be.
const KEYS: [(&str, &str); 19] = [
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
    ("slow", "\"it reads its database\""),
    ("notes", "[\"it exits with 0 after failures, too\"]"),
];
const SYSTEMS: [&str; 3] = ["windows", "linux", "macos"];

/// What is left out of the environment, unless a row keeps it.
const KEPT: [&str; 2] = ["PYTHONHOME", "PYTHONINSPECT"];

/// One row, and what is said of it.
pub(super) struct Row<'f> {
    file: &'f ConfigFile,
    pub(super) name: &'f str,
    place: Range<usize>,
    keys: &'f DeTable<'f>,
}

type Checked = Result<(), ConfigError>;

/// What is wrong, and what helps.
type Problem = (String, Option<String>);

/// The rows of a file, by their names.
///
/// # Errors
///
/// When there is something else in it.
pub(super) fn rows<'f>(
    file: &'f ConfigFile,
    whole: &'f DeTable<'f>,
) -> Result<Vec<Row<'f>>, ConfigError> {
    check_keys(file, whole, &["hosts"], "key")?;
    let Some(hosts) = whole.get("hosts") else {
        return Ok(Vec::new());
    };
    let DeValue::Table(hosts) = hosts.get_ref() else {
        let hint = Some("a host is `[hosts.NAME]`".into());
        return Err(file.error(hosts.span(), "`hosts` is no table".into(), hint));
    };
    let rows = hosts.iter().map(|(name, row)| {
        let shown: &str = name.get_ref().as_ref();
        let DeValue::Table(keys) = row.get_ref() else {
            let what = format!("host `{shown}` is no table");
            let hint = format!("write `[hosts.{shown}]`");
            return Err(file.error(row.span(), what, Some(hint)));
        };
        Ok(Row {
            file,
            name: shown,
            place: name.span(),
            keys,
        })
    });
    rows.collect()
}

fn check_keys(file: &ConfigFile, table: &DeTable<'_>, known: &[&str], what: &str) -> Checked {
    let mut keys = table.keys();
    let Some(key) = keys.find(|key| !known.contains(&key.get_ref().as_ref())) else {
        return Ok(());
    };
    let hint = match most_similar(key.get_ref(), known.iter().copied()) {
        Some(similar) => format!("did you mean `{similar}`?"),
        None => format!("known are `{}`", known.join("`, `")),
    };
    let what = format!("unknown {what}: `{}`", key.get_ref());
    Err(file.error(key.span(), what, Some(hint)))
}

impl Row<'_> {
    /// Its keys, and what the values of some may be.
    pub(super) fn check(&self) -> Checked {
        self.check_name()?;
        let what = format!("key in `[hosts.{}]`", self.name);
        check_keys(self.file, self.keys, &KEYS.map(|(key, _)| key), &what)?;
        if let Some(DeValue::Table(places)) = self.keys.get("places").map(Spanned::get_ref) {
            check_keys(self.file, places, &SYSTEMS, &what)?;
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
                Some((format!("`{pattern}` is no glob: {}", error.msg), None))
            })?;
        }
        Ok(())
    }

    fn check_programs(&self) -> Checked {
        for key in ["aliases", "programs", "run"] {
            self.check_words(key, |word| {
                let hint = "leave the key out where there is none".into();
                let is_empty = word.trim().is_empty();
                is_empty.then(|| ("an empty name".into(), Some(hint)))
            })?;
        }
        Ok(())
    }

    fn check_environment(&self) -> Checked {
        self.check_words("keep", |name| {
            let hint = format!(
                "only `{}` are left out, and can be kept",
                KEPT.join("` and `")
            );
            (!KEPT.contains(&name)).then(|| (format!("`{name}` is never left out"), Some(hint)))
        })?;
        self.check_words("drop", |name| {
            let is_name = !name.is_empty() && !name.contains('=');
            let hint = "a variable is left out by its name alone".into();
            (!is_name).then(|| (format!("`{name}` is no name of a variable"), Some(hint)))
        })
    }

    fn check_name(&self) -> Checked {
        let what = if self.name.trim().is_empty() {
            "a host without a name"
        } else if VersionPrefix::parse(self.name).is_some() {
            "a host whose name is a version, which `--python` takes for that"
        } else {
            return Ok(());
        };
        let hint = Some("give it another name, as in `[hosts.solver]`".into());
        Err(self.file.error(self.place.clone(), what.into(), hint))
    }

    fn check_shim(&self, key: &str) -> Checked {
        let Some(arguments) = self.keys.get(key) else {
            return Ok(());
        };
        let words = arguments.get_ref().as_array().into_iter().flatten();
        let shims = words
            .filter_map(|word| word.get_ref().as_str())
            .map(|word| word.matches(SHIM_PLACE).count());
        if shims.sum::<usize>() > 1 {
            let what = format!("`{SHIM_PLACE}` stands twice in `{key}`");
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

    /// What the reader of TOML says of the value at a place; none if that is in another row.
    pub(super) fn wrong_value(&self, place: &Range<usize>, what: &str) -> Option<ConfigError> {
        let is_there = |value: &Spanned<DeValue<'_>>| {
            value.span().start <= place.start && place.end <= value.span().end
        };
        let mut keys = self.keys.iter();
        let (key, _) = keys.find(|(_, value)| is_there(value))?;
        let key: &str = key.get_ref().as_ref();
        let example = KEYS.iter().find(|(known, _)| *known == key);
        let hint = example.map(|(key, value)| format!("as in `{key} = {value}`"));
        Some(self.at(key, place.clone(), what, hint))
    }

    /// Whether what the row refers to is there: `names` are all hosts.
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
            None => "it names a host of `hotload.toml`, or one of docs/hosts.md".into(),
        };
        let what = format!("there is no host `{other}`");
        Err(self.at("places-of", value.span(), &what, Some(hint)))
    }

    /// A row that names nothing to start.
    pub(super) fn is_empty(&self) -> ConfigError {
        let what = format!("host `{}` names no program", self.name);
        let hint = "give it `run = [\"path/of/program\"]`, `programs` or `places`".to_owned();
        self.file.error(self.place.clone(), what, Some(hint))
    }

    fn at(&self, key: &str, place: Range<usize>, what: &str, hint: Option<String>) -> ConfigError {
        let what = format!("`{key}` in `[hosts.{}]`: {what}", self.name);
        self.file.error(place, what, hint)
    }
}
