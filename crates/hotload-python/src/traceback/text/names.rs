//! What the printed name of an exception says about its type and module.

/// Modules that are left out when a type is shown.
const PLAIN: [&str; 5] = [
    "builtins",
    "exceptions",
    "__builtin__",
    "__main__",
    "<unknown>",
];

/// The parts of a type as printed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TypeName {
    pub(super) name: String,
    pub(super) module: Option<String>,
    pub(super) display: String,
}

impl TypeName {
    /// Splits `pkg.errors.Missing`, or in 3.9 and later `pkg.errors.Rates.Missing` or
    /// `pkg.errors.local.<locals>.Missing`.
    ///
    /// The text does not show where the module ends. Classes around the type are assumed to begin with a
    /// capital letter, as nearly all do.
    pub(super) fn new(printed: &str) -> Self {
        let is_plain = printed.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_plain {
            return Self {
                name: printed.to_owned(),
                module: None,
                display: printed.to_owned(),
            };
        }
        // `<unknown>` stands for a module that is None; before 3.9 no dot follows it.
        let printed = printed.strip_prefix("<unknown>").unwrap_or(printed);
        let mut parts: Vec<&str> = printed.split('.').filter(|part| !part.is_empty()).collect();
        let name = parts.pop().unwrap_or_default().to_owned();
        while let Some(last) = parts.last() {
            match *last {
                "<locals>" => parts.truncate(parts.len().saturating_sub(2)),
                class if class.starts_with(char::is_uppercase) => parts.truncate(parts.len() - 1),
                _ => break,
            }
        }
        let module = Some(parts.join(".")).filter(|module| !module.is_empty());
        let display = match &module {
            Some(module) if !PLAIN.contains(&module.as_str()) => format!("{module}.{name}"),
            _ => name.clone(),
        };
        Self {
            name,
            module,
            display,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TypeName;

    #[test]
    fn a_type_is_shown_the_same_whatever_its_version_prints() {
        #[rustfmt::skip]
        let cases = [
            // printed                              type        shown
            ("ValueError",                          "ValueError", "ValueError"),
            ("exceptions.ValueError",               "ValueError", "ValueError"),
            ("__main__.AppError",                   "AppError",   "AppError"),
            ("__main__.local.<locals>.Local",       "Local",      "Local"),
            ("local.<locals>.Local",                "Local",      "Local"),
            ("pkg.errors.NotFound",                 "NotFound",   "pkg.errors.NotFound"),
            ("pkg.errors.Api.NotFound",             "NotFound",   "pkg.errors.NotFound"),
            ("pkg.local.<locals>.inner.<locals>.E", "E",          "pkg.E"),
            ("<unknown>E",                          "E",          "E"),
            ("<unknown>.E",                         "E",          "E"),
            ("subprocess.CalledProcessError",       "CalledProcessError", "subprocess.CalledProcessError"),
            ("a.b",                                 "b",          "a.b"),
            ("<locals>",                            "<locals>",   "<locals>"),
            (".",                                   "",           ""),
        ];
        for (printed, name, display) in cases {
            let parts = TypeName::new(printed);
            assert_eq!(
                (parts.name.as_str(), parts.display.as_str()),
                (name, display),
                "{printed}"
            );
        }
    }
}
