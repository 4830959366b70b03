//! `[guests.NAME]` in configuration files: how programs that hotload does not know call it.

use hotload_python::discovery::hosts::{ConfigError, ConfigFile};
use hotload_python::outcome::guest::{GuestOutput, GuestRow};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

const KEYS: [&str; 5] = ["module", "post", "every", "busy", "output"];

/// The rows of one file. `value` is what it says under `guests`.
pub(super) fn rows(
    file: &ConfigFile,
    value: &Spanned<DeValue<'_>>,
) -> Result<Vec<GuestRow>, ConfigError> {
    let DeValue::Table(guests) = value.get_ref() else {
        let hint = Some("a guest is `[guests.NAME]`".into());
        return Err(file.error(value.span(), "`guests` must be a table".into(), hint));
    };
    let rows = guests.iter();
    rows.map(|(name, row)| one(file, name.get_ref(), row))
        .collect()
}

fn one(file: &ConfigFile, name: &str, row: &Spanned<DeValue<'_>>) -> Result<GuestRow, ConfigError> {
    let DeValue::Table(keys) = row.get_ref() else {
        let hint = Some(format!("write `[guests.{name}]`"));
        return Err(file.error(row.span(), format!("guest `{name}` must be a table"), hint));
    };
    file.check_keys(keys, &KEYS, &format!("key in `[guests.{name}]`"))?;
    let text = |key| text(file, name, keys, key);
    let (module, post, every) = (text("module")?, text("post")?, text("every")?);
    let wrong = |what: String, hint: &str| Err(file.error(row.span(), what, Some(hint.into())));
    let Some(module) = module else {
        let hint =
            "it names the module that only this program has, as in `module = \"solver_api\"`";
        return wrong(format!("`[guests.{name}]` has no `module`"), hint);
    };
    if post.is_some() == every.is_some() {
        let hint = "`post` is a function that takes a function from any thread, as in \
            `post = \"solver_api.run_on_ui_thread\"`; `every` is an expression that has `call` called again \
            and again, as in `every = \"solver_api.add_timer(0.05, call)\"`";
        return wrong(format!("`[guests.{name}]` needs `post` or `every`"), hint);
    }
    let line = |key: &str| keys.get(key).map_or(row.span(), Spanned::span);
    let places = KEYS.map(|key| (key.to_owned(), file.place(line(key))));
    Ok(GuestRow {
        name: name.to_owned(),
        module,
        post,
        every,
        busy: text("busy")?,
        output: output(file, name, keys)?,
        places: places.into(),
    })
}

fn text(
    file: &ConfigFile,
    name: &str,
    keys: &DeTable<'_>,
    key: &str,
) -> Result<Option<String>, ConfigError> {
    match keys.get(key).map(|value| (value.span(), value.get_ref())) {
        None => Ok(None),
        Some((_, DeValue::String(text))) if !text.trim().is_empty() => Ok(Some(text.to_string())),
        Some((part, _)) => {
            let what = format!("`{key}` in `[guests.{name}]` must be text");
            Err(file.error(part, what, None))
        }
    }
}

fn output(
    file: &ConfigFile,
    name: &str,
    keys: &DeTable<'_>,
) -> Result<Option<GuestOutput>, ConfigError> {
    let given = text(file, name, keys, "output")?;
    match given.as_deref() {
        None => Ok(None),
        Some("both") => Ok(Some(GuestOutput::Both)),
        Some("host") => Ok(Some(GuestOutput::Host)),
        Some("here") => Ok(Some(GuestOutput::Here)),
        Some(other) => {
            let what = format!("`output` in `[guests.{name}]` cannot be `{other}`");
            let hint = Some("it is `both`, `host` or `here`".into());
            let part = keys.get("output").map_or(0..0, Spanned::span);
            Err(file.error(part, what, hint))
        }
    }
}
