//! What the environment says: settings, folders, and the terminal's encoding.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use etcetera::{BaseStrategy, choose_base_strategy};

use hotload_python::locale;

use crate::arguments::setting::{Kind, Provided, Setting, settings};
use crate::config::layers::{Layer, Source};
use crate::exit::Exit;

/// The folder for compiled code. `None` if nothing is kept.
pub(crate) fn compiled_code() -> Option<PathBuf> {
    Some(cache_folder()?.join("code"))
}

/// The folder where running sessions can be found. `None` if nothing is kept.
pub(crate) fn sessions() -> Option<PathBuf> {
    Some(cache_folder()?.join("sessions"))
}

/// Below the user's cache folder, or the folder that `HOTLOAD_CACHE_DIR` names. `None` if nothing is
/// kept, as when that variable is empty.
fn cache_folder() -> Option<PathBuf> {
    let folder = match env::var_os("HOTLOAD_CACHE_DIR") {
        Some(given) => PathBuf::from(given),
        None => choose_base_strategy().ok()?.cache_dir().join("hotload"),
    };
    folder.is_absolute().then_some(folder)
}

/// The folder that HOTLOAD_DIR names, which hotload and the interpreter see under the same path.
pub(crate) fn shared_folder() -> Result<Option<PathBuf>, Exit> {
    let Some(given) = env::var_os("HOTLOAD_DIR").filter(|given| !given.is_empty()) else {
        return Ok(None);
    };
    let folder = PathBuf::from(given);
    if !folder.is_dir() || !folder.is_absolute() {
        let message = format!(
            "HOTLOAD_DIR: `{}` is not an absolute path to a folder",
            folder.display()
        );
        return Err(Exit::usage(message)
            .hint("name a folder that hotload and the interpreter see under the same path"));
    }
    Ok(Some(folder))
}

/// Where the file may be that a program runs to join, the preferred place first. The path has to be the
/// same from session to session, and short to type.
pub(crate) fn guest_files() -> Vec<PathBuf> {
    let folder = |name: &str| env::var_os(name).map(PathBuf::from);
    let usual = if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else {
        folder("XDG_RUNTIME_DIR")
    };
    let usual = usual.filter(|folder| folder.is_absolute());
    let home = env::home_dir().filter(|folder| folder.is_absolute());
    let files = usual.map(|folder| folder.join("hotload-guest"));
    let hidden = home.map(|folder| folder.join(".hotload-guest"));
    files.into_iter().chain(hidden).collect()
}

/// Whether the terminal's encoding is Unicode.
pub(crate) fn is_unicode() -> bool {
    if cfg!(windows) {
        return true;
    }
    locale::of_text().is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

/// The current folder.
pub(crate) fn current_folder() -> Result<PathBuf, Exit> {
    env::current_dir()
        .map_err(|error| Exit::usage_because("cannot determine the current folder", error))
}

/// The settings that the environment gives. An empty variable gives none.
pub(super) fn layers() -> Result<Vec<Layer>, Exit> {
    let given = settings().iter().filter_map(|setting| {
        let value = env::var_os(setting.variable())?;
        (!value.is_empty()).then(|| layer(setting, &value))
    });
    given.collect()
}

fn layer(setting: &Setting, value: &OsStr) -> Result<Layer, Exit> {
    let variable = setting.variable();
    let shown = format!("`{variable}={}`", value.display());
    let values = match setting.kind() {
        Kind::Switch => {
            let is_on = is_on(&variable, value).ok_or_else(|| {
                Exit::usage(format!("{shown} is neither on nor off"))
                    .hint(format!("`{variable}=1` is on, and `{variable}=0` is off"))
            })?;
            vec![is_on.to_string().into()]
        }
        Kind::List => lines(value),
        Kind::Number | Kind::Word(_) | Kind::Text => vec![value.to_owned()],
    };
    let options = setting.options(&values).map_err(|_| {
        let error = Exit::usage(format!("{shown} is not possible"));
        match setting.kind() {
            Kind::Word(words) => error.hint(format!("it is one of `{}`", words.join("`, `"))),
            _ => error,
        }
    })?;
    Ok(Layer {
        source: Source::Variable,
        provided: vec![Provided {
            name: setting.name().into(),
            values,
        }],
        options,
    })
}

/// A switch is on with its own name, too, as `HOTLOAD_RUNNING` is.
fn is_on(variable: &str, value: &OsStr) -> Option<bool> {
    let value = value.to_str()?;
    match value {
        "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => (value == variable).then_some(true),
    }
}

/// One value per line, as in `HOTLOAD_CHANGED`. What is not text is a single value.
fn lines(value: &OsStr) -> Vec<OsString> {
    match value.to_str() {
        Some(text) => text.lines().map(OsString::from).collect(),
        None => vec![value.to_owned()],
    }
}
