//! What an examination found, as text or JSON.

use std::fmt::Write;

use hotload_python::discovery::hosts::{Output, RowOrigin};
use hotload_python::start::examination::{Examination, InterruptEffect, Stream};
use hotload_python::transport::Transport;
use serde_json::{Value, json};

use crate::answers::doctor::advice::advice;
use crate::answers::tested;
use crate::config::files;
use crate::config::selection::Selection;
use crate::render::header::without_home;
use crate::render::{plain_line, with_causes};

/// What was asked for, and what was found.
pub(super) struct Findings<'f> {
    pub(super) asked_for: Option<&'f str>,
    pub(super) selection: &'f Selection,
    pub(super) examination: &'f Examination,
}

impl Findings<'_> {
    pub(super) fn as_text(&self) -> String {
        let mut text = String::new();
        for (name, value) in self.lines() {
            let _ = writeln!(text, "{name:14}{}", plain_line(&without_home(&value)));
        }
        let advice = advice(self.examination);
        if !advice.is_empty() {
            text.push('\n');
        }
        for line in advice {
            let _ = writeln!(text, "advice: {}", plain_line(&without_home(&line)));
        }
        text
    }

    pub(super) fn as_json(&self) -> Value {
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
            "advice": advice(self.examination),
        })
    }

    /// What is shown, line by line: its name and value.
    fn lines(&self) -> Vec<(&'static str, String)> {
        [self.start(), self.interpreter(), self.conditions()].concat()
    }

    /// What was asked for, and what was started.
    fn start(&self) -> Vec<(&'static str, String)> {
        let found = self.examination;
        let asked_for = self.asked_for.map_or("nothing: the default".into(), quoted);
        let mut lines = vec![
            ("asked for", asked_for),
            ("configuration", self.configuration()),
        ];
        lines.extend(self.passed_over().map(|why| ("passed over", why)));
        let candidate = &found.candidate;
        lines.push(("started", format!("`{candidate}` ({})", candidate.source)));
        lines.push(("host", self.host()));
        lines
    }

    /// What answered, and how it is connected.
    fn interpreter(&self) -> Vec<(&'static str, String)> {
        let found = self.examination;
        let (hello, facts) = (&found.hello, &found.facts);
        let version = facts.version.lines().next().unwrap_or_default();
        let process = format!(
            "{}, {}, process {}, `{}`",
            hello.implementation, hello.platform, hello.process_id, hello.executable
        );
        let start_time = format!("{:.0} ms", found.start_time.as_secs_f64() * 1e3);
        vec![
            ("answered", format!("Python {version}")),
            ("interpreter", process),
            ("start time", start_time),
            ("transport", found.transport.to_string()),
            ("folder", facts.folder.clone()),
        ]
    }

    /// What user code will find there.
    fn conditions(&self) -> Vec<(&'static str, String)> {
        let facts = &self.examination.facts;
        let left_out = &self.examination.left_out;
        let encodings = format!("file names {}, text {}", facts.file_names, facts.text);
        let missing = list_or(&facts.missing, "none of the usual modules");
        let mut lines = vec![
            ("output", self.output()),
            ("errors", stream(&facts.errors)),
            ("input", self.input()),
            ("encodings", encodings),
            ("Ctrl-C", self.interrupt().into()),
            ("bytecode", self.bytecode()),
            ("missing", missing),
        ];
        if !facts.flags.is_empty() {
            lines.push(("flags", facts.flags.join(", ")));
        }
        if !left_out.is_empty() {
            lines.push(("unset", left_out.join(", ")));
        }
        lines
    }

    fn passed_over(&self) -> impl Iterator<Item = String> {
        let errors = self.examination.passed_over.iter();
        errors.map(|error| with_causes(error))
    }

    fn configuration(&self) -> String {
        let Some(files) = &self.selection.config_files else {
            return "none (`--no-config`)".into();
        };
        let users_path = files::users_path();
        let (users, projects): (Vec<_>, Vec<_>) = files
            .iter()
            .map(|file| &file.path)
            .partition(|path| Some(*path) == users_path.as_ref());
        let mut parts: Vec<String> = Vec::new();
        parts.extend(users_path.as_ref().map(|path| {
            let missing = if users.is_empty() { " (not there)" } else { "" };
            format!("{}{missing}", path.display())
        }));
        match projects.first() {
            Some(path) => parts.push(path.display().to_string()),
            None => parts.push("no `hotload.toml` here or above".into()),
        }
        parts.join("; ")
    }

    fn host(&self) -> String {
        let Some(host) = &self.examination.candidate.host else {
            return "none (a plain Python)".into();
        };
        let from = match &host.origin {
            RowOrigin::BuiltIn => "hotload's own table".to_owned(),
            RowOrigin::User(path) | RowOrigin::Project(path) => path.display().to_string(),
        };
        let tested = tested(host);
        format!("{host}: `{}` in {from}, {tested}", host.name)
    }

    fn output(&self) -> String {
        let (facts, host) = (&self.examination.facts, &self.examination.candidate.host);
        let own = stream(&facts.output);
        let swallows = host
            .as_ref()
            .is_some_and(|host| host.output != Output::Script);
        if facts.sends_output {
            return format!("{own}; printed text arrives at the end of each step");
        }
        if swallows {
            return format!("{own}; printed text goes to the console instead");
        }
        if self.examination.transport == Transport::Streams {
            return format!("{own}; printed text arrives on standard error");
        }
        own
    }

    fn input(&self) -> String {
        if self.examination.transport == Transport::Streams {
            return "empty: standard input carries hotload's messages".into();
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
        let own = "not written; watched modules run from source";
        let flags = &self.examination.facts.flags;
        if flags.iter().any(|flag| flag == "dont_write_bytecode") {
            return format!("{own} (this Python never writes any)");
        }
        own.into()
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
        (false, Some(_)) => "not a terminal",
        (false, None) => "no file descriptor",
    };
    parts.push(place.into());
    if !stream.own {
        parts.push("replaced by the host".into());
    }
    parts.join(", ")
}
