//! docs/options.md, written from the description of the command line.

use std::env;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use clap::{Arg, CommandFactory};

use crate::arguments::{Arguments, defaults};

const UPDATE: &str = "HOTLOAD_UPDATE_DOCS";

const HEAD: &str = "\
# Options

Generated from the description of the command line in `crates/hotload-cli/src/arguments`, like `hotload --help` and
`hotload --man`. To update it: `HOTLOAD_UPDATE_DOCS=1 cargo test -p hotload-cli options`.

    hotload [OPTIONS] [TARGET]... [-- ARGS...]
";

/// Where there is more to read about an option.
const PAGES: [(&str, &str); 21] = [
    ("alert", "scripting.md"),
    ("busy", "lifecycle.md"),
    ("config", "configuration.md"),
    ("doctor", "hosts.md"),
    ("events", "events.md"),
    ("explain", "tracebacks.md"),
    ("export_api", "launch-scripts.md"),
    ("init", "configuration.md"),
    ("keys", "lifecycle.md"),
    ("launch", "launch-scripts.md"),
    ("list_pythons", "hosts.md"),
    ("locations", "editors.md"),
    ("marks", "editors.md"),
    ("no_config", "configuration.md"),
    ("no_keys", "lifecycle.md"),
    ("on_fail", "scripting.md"),
    ("python", "hosts.md"),
    ("send", "editors.md"),
    ("session", "editors.md"),
    ("show_config", "configuration.md"),
    ("traceback", "tracebacks.md"),
];

#[test]
fn the_page_of_options_describes_the_command_line() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/options.md");
    let page = page();
    if env::var_os(UPDATE).is_some() {
        fs::write(&file, &page).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        written.replace("\r\n", "\n") == page,
        "docs/options.md differs from the description of the command line; to write it anew: \
         {UPDATE}=1 cargo test -p hotload-cli options"
    );
}

fn page() -> String {
    let command = Arguments::command();
    let mut page = HEAD.to_owned();
    let mut current = None;
    for argument in command.get_arguments().filter(|it| !it.is_hide_set()) {
        let heading = argument.get_help_heading().unwrap_or("What is reloaded");
        if current != Some(heading) {
            let _ = write!(
                page,
                "\n## {heading}\n\n| option | default | what it does |\n|---|---|---|\n"
            );
            current = Some(heading);
        }
        page.push_str(&row(argument));
    }
    page
}

fn row(argument: &Arg) -> String {
    let id = argument.get_id().as_str();
    let default = defaults::shown(id).map_or_else(String::new, |default| {
        // Some are described in words.
        if default.contains(' ') {
            default
        } else {
            format!("`{default}`")
        }
    });
    let mut text = description(argument);
    if let Some((_, file)) = PAGES.iter().find(|(option, _)| *option == id) {
        let _ = write!(text, " See [{file}]({file}).");
    }
    let name = name(argument);
    format!("| {name} | {default} | {} |\n", text.replace('|', "\\|"))
}

/// `-q`, `--quiet`; `--poll HZ`; `TARGET`.
fn name(argument: &Arg) -> String {
    let value = argument.get_value_names().unwrap_or_default().join(" ");
    let Some(long) = argument.get_long() else {
        return format!("`{value}`");
    };
    let takes_value = argument
        .get_num_args()
        .is_none_or(|count| count.takes_values())
        && argument.get_action().takes_values();
    let long = if takes_value {
        format!("`--{long} {value}`")
    } else {
        format!("`--{long}`")
    };
    match argument.get_short() {
        Some(short) => format!("`-{short}`, {long}"),
        None => long,
    }
}

/// The summary as a sentence, and what the long help adds, on one line.
fn description(argument: &Arg) -> String {
    let short = argument.get_help().map(ToString::to_string);
    let long = argument.get_long_help().map(ToString::to_string);
    let text = long.or(short).unwrap_or_default();
    let (summary, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let end = if summary.ends_with('.') { "" } else { "." };
    let words: Vec<&str> = rest.split_whitespace().collect();
    format!("{summary}{end} {}", words.join(" "))
        .trim_end()
        .into()
}
