//! What a configuration file says: settings, and sets of settings with a name.

use std::env;
use std::ffi::OsString;
use std::path::Path;

use hotload_python::discovery::hosts::{ConfigError, ConfigFile, HostsTable, most_similar};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::arguments::setting::{Kind, Provided, Setting, setting, settings};
use crate::config::layers::{Layer, Source};

/// Tables of a file that are not settings.
const TABLES: [&str; 3] = ["hosts", "guests", "profile"];

/// The file that is shared with other tools.
pub(super) const SHARED: &str = "pyproject.toml";

/// The settings of a file, each with its line.
pub(super) fn layers(file: &ConfigFile) -> Result<Vec<Layer>, ConfigError> {
    let parsed = parse(file)?;
    match section(file, &parsed) {
        Some(table) => read(file, table, &TABLES),
        None => Ok(Vec::new()),
    }
}

/// The settings of a profile, if the file has it.
pub(super) fn profile(file: &ConfigFile, name: &str) -> Result<Option<Vec<Layer>>, ConfigError> {
    let parsed = parse(file)?;
    let profiles = section(file, &parsed).and_then(|table| table.get("profile"));
    let Some(profiles) = profiles else {
        return Ok(None);
    };
    let profiles = table_of(file, profiles, "`profile`")?;
    let Some(profile) = profiles.get(name) else {
        return Ok(None);
    };
    let profile = table_of(file, profile, &format!("`[profile.{name}]`"))?;
    read(file, profile, &[]).map(Some)
}

/// The names of the profiles of a file.
pub(crate) fn profiles(file: &ConfigFile) -> Vec<String> {
    let Ok(parsed) = parse(file) else {
        return Vec::new();
    };
    let profiles = section(file, &parsed).and_then(|table| table.get("profile"));
    let profiles = profiles.and_then(|profiles| profiles.get_ref().as_table());
    let names = profiles.into_iter().flat_map(DeTable::keys);
    names.map(|name| name.get_ref().to_string()).collect()
}

/// Gives the `[hosts]` of the files to `use_them`.
pub(super) fn with_hosts<T>(
    files: &[ConfigFile],
    use_them: impl FnOnce(&[HostsTable<'_>]) -> Result<T, ConfigError>,
) -> Result<T, ConfigError> {
    let parsed: Vec<_> = files.iter().map(parse).collect::<Result<_, _>>()?;
    let tables = files.iter().zip(&parsed).filter_map(|(file, parsed)| {
        let value = section(file, parsed)?.get("hosts")?;
        Some(HostsTable { file, value })
    });
    use_them(&tables.collect::<Vec<_>>())
}

/// The keys and values of a file, each with its position.
pub(super) fn parse(file: &ConfigFile) -> Result<Spanned<DeTable<'_>>, ConfigError> {
    DeTable::parse(&file.text).map_err(|error| file.toml_error(&error))
}

/// The part of a file that is hotload's.
pub(super) fn section<'t>(
    file: &ConfigFile,
    parsed: &'t Spanned<DeTable<'t>>,
) -> Option<&'t DeTable<'t>> {
    if file.path.file_name().is_none_or(|name| name != SHARED) {
        return Some(parsed.get_ref());
    }
    let tool = parsed.get_ref().get("tool")?.get_ref();
    tool.as_table()?.get("hotload")?.get_ref().as_table()
}

fn read(
    file: &ConfigFile,
    table: &DeTable<'_>,
    tables: &[&'static str],
) -> Result<Vec<Layer>, ConfigError> {
    let mut layers: Vec<Layer> = Vec::new();
    for (key, value) in table {
        let name = key.get_ref();
        if tables.contains(&name.as_ref()) {
            continue;
        }
        let known = setting(name).filter(|setting| setting.is_in_files());
        let Some(setting) = known else {
            return Err(file.error(key.span(), unknown(name), Some(suggestion(name, tables))));
        };
        let layer = layer(file, setting, value)?;
        let new = &layer.provided[0];
        let mut others = layers.iter().flat_map(|layer| &layer.provided);
        let other = others.find(|other| other.conflicts_with(new));
        if let Some(other) = other.filter(|other| !other.is_off() && !new.is_off()) {
            let what = format!("`{name}` cannot be combined with `{}`", other.name);
            return Err(file.error(key.span(), what, None));
        }
        layers.push(layer);
    }
    Ok(layers)
}

fn unknown(name: &str) -> String {
    match setting(name) {
        Some(_) => format!("`{name}` cannot be set in a file"),
        None => format!("unknown setting: `{name}`"),
    }
}

fn suggestion(name: &str, tables: &[&'static str]) -> String {
    let in_files = settings().iter().filter(|setting| setting.is_in_files());
    let names = in_files.map(Setting::name).chain(tables.iter().copied());
    match most_similar(name, names) {
        Some(similar) => format!("did you mean `{similar}`?"),
        None => "`hotload --show-config` lists the settings".into(),
    }
}

fn layer(
    file: &ConfigFile,
    setting: &Setting,
    value: &Spanned<DeValue<'_>>,
) -> Result<Layer, ConfigError> {
    let name = setting.name();
    let wrong = |what: String, hint: Option<String>| file.error(value.span(), what, hint);
    let values = values(setting, value.get_ref()).ok_or_else(|| {
        let (expected, example) = expected(setting);
        let found = value.get_ref().type_str();
        let what = format!("`{name}` must be {expected}, not {}", with_article(found));
        wrong(what, Some(format!("as in `{name} = {example}`")))
    })?;
    let folder = file.path.parent().unwrap_or(Path::new(""));
    let values: Vec<OsString> = if setting.is_path() {
        let values = values.into_iter();
        values.map(|value| from_folder(folder, value)).collect()
    } else {
        values
    };
    let options = setting
        .options(&values)
        .map_err(|_| not_possible(setting, &values, &wrong))?;
    let line = file.line_of(value.span());
    Ok(Layer {
        source: Source::File(file.path.clone(), line),
        provided: vec![Provided {
            name: name.into(),
            values,
        }],
        options,
    })
}

/// A path from the folder of its file. In the current folder it stays as it is written.
fn from_folder(folder: &Path, value: OsString) -> OsString {
    let is_current = env::current_dir().is_ok_and(|current| current == folder);
    if is_current || value == "-" {
        value
    } else {
        folder.join(value).into()
    }
}

/// The value as text, or `None` if it is of another type.
fn values(setting: &Setting, value: &DeValue<'_>) -> Option<Vec<OsString>> {
    let text = |value: &DeValue<'_>| value.as_str().map(OsString::from);
    match setting.kind() {
        Kind::Switch => Some(vec![value.as_bool()?.to_string().into()]),
        Kind::List => {
            let list = value.as_array()?.iter();
            list.map(|value| text(value.get_ref())).collect()
        }
        Kind::Text | Kind::Word(_) => Some(vec![text(value)?]),
        Kind::Number => match value {
            DeValue::Integer(number) => Some(vec![number.as_str().into()]),
            DeValue::Float(number) => Some(vec![number.as_str().into()]),
            _ => None,
        },
    }
}

/// What kind of value a setting has, and an example.
fn expected(setting: &Setting) -> (&'static str, String) {
    match setting.kind() {
        Kind::Switch => ("`true` or `false`", "true".into()),
        Kind::Number => ("a number", "2.5".into()),
        Kind::Word(words) => ("a string", format!("\"{}\"", words.join("\", or \""))),
        Kind::Text => ("a string", "\"...\"".into()),
        Kind::List => ("a list of strings", "[\"...\"]".into()),
    }
}

fn with_article(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'i']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {kind}")
}

fn not_possible(
    setting: &Setting,
    values: &[OsString],
    wrong: &impl Fn(String, Option<String>) -> ConfigError,
) -> ConfigError {
    let value = values.first().cloned().unwrap_or_default();
    let value = value.to_string_lossy().into_owned();
    let name = setting.name();
    let Kind::Word(words) = setting.kind() else {
        return wrong(format!("`{name}` cannot be `{value}`"), None);
    };
    let hint = match most_similar(&value, words.iter().map(String::as_str)) {
        Some(similar) => format!("did you mean `{similar}`?"),
        None => format!("it is one of `{}`", words.join("`, `")),
    };
    wrong(format!("`{name}` cannot be `{value}`"), Some(hint))
}

fn table_of<'t>(
    file: &ConfigFile,
    value: &'t Spanned<DeValue<'t>>,
    name: &str,
) -> Result<&'t DeTable<'t>, ConfigError> {
    let table = value.get_ref().as_table();
    table.ok_or_else(|| file.error(value.span(), format!("{name} must be a table"), None))
}
