//! Sessions that wait for a program which is already running, and the options that make no sense there.

use hotload_python::interpreter::settings::GuestSettings;
use hotload_python::outcome::guest::{GuestLoop, GuestOutput};

use crate::arguments::{BusyPolicy, GuestLoopName, GuestOutputName, Options, defaults};
use crate::config::layers::{Layers, Source};
use crate::config::{environment, files};
use crate::exit::Exit;

/// An option that cannot be used: how it is spelled, whether it was given, and why.
type Refusal = (&'static str, fn(&Options) -> Option<bool>, &'static str);

const STARTS_NONE: &str = "with `--guest`, hotload starts no interpreter";
const NEVER_ENDS: &str = "a program that has joined is never ended or started anew";

const REFUSED: [Refusal; 8] = [
    (
        "--python",
        |options| options.interpreter.python.is_some().then_some(true),
        STARTS_NONE,
    ),
    (
        "--main",
        |options| options.running.main,
        "`__main__` belongs to the program that has joined",
    ),
    (
        "--launch",
        |options| options.running.launch.is_some().then_some(true),
        "a launch script waits in its own loop, which a program that is already running has no place for",
    ),
    (
        "--preload",
        |options| options.interpreter.preload.is_some().then_some(true),
        "what a program has imported before it joined stays as it is, like a preload",
    ),
    (
        "--start-timeout",
        |options| options.interpreter.start_timeout.is_some().then_some(true),
        STARTS_NONE,
    ),
    (
        "--restart",
        |options| options.interpreter.restart,
        NEVER_ENDS,
    ),
    (
        "--busy restart",
        |options| options.running.busy.map(|busy| busy == BusyPolicy::Restart),
        NEVER_ENDS,
    ),
    (
        "--exit-on-crash",
        |options| options.interpreter.exit_on_crash,
        "when a program ends, hotload waits for the next one to join",
    ),
];

/// What was asked for, if `--guest` was given.
pub(super) fn check(layers: &Layers) -> Result<Option<GuestSettings>, Exit> {
    let source = |option: &str| Some(layers.provided(option.trim_start_matches("--"))?.1);
    if !layers.is_on(|options| options.interpreter.guest) {
        for option in ["--guest-loop", "--guest-output"] {
            if matches!(source(option), Some(Source::CommandLine)) {
                return Err(Exit::usage(format!("`{option}` needs `--guest`")));
            }
        }
        return Ok(None);
    }
    for (option, is_given, why) in REFUSED {
        // A project's file may name its Python for the sessions that start one.
        let is_of_a_file = matches!(source(option), Some(Source::File(..) | Source::Variable));
        if layers.is_on(is_given) && !is_of_a_file {
            let refusal = format!("`{option}` cannot be used with `--guest`");
            return Err(Exit::usage(refusal).hint(why));
        }
    }
    let wanted = layers.value(|options| options.interpreter.guest_loop);
    let output = layers.value(|options| options.interpreter.guest_output);
    Ok(Some(GuestSettings {
        rows: files::guests(layers.files().unwrap_or_default())?,
        files: environment::guest_files(),
        wanted_loop: wanted.map(|wanted| match wanted {
            GuestLoopName::Signal => GuestLoop::Signal,
            GuestLoopName::Block => GuestLoop::Block,
            GuestLoopName::Thread => GuestLoop::Thread,
        }),
        output: match output.unwrap_or(defaults::GUEST_OUTPUT) {
            GuestOutputName::Both => GuestOutput::Both,
            GuestOutputName::Host => GuestOutput::Host,
            GuestOutputName::Here => GuestOutput::Here,
        },
    }))
}
