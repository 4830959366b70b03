//! The answer to `--doctor`.

use std::fmt::Write;
use std::path::PathBuf;

use hotload_python::discovery::hosts::{Origin, Output};
use hotload_python::start::StandardInput;
use hotload_python::start::examination::{self, Conditions, Examination, InterruptEffect, Stream};
use hotload_python::targets::Target;
use hotload_python::transport::{Sink, Transport};
use serde_json::{Value, json};

use crate::answers::print::print;
use crate::answers::{self, Form, list_pythons};
use crate::config::durations::start_timeout;
use crate::config::environment::{current_folder, shared_folder};
use crate::config::files;
use crate::config::layers::Layers;
use crate::config::selection::Selection;
use crate::exit::Exit;
use crate::render::{causes, plain_line, with_causes};
use crate::screen::terminal;
use crate::system::processes::SystemProcesses;

pub(super) fn answer(layers: &Layers, form: Form) -> Result<Vec<u8>, Exit> {
    let selection = answers::selection(layers, &folder(layers)?)?;
    let asked_for = layers.value(|options| options.interpreter.python.clone());
    let asked_for = asked_for.as_deref();
    let examination = match examine(layers, &selection) {
        Ok(examination) => examination,
        Err(exit) if form == Form::Json => {
            print(format!("{:#}\n", nobody(asked_for, &exit)).as_bytes())?;
            return Err(exit);
        }
        Err(exit) => return Err(exit),
    };
    let findings = Findings {
        asked_for,
        selection: &selection,
        examination: &examination,
    };
    let text = match form {
        Form::Json => format!("{:#}\n", findings.as_json()),
        Form::Text => findings.as_text(),
    };
    Ok(text.into_bytes())
}

/// The folder of the first target, or the current one.
fn folder(layers: &Layers) -> Result<PathBuf, Exit> {
    let current = current_folder()?;
    let targets = layers.value(|options| options.targets.clone());
    let first = targets.into_iter().flatten().next();
    let target = first
        .map(|text| Target::parse(&text, &current))
        .transpose()?;
    Ok(target.map_or(current, |target| target.folder))
}

fn examine(layers: &Layers, selection: &Selection) -> Result<Examination, Exit> {
    let conditions = Conditions {
        standard_input: StandardInput::Inherited,
        shared_folder: shared_folder()?,
        start_timeout: start_timeout(layers)?,
        output: Sink::new(terminal::pass_on),
    };
    let candidates = answers::candidates(layers, selection)?;
    let processes = SystemProcesses::new();
    Ok(examination::examine(candidates, &conditions, &processes)?)
}

/// What a program is told where there is no interpreter.
fn nobody(asked_for: Option<&str>, exit: &Exit) -> Value {
    let causes: Vec<String> = causes(&*exit.error).map(ToString::to_string).collect();
    json!({
        "asked_for": asked_for,
        "usable": false,
        "error": exit.error.to_string(),
        "causes": causes,
        "hint": exit.hint,
    })
}

/// What was asked for, and what came of it.
struct Findings<'f> {
    asked_for: Option<&'f str>,
    selection: &'f Selection,
    examination: &'f Examination,
}

impl Findings<'_> {
    fn as_text(&self) -> String {
        let mut text = String::new();
        for (name, value) in self.lines() {
            let _ = writeln!(text, "{name:14}{}", plain_line(&value));
        }
        let advice = self.advice();
        if !advice.is_empty() {
            text.push('\n');
        }
        for line in advice {
            let _ = writeln!(text, "advice: {}", plain_line(&line));
        }
        text
    }

    fn as_json(&self) -> Value {
        let found = self.examination;
        json!({
            "asked_for": self.asked_for,
            "usable": true,
            "command": found.candidate.to_string(),
            "source": found.candidate.source.to_string(),
            "host": found.candidate.host.as_ref().map(|host| &host.name),
            "version": found.hello.version.to_string(),
            "implementation": found.hello.implementation,
            "platform": found.hello.platform,
            "executable": found.hello.executable,
            "pid": found.hello.process_id,
            "transport": match found.transport {
                Transport::Socket => "socket",
                Transport::Streams => "streams",
                Transport::Files => "files",
            },
            "start_ms": found.start_time.as_secs_f64() * 1e3,
            "left_out": found.left_out,
            "passed_over": self.passed_over().collect::<Vec<_>>(),
            "interrupt": match found.interrupt {
                InterruptEffect::Interrupts => "interrupts",
                InterruptEffect::Nothing => "nothing",
                InterruptEffect::Ends => "ends",
                InterruptEffect::Unknown => "unknown",
            },
            "facts": found.facts,
            "advice": self.advice(),
        })
    }

    fn lines(&self) -> Vec<(&'static str, String)> {
        let found = self.examination;
        let (hello, facts) = (&found.hello, &found.facts);
        let candidate = &found.candidate;
        let mut lines = vec![
            (
                "asked for",
                self.asked_for.map_or("nothing special".into(), quoted),
            ),
            ("configuration", self.configuration()),
        ];
        lines.extend(self.passed_over().map(|why| ("passed over", why)));
        lines.push(("started", format!("`{candidate}` ({})", candidate.source)));
        lines.push(("host", self.host()));
        let version = facts.version.lines().next().unwrap_or_default();
        lines.extend([
            ("answered", format!("Python {version}")),
            (
                "which is",
                format!(
                    "{}, {}, process {}, `{}`",
                    hello.implementation, hello.platform, hello.process_id, hello.executable
                ),
            ),
            (
                "start",
                format!("{:.0} ms", found.start_time.as_secs_f64() * 1e3),
            ),
            ("transport", found.transport.to_string()),
            ("folder", facts.folder.clone()),
            ("output", self.output()),
            ("errors", stream(&facts.errors)),
            ("input", self.input()),
            (
                "encodings",
                format!("file names {}, text {}", facts.file_names, facts.text),
            ),
            ("Ctrl-C", self.interrupt().into()),
            ("bytecode", self.bytecode()),
            (
                "missing",
                list_or(&facts.missing, "nothing that is often missing"),
            ),
        ]);
        if !facts.flags.is_empty() {
            lines.push(("flags", facts.flags.join(", ")));
        }
        if !found.left_out.is_empty() {
            lines.push(("left out", found.left_out.join(", ")));
        }
        lines
    }

    fn passed_over(&self) -> impl Iterator<Item = String> {
        let errors = self.examination.passed_over.iter();
        errors.map(|error| with_causes(error))
    }

    fn configuration(&self) -> String {
        let Some(files) = &self.selection.config_files else {
            return "none is read (`--no-config`)".into();
        };
        let users = files::users_place();
        let read = |file: &&_| files.iter().any(|known| known.path == **file);
        let mut places: Vec<String> = Vec::new();
        if let Some(place) = &users {
            let there = if read(&place) { "" } else { " (not there)" };
            places.push(format!("{}{there}", place.display()));
        }
        let others = files
            .iter()
            .filter(|file| Some(&file.path) != users.as_ref());
        places.extend(others.map(|file| file.path.display().to_string()));
        if places.len() < 2 {
            places.push("no `hotload.toml` here or above".into());
        }
        places.join("; ")
    }

    fn host(&self) -> String {
        let Some(host) = &self.examination.candidate.host else {
            return "none: a plain Python".into();
        };
        let from = match &host.origin {
            Origin::BuiltIn => "hotload's own table".to_owned(),
            Origin::User(path) | Origin::Project(path) => path.display().to_string(),
        };
        let tested = list_pythons::tested(host);
        format!("{host}, row `{}` of {from}, {tested}", host.name)
    }

    fn output(&self) -> String {
        let (facts, host) = (&self.examination.facts, &self.examination.candidate.host);
        let own = stream(&facts.output);
        let swallows = host
            .as_ref()
            .is_some_and(|host| host.output != Output::Script);
        if facts.sends_output {
            return format!("{own}; what is printed comes with the end of each step");
        }
        if swallows {
            return format!("{own}; what is printed goes to the console instead");
        }
        if self.examination.transport == Transport::Streams {
            return format!("{own}; what is printed arrives on standard error");
        }
        own
    }

    fn input(&self) -> String {
        if self.examination.transport == Transport::Streams {
            return "empty: standard input carries hotload's own messages".into();
        }
        stream(&self.examination.facts.input)
    }

    fn interrupt(&self) -> &'static str {
        match self.examination.interrupt {
            InterruptEffect::Interrupts => "interrupts a running step",
            InterruptEffect::Nothing => "does not interrupt a running step",
            InterruptEffect::Ends => "ends the interpreter",
            InterruptEffect::Unknown => "not tried here",
        }
    }

    fn bytecode(&self) -> String {
        let own = "none is written; watched modules run from their source";
        let flags = &self.examination.facts.flags;
        if flags.iter().any(|flag| flag == "dont_write_bytecode") {
            return format!("{own} (this Python writes none anyway)");
        }
        own.into()
    }

    /// One line for each weakness.
    fn advice(&self) -> Vec<String> {
        let found = self.examination;
        let facts = &found.facts;
        let mut advice = Vec::new();
        let mut add = |weak: bool, text: String| advice.extend(weak.then_some(text));
        add(
            found.transport == Transport::Streams,
            "`input()` and debuggers get no input on this transport; where a socket is possible, \
             leave HOTLOAD_DIR unset"
                .into(),
        );
        add(
            found.transport == Transport::Files,
            "no socket reaches hotload, and files answer some milliseconds later: is `socket` \
             blocked, or the interpreter in another network?"
                .into(),
        );
        add(
            facts.sends_output,
            "print little while a step runs: what is printed is seen when it ends".into(),
        );
        add(
            found.interrupt == InterruptEffect::Nothing,
            "an endless loop is ended with the interpreter: press Ctrl-C twice".into(),
        );
        add(
            found.interrupt == InterruptEffect::Ends,
            "an interrupt ends the interpreter, and its state is lost".into(),
        );
        add(
            !facts.in_main_thread,
            "the script does not run in the main thread: signals and some libraries fail there"
                .into(),
        );
        let encoding = facts.output.encoding.to_lowercase();
        add(
            !facts.output.terminal && !encoding.contains("utf") && encoding != "none",
            format!("standard output is in {encoding}: other characters are escaped or fail"),
        );
        add(
            facts.missing.iter().any(|name| name == "traceback"),
            "`traceback` is missing: errors are shown in short".into(),
        );
        add(
            facts.flags.iter().any(|flag| flag == "no_site"),
            "`site` was not run (-S): installed packages may not be found".into(),
        );
        add(
            !found.left_out.is_empty(),
            format!(
                "unset {}: it is meant for another Python",
                found.left_out.join(" and ")
            ),
        );
        if let Some(host) = &found.candidate.host {
            add(
                host.licence,
                "each start takes a licence, and so does this one".into(),
            );
            advice.extend(host.notes.iter().cloned());
        }
        advice
    }
}

fn quoted(text: &str) -> String {
    format!("`{text}` (from `--python`)")
}

fn list_or(names: &[String], nothing: &str) -> String {
    if names.is_empty() {
        nothing.into()
    } else {
        names.join(", ")
    }
}

/// `file, utf-8, a terminal`
fn stream(stream: &Stream) -> String {
    let mut parts = vec![stream.type_name.clone(), stream.encoding.clone()];
    let place = match (stream.terminal, stream.descriptor) {
        (true, _) => "a terminal",
        (false, Some(_)) => "no terminal",
        (false, None) => "without a descriptor",
    };
    parts.push(place.into());
    if !stream.own {
        parts.push("put there by the host".into());
    }
    parts.join(", ")
}
