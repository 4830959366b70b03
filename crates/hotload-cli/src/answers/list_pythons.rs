//! The answer to `--list-pythons`.

use std::fmt::Write;
use std::time::Duration;

use hotload_python::discovery::candidate::Candidate;
use hotload_python::discovery::hosts::Host;
use hotload_python::discovery::{self, Found};
use hotload_python::start::probe::{self, Answer, Probe};
use serde_json::{Value, json};

use crate::answers::{Form, Probing, tested};
use crate::arguments::Volume;
use crate::config::appearance;
use crate::config::environment::current_folder;
use crate::config::layers::Layers;
use crate::config::selection::Selection;
use crate::exit::Exit;
use crate::render::{plain_line, with_causes};
use crate::system::processes::SystemProcesses;

/// How long each candidate may take to say hello. They all start at once, and some are large programs.
const TIME_LIMIT: Duration = Duration::from_secs(15);

pub(super) fn answer(layers: &Layers, probing: Probing, form: Form) -> Result<Vec<u8>, Exit> {
    let selection = Selection::new(layers, &current_folder()?)?;
    let found = discovery::find_all(&selection.folder, &selection.hosts);
    let probes = match probing {
        Probing::None => not_asked(found),
        Probing::Each => probe::probe(found, &SystemProcesses::new(), TIME_LIMIT),
    };
    let text = match form {
        Form::Json => {
            let rows: Vec<Value> = probes.iter().map(as_json).collect();
            format!("{:#}\n", Value::from(rows))
        }
        Form::Text => {
            let hosts = selection.hosts.iter().map(|host| &**host);
            let unstarted: Vec<&Host> = hosts.filter(|host| host.is_of_project()).collect();
            let is_verbose = appearance::volume(layers) == Volume::Verbose;
            table(&probes, &unstarted, is_verbose)
        }
    };
    Ok(text.into_bytes())
}

fn not_asked(found: Vec<Found>) -> Vec<Probe> {
    let probe = |found: Found| Probe {
        candidate: found.candidate,
        also: found.also,
        answer: Answer::NotAsked,
        time: Duration::ZERO,
    };
    found.into_iter().map(probe).collect()
}

/// One line for each Python that can be used. With `-v` also those that cannot be used, and why, and
/// other paths to those that can.
fn table(probes: &[Probe], of_project: &[&Host], verbose: bool) -> String {
    let shown = probes
        .iter()
        .filter(|probe| verbose || probe.is_usable() || matches!(probe.answer, Answer::NotAsked));
    let rows: Vec<[String; 4]> = shown.flat_map(|probe| rows(probe, verbose)).collect();
    if rows.is_empty() && of_project.is_empty() {
        return "no Python was found; `-v` lists what was tried\n".into();
    }
    let heads = ["VERSION", "PYTHON", "FROM", "COMMAND"].map(String::from);
    let rows: Vec<[String; 4]> = std::iter::once(heads).chain(rows).collect();
    let widths = [0, 1, 2].map(|column| {
        let cells = rows
            .iter()
            .map(|row: &[String; 4]| row[column].chars().count());
        cells.max().unwrap_or(0)
    });
    let mut text = String::new();
    for [version, what, source, command] in &rows {
        let [first, second, third] = widths;
        let _ = writeln!(
            text,
            "{version:first$}  {what:second$}  {source:third$}  {command}"
        );
    }
    for host in of_project.iter().filter(|_| verbose) {
        let file = host.origin.path().map(|path| path.display().to_string());
        let _ = writeln!(
            text,
            "not started: `{}` (from {}); only `--python` starts a project's host",
            plain_line(&host.to_string()),
            plain_line(&file.unwrap_or_default())
        );
    }
    text
}

/// The row of an interpreter, and those of the other paths to it.
fn rows(probe: &Probe, verbose: bool) -> Vec<[String; 4]> {
    let row = row(probe, verbose);
    let [version, what, ..] = row.clone();
    let others = probe.also.iter().filter(|_| verbose);
    let others: Vec<[String; 4]> = others
        .map(|candidate| {
            let command = plain_line(&format!("{candidate}  (the same interpreter)"));
            [version.clone(), what.clone(), source(candidate), command]
        })
        .collect();
    [vec![row], others].concat()
}

fn source(candidate: &Candidate) -> String {
    let source = candidate.source.to_string();
    plain_line(source.trim_start_matches("from "))
}

fn row(probe: &Probe, verbose: bool) -> [String; 4] {
    let candidate = &probe.candidate;
    let (version, implementation) = match &probe.answer {
        Answer::Hello(hello) => (hello.version.to_string(), hello.implementation.clone()),
        Answer::Dead(_) => ("-".into(), "-".into()),
        Answer::NotAsked => (known_version(candidate), "?".into()),
    };
    let what = match &candidate.host {
        Some(host) => format!("{implementation} ({host})"),
        None => implementation,
    };
    let mut command = candidate.to_string();
    if let Some(remark) = remark(probe, verbose) {
        let _ = write!(command, "  ({remark})");
    }
    let [version, what, command] = [version, what, command].map(|cell| plain_line(&cell));
    [version, what, source(candidate), command]
}

/// What is said in brackets after the command.
fn remark(probe: &Probe, verbose: bool) -> Option<String> {
    let host = probe.candidate.host.as_ref();
    match &probe.answer {
        Answer::Dead(error) => {
            // The row already has its command and source.
            let candidate = &probe.candidate;
            let named = format!("`{candidate}` ({}) ", candidate.source);
            Some(with_causes(error).replacen(&named, "", 1))
        }
        Answer::Hello(hello) if !hello.version.is_supported() => {
            Some("too old: hotload needs 2.7, or 3.4 or newer".into())
        }
        Answer::NotAsked if host.is_some_and(|host| host.licence) => {
            Some("not started: that would check out a licence".into())
        }
        _ if verbose => host.map(|host| format!("recipe {}", tested(host))),
        _ => None,
    }
}

fn known_version(candidate: &Candidate) -> String {
    let version = candidate.version.as_ref();
    version.map_or_else(|| "?".into(), ToString::to_string)
}

fn as_json(probe: &Probe) -> Value {
    let candidate = &probe.candidate;
    let host = candidate.host.as_ref();
    let (hello, reason) = match &probe.answer {
        Answer::Hello(hello) => (Some(hello), None),
        Answer::Dead(error) => (None, Some(with_causes(error))),
        Answer::NotAsked => (None, Some("not started".into())),
    };
    json!({
        "version": hello.map(|hello| hello.version.to_string()),
        "implementation": hello.map(|hello| &hello.implementation),
        "platform": hello.map(|hello| &hello.platform),
        "executable": hello.map(|hello| &hello.executable),
        "usable": probe.is_usable(),
        "reason": reason,
        "source": candidate.source.to_string(),
        "program": candidate.program.to_string_lossy(),
        "arguments": candidate.arguments,
        "command": candidate.to_string(),
        "also": probe.also.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "host": host.map(|host| &host.name),
        "tested": host.and_then(|host| host.tested.as_ref()),
        "start_ms": hello.map(|_| probe.time.as_secs_f64() * 1e3),
    })
}
