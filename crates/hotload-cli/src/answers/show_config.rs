//! The answer to `--show-config`: each setting, its value, and where that comes from.

use std::ffi::OsString;
use std::fmt::Write;
use std::path::Path;

use crate::arguments::setting::{Kind, Provided, Setting, settings};
use crate::config::environment::current_folder;
use crate::config::files;
use crate::config::layers::{Layers, Source};
use crate::exit::Exit;

/// As much as most lines need.
const VALUE_COLUMNS: usize = 36;

/// TOML, so that it can be copied into a file.
pub(super) fn answer(layers: &Layers) -> Result<Vec<u8>, Exit> {
    let current = current_folder()?;
    let mut text = String::new();
    for file in layers.files().unwrap_or_default() {
        let _ = writeln!(text, "# {}", file.path.display());
    }
    if layers.files().is_none_or(<[_]>::is_empty) {
        let why = match (layers.files(), files::users_path()) {
            (Some(_), Some(path)) => format!("here and above, nor {}", path.display()),
            (Some(_), None) => "here and above".into(),
            (None, _) => "is read (`--no-config`)".into(),
        };
        let _ = writeln!(text, "# no {} {why}", files::NAME);
    }
    if let Some(profile) = layers.profile() {
        let _ = writeln!(text, "# with the profile `{profile}`");
    }
    text.push('\n');
    for setting in settings() {
        let _ = writeln!(text, "{}", line(setting, layers, &current));
    }
    Ok(text.into_bytes())
}

fn line(setting: &Setting, layers: &Layers, current: &Path) -> String {
    let name = setting.name();
    match (layers.provided(name), setting.default()) {
        (Some((provided, source)), _) => {
            let value = format!("{name} = {}", value(setting, provided));
            let origin = origin(setting, source, current);
            format!("{value:VALUE_COLUMNS$}  # {origin}")
        }
        // Some are described in words.
        (None, Some(default)) if !default.contains(' ') => {
            let default = value(
                setting,
                &Provided {
                    name: name.into(),
                    values: vec![default.into()],
                },
            );
            let value = format!("{name} = {default}");
            format!("{value:VALUE_COLUMNS$}  # default")
        }
        (None, default) => {
            let value = format!("# {name}");
            let default = default.unwrap_or_else(|| "not set".into());
            format!("{value:VALUE_COLUMNS$}  # {default}")
        }
    }
}

/// A value as TOML.
pub(super) fn value(setting: &Setting, provided: &Provided) -> String {
    let mut values = provided.values.iter();
    match setting.kind() {
        Kind::Switch | Kind::Number => {
            let value = values.next().cloned().unwrap_or_default();
            value.to_string_lossy().into_owned()
        }
        Kind::List => {
            let values: Vec<String> = values.map(string).collect();
            format!("[{}]", values.join(", "))
        }
        Kind::Word(_) | Kind::Text => values.next().map(string).unwrap_or_default(),
    }
}

fn string(value: &OsString) -> String {
    toml::Value::from(value.to_string_lossy().into_owned()).to_string()
}

fn origin(setting: &Setting, source: &Source, current: &Path) -> String {
    match source {
        Source::CommandLine => "command line".into(),
        Source::Variable => setting.variable(),
        Source::File(path, line) => {
            let path = path.strip_prefix(current).unwrap_or(path);
            format!("{}:{line}", path.display())
        }
    }
}
