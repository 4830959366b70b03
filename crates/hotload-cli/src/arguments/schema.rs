//! docs/hotload.schema.json, written from the description of the command line.

use std::env;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::arguments::setting::{Kind, Setting, settings};

const UPDATE: &str = "HOTLOAD_UPDATE_DOCS";

#[test]
fn the_schema_describes_the_settings() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/hotload.schema.json");
    let schema = format!("{:#}\n", schema());
    if env::var_os(UPDATE).is_some() {
        fs::write(&file, &schema).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        written.replace("\r\n", "\n") == schema,
        "docs/hotload.schema.json differs from the settings; to write it anew: \
         {UPDATE}=1 cargo test -p hotload-cli schema"
    );
}

fn schema() -> Value {
    let settings = properties();
    let mut all = settings.clone();
    let profile = json!({
        "type": "object",
        "properties": settings,
        "additionalProperties": false,
    });
    all.insert(
        "profile".into(),
        json!({
            "description": "Sets of settings, for `hotload @NAME`.",
            "type": "object",
            "additionalProperties": profile,
        }),
    );
    all.insert(
        "hosts".into(),
        json!({
            "description": "Programs with a Python inside, and how each is started.",
            "type": "object",
            "additionalProperties": { "type": "object" },
        }),
    );
    all.insert(
        "guests".into(),
        json!({
            "description": "Programs that hotload joins while they run, and how each calls it.",
            "type": "object",
            "additionalProperties": { "type": "object" },
        }),
    );
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "hotload.toml",
        "description": "The settings of hotload. Each has the name of its option.",
        "type": "object",
        "properties": all,
        "additionalProperties": false,
    })
}

fn properties() -> Map<String, Value> {
    let in_files = settings().iter().filter(|setting| setting.is_in_files());
    let property = |setting: &Setting| (setting.name().to_owned(), property(setting));
    in_files.map(property).collect()
}

fn property(setting: &Setting) -> Value {
    let mut property = match setting.kind() {
        Kind::Switch => json!({ "type": "boolean" }),
        Kind::Number => json!({ "type": "number" }),
        Kind::Word(words) => json!({ "enum": words }),
        Kind::Text => json!({ "type": "string" }),
        Kind::List => json!({ "type": "array", "items": { "type": "string" } }),
    };
    property["description"] = setting.summary().into();
    property
}
