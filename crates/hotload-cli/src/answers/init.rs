//! The answer to `--init`: a `hotload.toml` for what is here.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write as _};

use crate::answers::show_config::value;
use crate::arguments::setting::{Provided, setting, settings};
use crate::config::environment::current_folder;
use crate::config::files::NAME;
use crate::config::layers::{Layers, Source};
use crate::config::nearby::{Candidate, candidates};
use crate::exit::Exit;

/// At most this many targets are written; more are examples rather than one program.
const MOST_TARGETS: usize = 1;

pub(super) fn answer(layers: &Layers) -> Result<Vec<u8>, Exit> {
    let folder = current_folder()?;
    let given = given(layers);
    let text = text(&given, &candidates(&folder));
    let path = folder.join(NAME);
    let opened = OpenOptions::new().write(true).create_new(true).open(&path);
    let written = opened.and_then(|mut file| file.write_all(text.as_bytes()));
    match written {
        Ok(()) => Ok(format!("wrote {}\n", path.display()).into_bytes()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(Exit::usage(format!("there is a `{NAME}` here already"))
                .hint("`hotload --show-config` shows what holds with it"))
        }
        Err(error) => Err(Exit::usage_because(
            format!("cannot write `{}`", path.display()),
            error,
        )),
    }
}

/// The settings on the command line.
fn given(layers: &Layers) -> Vec<Provided> {
    let in_files = settings().iter().filter(|setting| setting.is_in_files());
    let given = in_files.filter_map(|setting| layers.provided(setting.name()));
    given
        .filter(|(_, source)| **source == Source::CommandLine)
        .map(|(provided, _)| provided.clone())
        .collect()
}

fn text(given: &[Provided], found: &[Candidate]) -> String {
    let mut text = String::from(
        "# hotload reads this file when it is started in this folder or below.\n\
         # `hotload --show-config` lists all settings; each has the name of its option.\n\n",
    );
    let given_line = |name: &str| {
        let provided = given.iter().find(|provided| provided.name == name)?;
        Some(format!("{name} = {}\n", value(setting(name)?, provided)))
    };
    let plan = ["targets", "launch", "step", "run"];
    let given_plan: Vec<String> = plan.into_iter().filter_map(given_line).collect();
    text.push_str("# What a bare `hotload` runs.\n");
    if given_plan.is_empty() {
        text.push_str(&found_plan(found));
    }
    text.extend(given_plan);
    let examples = [
        (
            "python",
            "\"2.7\"",
            "The Python: a path, a version, a host.",
        ),
        (
            "watch",
            "[\".\"]",
            "Files, folders and globs, from this folder on.",
        ),
        (
            "ext",
            "[\"py\"]",
            "Extensions that count in watched folders.",
        ),
    ];
    for (name, example, what) in examples {
        let line = given_line(name).unwrap_or_else(|| format!("# {name} = {example}\n"));
        let _ = write!(text, "\n# {what}\n{line}");
    }
    let shown = plan.into_iter().chain(examples.map(|(name, ..)| name));
    let shown: Vec<&str> = shown.collect();
    let others = given.iter().filter(|it| !shown.contains(&it.name.as_str()));
    let others: Vec<String> = others.filter_map(|it| given_line(&it.name)).collect();
    if !others.is_empty() {
        let _ = write!(text, "\n{}", others.concat());
    }
    text.push_str(
        "\n# Another set of settings, for `hotload @check`.\n# [profile.check]\n# once = true\n",
    );
    text
}

fn found_plan(found: &[Candidate]) -> String {
    if let Some(Candidate::Launch(script)) = found.first() {
        return format!("launch = {}\n", toml::Value::from(script.as_str()));
    }
    let targets = found
        .iter()
        .take(MOST_TARGETS)
        .map(|it| toml::Value::from(it.arguments()));
    let targets: Vec<toml::Value> = targets.collect();
    if targets.is_empty() {
        return "# targets = [\"lib\"]\n".into();
    }
    format!("targets = {}\n", toml::Value::from(targets))
}
