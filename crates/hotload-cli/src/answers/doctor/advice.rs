//! What helps against the weaknesses of an interpreter.

use hotload_python::start::examination::{Examination, InterruptEffect};
use hotload_python::transport::Transport;

/// One line for each weakness.
pub(super) fn advice(found: &Examination) -> Vec<String> {
    let parts = [on_transport, on_interrupts, on_python, on_host];
    parts.iter().flat_map(|part| part(found)).collect()
}

fn on_transport(found: &Examination) -> Vec<String> {
    let slow = found
        .facts
        .sends_output
        .then_some("print little while a step runs: what is printed is seen when it ends");
    let channel = match found.transport {
        Transport::Socket => None,
        Transport::Streams => Some(
            "`input()` and debuggers get no input on this transport; where a socket is possible, \
             leave HOTLOAD_DIR unset",
        ),
        Transport::Files => Some(
            "no socket reaches hotload, and files answer some milliseconds later: is `socket` \
             blocked, or the interpreter in another network?",
        ),
    };
    channel.into_iter().chain(slow).map(String::from).collect()
}

fn on_interrupts(found: &Examination) -> Vec<String> {
    let advice = match found.interrupt {
        InterruptEffect::Interrupts | InterruptEffect::Unknown => return Vec::new(),
        InterruptEffect::Nothing => {
            "an endless loop is ended with the interpreter: press Ctrl-C twice"
        }
        InterruptEffect::Ends => "an interrupt ends the interpreter, and its state is lost",
    };
    vec![advice.into()]
}

fn on_python(found: &Examination) -> Vec<String> {
    let facts = &found.facts;
    let encoding = facts.output.encoding.to_lowercase();
    let is_narrow = !facts.output.terminal && !encoding.contains("utf") && encoding != "none";
    let lacks_traceback = facts.missing.iter().any(|name| name == "traceback");
    let lacks_site = facts.flags.iter().any(|flag| flag == "no_site");
    let is_misled = !found.left_out.is_empty();
    let advice = [
        (!facts.in_main_thread).then(|| {
            "the script does not run in the main thread: signals and some libraries fail there"
                .into()
        }),
        is_narrow.then(|| {
            format!("standard output is in {encoding}: other characters are escaped or fail")
        }),
        lacks_traceback.then(|| "`traceback` is missing: errors are shown in short".into()),
        lacks_site.then(|| "`site` was not run (-S): installed packages may not be found".into()),
        is_misled.then(|| {
            let names = found.left_out.join(" and ");
            format!("unset {names}: it is meant for another Python")
        }),
    ];
    advice.into_iter().flatten().collect()
}

fn on_host(found: &Examination) -> Vec<String> {
    let Some(host) = &found.candidate.host else {
        return Vec::new();
    };
    let licence = host
        .licence
        .then(|| "each start takes a licence, and so does this one".to_owned());
    licence.into_iter().chain(host.notes.clone()).collect()
}
