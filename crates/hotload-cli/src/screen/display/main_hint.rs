//! The hint for a target of which a reload shows nothing: one with an `if __name__ == "__main__"` block,
//! or one that only defines functions.

use hotload_python::targets::{Target, is_dotted_name};

use crate::render::hints;

/// The hint, once for each target of which no step calls a function.
pub(super) struct MainHint {
    uncalled: Vec<Target>,
    /// The hint to show at the end of the cycle.
    due: Option<String>,
}

impl MainHint {
    pub(super) fn new(uncalled: Vec<Target>) -> Self {
        let due = None;
        Self { uncalled, due }
    }

    /// A module was loaded from this source.
    pub(super) fn reloaded(&mut self, module: &str, source: &[u8]) {
        let is_it = |target: &Target| target.module == module;
        let index = self.uncalled.iter().position(is_it);
        let Some(index) = index else {
            return;
        };
        let spelled = &self.uncalled[index].spelled;
        let hint = if has_main_block(source) {
            Some(hints::main(spelled))
        } else {
            hints::only_functions(spelled, &idle_functions(source))
        };
        if hint.is_some() {
            self.uncalled.remove(index);
            self.due = hint;
        }
    }

    /// The hint that is due, once.
    pub(super) fn take(&mut self) -> Option<String> {
        self.due.take()
    }
}

/// Whether the source has a block that only a script runs.
fn has_main_block(source: &[u8]) -> bool {
    String::from_utf8_lossy(source).lines().any(|line| {
        let condition = line.strip_prefix("if").map(str::trim_start);
        condition.is_some_and(|condition| {
            let condition = condition.trim_start_matches('(');
            condition.starts_with("__name__") && condition.contains("__main__")
        })
    })
}

/// The functions that can be called without arguments, of a source that does nothing but define:
/// imports, functions, classes, names with plain values. Empty for any other.
fn idle_functions(source: &[u8]) -> Vec<String> {
    let source = String::from_utf8_lossy(source);
    let mut functions = Vec::new();
    let mut text_end = None;
    for line in source.lines() {
        if let Some(quotes) = text_end {
            text_end = (!line.contains(quotes)).then_some(quotes);
            continue;
        }
        text_end = open_text(line);
        if let Some(function) = line.strip_prefix("def ") {
            let (name, rest) = function.split_once('(').unwrap_or((function, ""));
            if rest.starts_with(')') && !name.starts_with('_') {
                functions.push(name.trim().to_owned());
            }
        } else if text_end.is_none() && !only_defines(line) {
            return Vec::new();
        }
    }
    functions
}

/// The quotes of a text that goes on in the next line.
fn open_text(line: &str) -> Option<&'static str> {
    let quotes = ["\"\"\"", "'''"];
    let mut open = quotes.into_iter();
    open.find(|quotes| line.matches(quotes).count() % 2 == 1)
}

/// Whether a line is part of a definition, as far as its beginning shows.
fn only_defines(line: &str) -> bool {
    const STARTS: [&str; 13] = [
        " ",
        "\t",
        "#",
        "@",
        ")",
        "]",
        "}",
        "\"",
        "'",
        "async def ",
        "class ",
        "from ",
        "import ",
    ];
    let is_name = |text: &str| is_dotted_name(text.trim()) && !text.contains('.');
    let is_value = line
        .split_once('=')
        .is_some_and(|(name, value)| is_name(name) && !value.contains('('));
    line.trim().is_empty() || is_value || STARTS.iter().any(|start| line.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::{has_main_block, idle_functions};

    #[test]
    fn a_source_that_only_defines_is_distinguished_from_one_that_does_something() {
        let cases = [
            ("import os\ndef main():\n    pass\n", vec!["main"]),
            (
                "'''Text\nof it'''\nX = 3\ndef a(): pass\ndef _b(): pass\ndef c(x): pass\n",
                vec!["a"],
            ),
            (
                "@f\ndef main():\n    pass\nclass A:\n    def b(): pass\n",
                vec!["main"],
            ),
            ("def main():\n    pass\nmain()\n", vec![]),
            ("def main():\n    pass\nx = make()\n", vec![]),
            ("def main(x):\n    pass\n", vec![]),
            ("for x in y:\n    pass\ndef main():\n    pass\n", vec![]),
        ];
        for (source, expected) in cases {
            assert_eq!(idle_functions(source.as_bytes()), expected, "{source}");
        }
    }

    #[test]
    fn a_main_block_is_found_only_where_it_is_one() {
        let cases = [
            ("x = 1\nif __name__ == '__main__':\n    main()\n", true),
            ("if (__name__ == \"__main__\"):\n", true),
            ("# if __name__ == '__main__'\n", false),
            ("print(__name__)\n", false),
        ];
        for (source, expected) in cases {
            assert_eq!(has_main_block(source.as_bytes()), expected, "{source}");
        }
    }
}
