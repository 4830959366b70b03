//! What to do about the weaknesses of an interpreter.

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
        .then_some("print little during a step: its output is shown only when it ends");
    let channel = match found.transport {
        Transport::Socket => None,
        Transport::Streams => Some(
            "`input()` and debuggers get no input on this transport; if a socket can connect, leave \
             HOTLOAD_DIR unset",
        ),
        Transport::Files => Some(
            "no socket can reach hotload, and files are some milliseconds slower: is `socket` blocked, \
             or is the interpreter on another network?",
        ),
    };
    channel.into_iter().chain(slow).map(String::from).collect()
}

fn on_interrupts(found: &Examination) -> Vec<String> {
    let advice = match found.interrupt {
        InterruptEffect::Interrupts | InterruptEffect::Unknown => return Vec::new(),
        InterruptEffect::Nothing => {
            "an interrupt has no effect: an endless loop ends with its interpreter (`--busy restart`, \
             `--timeout SECONDS`), or with hotload when Ctrl-C is pressed twice"
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
            "your code does not run in the main thread: signal handlers and some libraries fail"
                .into()
        }),
        is_narrow.then(|| {
            format!("standard output is encoded in {encoding}: other characters are escaped or raise errors")
        }),
        lacks_traceback.then(|| "`traceback` is missing: errors are always shown in the short style".into()),
        lacks_site.then(|| "`site` was not run (-S): installed packages may not be found".into()),
        is_misled.then(|| {
            let names = found.left_out.join(" and ");
            format!("unset {names}: it is for another Python")
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
        .then(|| "each start checks out a licence, and so did this one".to_owned());
    licence.into_iter().chain(host.notes.clone()).collect()
}
