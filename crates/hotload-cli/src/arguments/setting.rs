//! The options that can also be given in a file or in the environment, as the description of the
//! command line has them. A new option is a setting without further ado.

use std::ffi::{OsStr, OsString};
use std::sync::LazyLock;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, ValueHint};

use crate::arguments::{Options, defaults};

/// Options that make sense in the environment, but not in a file: they say which files are read.
const NOT_IN_FILES: [&str; 2] = ["config", "no-config"];

/// An option that can also be given in a file or in the environment.
pub(crate) struct Setting {
    argument: Arg,
    /// The settings that cannot be combined with it, by their `id`.
    conflicts: Vec<String>,
}

/// A setting that was given, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Provided {
    /// The setting's name.
    pub(crate) name: String,
    /// `true` or `false` for a switch, one for most others, any number for a list.
    pub(crate) values: Vec<OsString>,
}

/// What values a setting has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// On or off.
    Switch,
    Number,
    /// One of these words.
    Word(Vec<String>),
    Text,
    /// Any number of texts.
    List,
}

/// All settings, in the order of the help.
pub(crate) fn settings() -> &'static [Setting] {
    static SETTINGS: LazyLock<Vec<Setting>> = LazyLock::new(|| {
        let command = command();
        let all = command.get_arguments().filter(|it| !it.is_hide_set());
        let setting = |argument: &Arg| Setting {
            argument: argument.clone(),
            conflicts: conflicts(&command, argument),
        };
        all.map(setting).collect()
    });
    &SETTINGS
}

/// The setting of this name.
pub(crate) fn setting(name: &str) -> Option<&'static Setting> {
    settings().iter().find(|setting| setting.name() == name)
}

/// What was given on the command line.
pub(super) fn provided(matches: &ArgMatches) -> Vec<Provided> {
    let given = |setting: &Setting| {
        let id = setting.argument.get_id().as_str();
        let values = matches.get_raw(id)?.map(OsStr::to_owned).collect();
        Some(Provided {
            name: setting.name().to_owned(),
            values,
        })
    };
    settings().iter().filter_map(given).collect()
}

fn command() -> Command {
    Options::augment_args(Command::new("hotload"))
        .no_binary_name(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
}

/// Whichever of the two says so.
fn conflicts(command: &Command, argument: &Arg) -> Vec<String> {
    let of = |argument: &Arg| -> Vec<String> {
        let conflicts = command.get_arg_conflicts_with(argument);
        let ids = conflicts.iter().map(|other| other.get_id().to_string());
        ids.collect()
    };
    let mut all = of(argument);
    for other in command.get_arguments() {
        if of(other).iter().any(|id| argument.get_id() == id.as_str()) {
            all.push(other.get_id().to_string());
        }
    }
    all
}

impl Setting {
    /// The name in a file, which is that of the option.
    pub(crate) fn name(&self) -> &str {
        let id = self.argument.get_id().as_str();
        self.argument.get_long().unwrap_or(id)
    }

    /// The name in the environment.
    pub(crate) fn variable(&self) -> String {
        format!("HOTLOAD_{}", self.name().to_uppercase().replace('-', "_"))
    }

    /// What it is about, in one line.
    #[cfg(test)]
    pub(crate) fn summary(&self) -> String {
        let help = self.argument.get_help();
        help.map(ToString::to_string).unwrap_or_default()
    }

    /// What holds if it is not given, in words.
    pub(crate) fn default(&self) -> Option<String> {
        defaults::shown(self.argument.get_id().as_str())
    }

    pub(crate) fn is_in_files(&self) -> bool {
        !NOT_IN_FILES.contains(&self.name())
    }

    pub(crate) fn kind(&self) -> Kind {
        let argument = &self.argument;
        let is_switch = argument
            .get_num_args()
            .is_some_and(|count| !count.takes_values());
        if is_switch {
            return Kind::Switch;
        }
        if matches!(argument.get_action(), ArgAction::Append) {
            return Kind::List;
        }
        let words: Vec<String> = argument
            .get_possible_values()
            .iter()
            .map(|value| value.get_name().to_owned())
            .collect();
        if !words.is_empty() {
            Kind::Word(words)
        } else if argument.is_allow_negative_numbers_set() {
            // So that `--poll -1` is refused as a number and not as an option.
            Kind::Number
        } else {
            Kind::Text
        }
    }

    /// Whether its values are paths.
    pub(crate) fn is_path(&self) -> bool {
        matches!(
            self.argument.get_value_hint(),
            ValueHint::AnyPath | ValueHint::FilePath | ValueHint::DirPath
        )
    }

    /// Whether it makes no sense together with another one.
    pub(crate) fn conflicts_with(&self, other: &Self) -> bool {
        let id = other.argument.get_id().as_str();
        self.conflicts.iter().any(|conflict| conflict == id)
    }

    /// The options with this one alone.
    ///
    /// # Errors
    ///
    /// What clap says of a value that is not possible.
    pub(crate) fn options(&self, values: &[OsString]) -> Result<Options, clap::Error> {
        let command = command().mut_args(|argument| {
            let is_switch = argument
                .get_num_args()
                .is_some_and(|count| !count.takes_values());
            if is_switch {
                // So that a stronger source can switch it off.
                argument.num_args(0..=1).require_equals(true)
            } else {
                argument
            }
        });
        let matches = command.try_get_matches_from(self.words(values))?;
        Options::from_arg_matches(&matches)
    }

    /// The values as a command line has them.
    fn words(&self, values: &[OsString]) -> Vec<OsString> {
        let Some(long) = self.argument.get_long() else {
            let separator = self.argument.is_last_set().then(|| "--".into());
            return separator
                .into_iter()
                .chain(values.iter().cloned())
                .collect();
        };
        let word = |value: &OsString| {
            let mut word = OsString::from(format!("--{long}="));
            word.push(value);
            word
        };
        values.iter().map(word).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Kind, setting, settings};

    /// Variables that mean something else.
    const RESERVED: [&str; 9] = [
        "HOTLOAD_CACHE_DIR",
        "HOTLOAD_CHANGED",
        "HOTLOAD_DIR",
        "HOTLOAD_FILE",
        "HOTLOAD_LINE",
        "HOTLOAD_OUTCOME",
        "HOTLOAD_RESTARTS",
        "HOTLOAD_RUNNING",
        "HOTLOAD_UPDATE_DOCS",
    ];

    #[test]
    fn no_setting_has_the_name_of_a_variable_that_means_something_else() {
        let mut names = BTreeSet::new();
        for setting in settings() {
            let variable = setting.variable();
            assert!(!RESERVED.contains(&variable.as_str()), "{variable}");
            assert!(names.insert(variable), "{} is there twice", setting.name());
        }
    }

    #[test]
    fn the_kind_of_a_setting_is_that_of_its_option() {
        let cases = [
            ("targets", Kind::List),
            ("watch", Kind::List),
            ("poll", Kind::Number),
            ("timeout", Kind::Number),
            ("fresh", Kind::Switch),
            ("python", Kind::Text),
            ("step", Kind::List),
            (
                "busy",
                Kind::Word(["queue", "interrupt", "restart"].map(String::from).into()),
            ),
        ];
        for (name, kind) in cases {
            assert_eq!(setting(name).unwrap().kind(), kind, "{name}");
        }
    }

    #[test]
    fn every_setting_can_be_read_by_itself() {
        for setting in settings() {
            let value = match setting.kind() {
                Kind::Switch => "false".into(),
                Kind::Word(words) => words[0].clone(),
                Kind::Number => "1".into(),
                Kind::Text | Kind::List => "x".to_owned(),
            };
            let read = setting.options(&[value.into()]);
            assert!(read.is_ok(), "{}: {read:?}", setting.name());
        }
    }
}
