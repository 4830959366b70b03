//! The hint for a target with an `if __name__ == "__main__"` block, which a reload does not run.

use hotload_python::targets::Target;

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
        if let Some(index) = index.filter(|_| has_main_block(source)) {
            let target = self.uncalled.remove(index);
            self.due = Some(hints::main(&target.spelled));
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

#[cfg(test)]
mod tests {
    use super::has_main_block;

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
