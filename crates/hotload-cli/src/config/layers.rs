//! Options from several sources: for each option, the first source that gives it decides.
//!
//! The sources are the command line, the environment, the profile that was asked for, the project's
//! file and the user's. The defaults are not a layer: they need no check.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use hotload_python::discovery::hosts::ConfigFile;

use crate::arguments::Options;
use crate::arguments::setting::{Provided, setting};
use crate::exit::Exit;

/// The options of all sources, the strongest source first.
#[derive(Debug, Clone)]
pub(crate) struct Layers {
    layers: Vec<Layer>,
    /// The profile that was asked for.
    profile: Option<String>,
    /// The files that were read, the strongest first. `None` with `--no-config`.
    files: Option<Vec<ConfigFile>>,
}

/// What one source gives: of the command line all options, of the others one.
#[derive(Debug, Clone)]
pub(crate) struct Layer {
    pub(crate) source: Source,
    /// What is given, as text.
    pub(crate) provided: Vec<Provided>,
    pub(crate) options: Options,
}

/// Where options are given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    CommandLine,
    Variable,
    /// A line of a file, counted from 1.
    File(PathBuf, usize),
}

/// The value of an option, with what messages about it need: its name and where it was given.
#[derive(Debug, Clone)]
pub(crate) struct Given<T> {
    pub(crate) value: T,
    name: &'static str,
    source: Source,
}

impl Layers {
    /// The options of the command line. `@NAME` among the targets is a profile.
    pub(crate) fn of_command_line(mut options: Options, mut provided: Vec<Provided>) -> Self {
        let profile = take_profile(&mut options, &mut provided);
        let command_line = Layer {
            source: Source::CommandLine,
            provided,
            options,
        };
        Self {
            layers: vec![command_line],
            profile,
            files: None,
        }
    }

    /// The options of the command line alone, to which the others can be added once more.
    pub(super) fn of_this_start(&self) -> Self {
        Self {
            layers: self.layers.iter().take(1).cloned().collect(),
            profile: self.profile.clone(),
            files: None,
        }
    }

    /// Adds a source that is weaker than those before it. What makes no sense together with something
    /// that a stronger one gives is left out, as with a command line that replaces the file's plan.
    pub(super) fn add(&mut self, layers: Vec<Layer>) {
        let kept = layers.into_iter().filter(|layer| !self.is_replaced(layer));
        let kept: Vec<Layer> = kept.collect();
        self.layers.extend(kept);
    }

    fn is_replaced(&self, layer: &Layer) -> bool {
        let stronger = || self.layers.iter().flat_map(|layer| &layer.provided);
        let mut provided = layer.provided.iter();
        provided.any(|weaker| stronger().any(|stronger| stronger.replaces(weaker)))
    }

    /// The value of an option.
    pub(crate) fn value<T>(&self, option: impl Fn(&Options) -> Option<T>) -> Option<T> {
        self.layers.iter().find_map(|layer| option(&layer.options))
    }

    /// The value of an option that may turn out to be unusable, or that starts from the folder of its
    /// file. `name` is without `--`.
    pub(crate) fn given<T>(
        &self,
        name: &'static str,
        option: impl Fn(&Options) -> Option<T>,
    ) -> Option<Given<T>> {
        self.layers.iter().find_map(|layer| {
            Some(Given {
                value: option(&layer.options)?,
                name,
                source: layer.source.clone(),
            })
        })
    }

    /// Whether an on-or-off option is on.
    pub(crate) fn is_on(&self, option: impl Fn(&Options) -> Option<bool>) -> bool {
        self.value(option).unwrap_or(false)
    }

    /// A setting as text, and where it was given.
    pub(crate) fn provided(&self, name: &str) -> Option<(&Provided, &Source)> {
        self.layers.iter().find_map(|layer| {
            let mut provided = layer.provided.iter();
            let found = provided.find(|provided| provided.name == name)?;
            Some((found, &layer.source))
        })
    }

    /// Keeps the files that were read, the strongest first.
    pub(super) fn set_files(&mut self, files: Vec<ConfigFile>) {
        self.files = Some(files);
    }

    /// The files that were read, the strongest first. `None` with `--no-config`.
    pub(crate) fn files(&self) -> Option<&[ConfigFile]> {
        self.files.as_deref()
    }

    /// The profile that was asked for.
    pub(crate) fn profile(&self) -> Option<&str> {
        self.profile.as_deref()
    }
}

/// Takes the first `@NAME` out of the targets.
fn take_profile(options: &mut Options, provided: &mut Vec<Provided>) -> Option<String> {
    let targets = options.targets.as_mut()?;
    let index = targets.iter().position(|target| target.starts_with('@'))?;
    let profile = targets.remove(index)[1..].to_owned();
    let is_rest_empty = targets.is_empty();
    if is_rest_empty {
        options.targets = None;
    }
    provided.retain_mut(|provided| {
        if provided.name != "targets" {
            return true;
        }
        provided.values.remove(index);
        !is_rest_empty
    });
    Some(profile)
}

impl Provided {
    /// Whether a weaker source's setting makes no sense any more.
    fn replaces(&self, weaker: &Self) -> bool {
        if self.is_off() || weaker.is_off() {
            return false;
        }
        // A target that is given is what is to run, and not the steps of a file.
        let is_other_plan = self.name == "targets" && weaker.name == "step";
        is_other_plan || self.conflicts_with(weaker)
    }

    pub(crate) fn conflicts_with(&self, other: &Self) -> bool {
        let settings = setting(&self.name).zip(setting(&other.name));
        settings.is_some_and(|(one, other)| one.conflicts_with(other))
    }

    /// Whether it is a switch that is off.
    pub(crate) fn is_off(&self) -> bool {
        self.values == ["false"]
    }
}

impl<T> Given<T> {
    /// The option as its source spells it: `--poll`.
    pub(crate) fn name(&self) -> String {
        let name = self.name;
        match &self.source {
            Source::CommandLine => format!("`--{name}`"),
            Source::Variable => format!("`{}`", variable(name)),
            Source::File(path, line) => format!("`{name}` in `{}:{line}`", path.display()),
        }
    }

    /// The option with a value, or one of its values: `--poll 0`.
    pub(crate) fn with(&self, value: impl Display) -> String {
        let name = self.name;
        match &self.source {
            Source::CommandLine => format!("`--{name} {value}`"),
            Source::Variable => format!("`{}={value}`", variable(name)),
            Source::File(path, line) => {
                format!("`{name} = {value}` in `{}:{line}`", path.display())
            }
        }
    }

    /// Where its relative paths start.
    pub(crate) fn folder<'a>(&'a self, current: &'a Path) -> &'a Path {
        match &self.source {
            Source::File(path, _) => path.parent().unwrap_or(current),
            Source::CommandLine | Source::Variable => current,
        }
    }

    /// Adds to an error where the value comes from, unless it is on the command line.
    pub(crate) fn blamed(&self, error: impl Into<Exit>) -> Exit {
        let error = error.into();
        match self.source {
            Source::CommandLine => error,
            _ => error.because_of(format!("{} cannot be used", self.name())),
        }
    }

    /// The same option with another value.
    pub(crate) fn map<U>(self, other: impl FnOnce(T) -> U) -> Given<U> {
        Given {
            value: other(self.value),
            name: self.name,
            source: self.source,
        }
    }
}

fn variable(name: &str) -> String {
    setting(name).map_or_else(|| name.to_owned(), |setting| setting.variable())
}

#[cfg(test)]
mod tests {
    use super::{Layer, Layers, Provided, Source};
    use crate::arguments::Options;
    use crate::arguments::setting::setting;

    fn layer(name: &str, values: &[&str]) -> Layer {
        let values: Vec<_> = values.iter().map(Into::into).collect();
        Layer {
            source: Source::Variable,
            options: setting(name).unwrap().options(&values).unwrap(),
            provided: vec![Provided {
                name: name.into(),
                values,
            }],
        }
    }

    fn layers(sources: &[&[(&str, &[&str])]]) -> Layers {
        let mut layers = Layers::of_command_line(Options::default(), Vec::new());
        for source in sources {
            let given = source.iter().map(|(name, values)| layer(name, values));
            layers.add(given.collect());
        }
        layers
    }

    #[test]
    fn the_first_source_that_gives_an_option_decides_and_lists_are_replaced() {
        let layers = layers(&[
            &[("ext", &["py"])],
            &[("poll", &["7"]), ("ext", &["txt", "md"])],
        ]);
        let ext = layers.value(|options| options.watching.ext.clone());
        assert_eq!(ext.unwrap(), ["py"]);
        let poll = layers.given("poll", |options| options.watching.poll.clone());
        assert_eq!(poll.unwrap().with("7"), "`HOTLOAD_POLL=7`");
        assert!(!layers.is_on(|options| options.running.once));
    }

    #[test]
    fn what_conflicts_with_a_stronger_source_is_left_out() {
        let cases: [(&str, &str, bool); 6] = [
            ("call", "step", false),
            ("step", "call", false),
            ("launch", "targets", false),
            ("targets", "launch", false),
            ("targets", "step", false),
            ("step", "targets", true),
        ];
        for (stronger, weaker, is_kept) in cases {
            let layers = layers(&[&[(stronger, &["x"])], &[(weaker, &["x"])]]);
            let is_there = layers.provided(weaker).is_some();
            assert_eq!(is_there, is_kept, "{weaker} below {stronger}");
        }
    }

    #[test]
    fn a_switch_that_is_off_leaves_everything_and_switches_off_what_is_weaker() {
        let layers = layers(&[
            &[("quiet", &["false"]), ("fresh", &["false"])],
            &[("verbose", &["true"]), ("fresh", &["true"])],
        ]);
        assert!(layers.provided("verbose").is_some());
        assert!(!layers.is_on(|options| options.running.fresh));
    }
}
