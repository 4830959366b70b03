//! From the options that each source gives to the one that holds.
//!
//! There is one source so far, the command line. Another one is another `Layer`, in the order of
//! `Layers::new`, and another `Source`, which says how messages name an option of it. Below all of
//! them lie the defaults, which need no check.

use std::fmt::Display;

use crate::arguments::Options;

/// All options, the strongest source first: the first that gives an option decides.
pub(crate) struct Layers {
    layers: Vec<Layer>,
}

/// What one source gives.
struct Layer {
    source: Source,
    options: Options,
}

/// Where options are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    CommandLine,
}

/// The value of an option, and where it was given, which is what messages about it need.
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

    /// The value of an option that may turn out to be wrong, for which it needs its name.
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

    /// Whether an option that is on or off is on.
    pub(crate) fn is_on(&self, option: impl Fn(&Options) -> Option<bool>) -> bool {
        self.value(option).unwrap_or(false)
    }
}

impl<T> Given<T> {
    /// The option as it is spelled where it was given: `--poll`.
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
