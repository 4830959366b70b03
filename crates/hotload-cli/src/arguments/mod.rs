//! The command line as clap reads it, one file per heading. What it means is `config`'s business.
//!
//! clap holds no defaults: an option that was not given is `None`, so that another source can give it.

mod ask;
mod control;
pub(crate) mod defaults;
mod display;
mod files;
mod interpreter;
#[cfg(test)]
mod options_page;
mod running;
#[cfg(test)]
mod schema;
pub(crate) mod setting;
mod version;
mod watching;

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Args, Command, CommandFactory, FromArgMatches, Parser};

pub(crate) use self::ask::{GraphFormat, Questions};
pub(crate) use self::control::{ControlOptions, SendCommand};
pub(crate) use self::display::{Alert, Color, DisplayOptions, Keys, TracebackStyle, Volume};
pub(crate) use self::files::FileOptions;
pub(crate) use self::interpreter::{GuestLoopName, GuestOutputName, InterpreterOptions};
pub(crate) use self::running::{BusyPolicy, ReloadLevel, RunningOptions};
use self::setting::Provided;
pub(crate) use self::watching::WatchingOptions;

/// Reload Python code on every save, in any interpreter, without installing anything into it
///
/// hotload watches files and keeps one Python running. Each save reloads the targets in that Python,
/// and what they have already computed is kept. What your code prints goes to standard output, and
/// what hotload says goes to standard error.
#[derive(Debug, Parser)]
#[command(
    name = "hotload",
    // Not `hotload.exe`.
    bin_name = "hotload",
    version,
    max_term_width = 100,
    disable_help_flag = true,
    disable_version_flag = true
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) options: Options,
    #[command(flatten)]
    pub(crate) questions: Questions,
    /// The options that were given, as text.
    #[arg(skip)]
    pub(crate) provided: Vec<Provided>,
}

/// The options as one source gives them: `None` where it says nothing.
#[derive(Debug, Default, Clone, Args)]
#[group(skip)]
pub(crate) struct Options {
    /// Module or file to reload: `lib`, `pkg.mod`, `src/lib.py`, `lib:main`
    ///
    /// An existing file takes precedence over a module of that name. A function after a colon is
    /// called after each reload. A file inside a package is loaded under its dotted name.
    #[arg(value_name = "TARGET")]
    pub(crate) targets: Option<Vec<String>>,

    /// Arguments for your code: its `sys.argv[1:]`
    #[arg(id = "args", last = true, value_name = "ARGS")]
    pub(crate) arguments: Option<Vec<OsString>>,

    #[command(flatten)]
    pub(crate) running: RunningOptions,
    #[command(flatten)]
    pub(crate) watching: WatchingOptions,
    #[command(flatten)]
    pub(crate) interpreter: InterpreterOptions,
    #[command(flatten)]
    pub(crate) display: DisplayOptions,
    #[command(flatten)]
    pub(crate) files: FileOptions,
    #[command(flatten)]
    pub(crate) control: ControlOptions,
}

impl Arguments {
    /// Reads a command line, which starts with the program's name.
    ///
    /// # Errors
    ///
    /// Those of clap, which also returns its help and version in this way.
    pub(crate) fn read(
        words: impl IntoIterator<Item = impl Into<OsString> + Clone>,
    ) -> Result<Self, clap::Error> {
        let words: Vec<OsString> = words.into_iter().map(Into::into).collect();
        let read = command().try_get_matches_from(&words).and_then(|matches| {
            let arguments = Self::from_arg_matches(&matches)?;
            Ok(Self {
                provided: setting::provided(&matches),
                ..arguments
            })
        });
        read.map_err(|error| match error.kind() {
            ErrorKind::DisplayVersion if is_verbose(&words) => {
                let in_full = command().version(version::IN_FULL);
                in_full.try_get_matches_from(&words).err().unwrap_or(error)
            }
            _ => with_own_tip(error, &words),
        })
    }
}

/// The command line's description, with the default of each option.
pub(crate) fn command() -> Command {
    Arguments::command().mut_args(with_default)
}

fn with_default(argument: Arg) -> Arg {
    let Some(default) = defaults::shown(argument.get_id().as_str()) else {
        return argument;
    };
    let short = argument.get_help().map(ToString::to_string);
    let short = short.unwrap_or_default();
    let long = argument.get_long_help().map(ToString::to_string);
    let long = long.unwrap_or_else(|| short.clone());
    argument
        .help(format!("{short} [default: {default}]"))
        .long_help(format!("{long}\n\n[default: {default}]"))
}

/// Whether `-v` is among hotload's own arguments.
fn is_verbose(words: &[OsString]) -> bool {
    let own = words.iter().take_while(|word| *word != "--");
    own.into_iter()
        .any(|word| word == "-v" || word == "--verbose" || word == "-vV" || word == "-Vv")
}

/// Replaces clap's tip to put an unknown option after `--`: what comes there is for user code, so it
/// makes sense only after a target.
fn with_own_tip(mut error: clap::Error, words: &[OsString]) -> clap::Error {
    if error.kind() != ErrorKind::UnknownArgument {
        return error;
    }
    error.remove(ContextKind::Suggested);
    if let Some(ContextValue::String(unknown)) = error.get(ContextKind::InvalidArg)
        && let Some(command) = with_dashes(unknown, words)
    {
        let tip = format!("arguments for your code come after '--': '{command}'");
        let tip = ContextValue::StyledStrs(vec![tip.into()]);
        error.insert(ContextKind::Suggested, tip);
    }
    error
}

/// The command line with `--` before the unknown argument, if there is a target before it.
fn with_dashes(unknown: &str, words: &[OsString]) -> Option<String> {
    let words: Vec<&str> = words
        .iter()
        .map(|word| word.to_str())
        .collect::<Option<_>>()?;
    let is_unknown = |word: &&str| word.split('=').next() == Some(unknown);
    let (before, after) = words.split_at(words.iter().position(is_unknown)?);
    let has_target = before.iter().skip(1).any(|word| !word.starts_with('-'));
    has_target.then(|| format!("hotload {} -- {}", before[1..].join(" "), after.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn the_description_of_the_command_line_holds_together() {
        command().debug_assert();
    }
}
