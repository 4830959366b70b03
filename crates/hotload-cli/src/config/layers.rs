//! Options from several sources: for each option, the first source that gives it decides.
//!
//! The command line is the only source so far. A new source is a `Layer` in `Layers::new` and a
//! `Source`, which says how messages name an option. The defaults are not a layer: they need no check.

use std::fmt::Display;

use crate::arguments::Options;

/// The options of all sources, the strongest source first.
pub(crate) struct Layers {
    layers: Vec<Layer>,
}

/// The options of one source.
struct Layer {
    source: Source,
    options: Options,
}

/// Where options are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    CommandLine,
}

/// The value of an option, with what messages about it need: its name and where it was given.
#[derive(Debug, Clone)]
pub(crate) struct Given<T> {
    pub(crate) value: T,
    name: &'static str,
    source: Source,
}

impl Layers {
    pub(crate) fn new(command_line: Options) -> Self {
        let command_line = Layer {
            source: Source::CommandLine,
            options: command_line,
        };
        Self {
            layers: vec![command_line],
        }
    }

    /// The value of an option.
    pub(crate) fn value<T>(&self, option: impl Fn(&Options) -> Option<T>) -> Option<T> {
        self.layers.iter().find_map(|layer| option(&layer.options))
    }

    /// The value of an option that may turn out to be unusable. `name` is without `--`.
    pub(crate) fn given<T>(
        &self,
        name: &'static str,
        option: impl Fn(&Options) -> Option<T>,
    ) -> Option<Given<T>> {
        self.layers.iter().find_map(|layer| {
            Some(Given {
                value: option(&layer.options)?,
                name,
                source: layer.source,
            })
        })
    }

    /// Whether an on-or-off option is on.
    pub(crate) fn is_on(&self, option: impl Fn(&Options) -> Option<bool>) -> bool {
        self.value(option).unwrap_or(false)
    }
}

impl<T> Given<T> {
    /// The option as its source spells it: `--poll`.
    pub(crate) fn name(&self) -> String {
        match self.source {
            Source::CommandLine => format!("--{}", self.name),
        }
    }
}

impl<T: Display> Given<T> {
    /// The option with its value: `--poll 0`.
    pub(crate) fn spelled(&self) -> String {
        match self.source {
            Source::CommandLine => format!("--{} {}", self.name, self.value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Layer, Layers, Source};
    use crate::arguments::{Options, WatchingOptions};

    fn layer(poll: Option<&str>, ext: Option<&str>) -> Layer {
        Layer {
            source: Source::CommandLine,
            options: Options {
                watching: WatchingOptions {
                    poll: poll.map(String::from),
                    ext: ext.map(|ext| vec![ext.into()]),
                    ..WatchingOptions::default()
                },
                ..Options::default()
            },
        }
    }

    #[test]
    fn the_first_source_that_gives_an_option_decides() {
        let layers = Layers {
            layers: vec![layer(None, Some("py")), layer(Some("7"), Some("txt"))],
        };
        let ext = layers.value(|options| options.watching.ext.clone());
        assert_eq!(ext.unwrap(), ["py"]);
        let poll = layers.given("poll", |options| options.watching.poll.clone());
        assert_eq!(poll.unwrap().spelled(), "--poll 7");
        assert!(!layers.is_on(|options| options.running.once));
    }
}
