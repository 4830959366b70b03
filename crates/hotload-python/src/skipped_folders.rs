//! Folders that hold code which is not the user's own: nothing in them is watched.
//!
//! The driver has the same lists in Python.

/// Folders of installed packages.
pub const PACKAGE_FOLDERS: [&str; 2] = ["site-packages", "dist-packages"];

/// Folders that hold other people's or generated code, by their names.
pub const SKIPPED_FOLDERS: [&str; 4] = [
    "__pycache__",
    "node_modules",
    PACKAGE_FOLDERS[0],
    PACKAGE_FOLDERS[1],
];

/// What is in a virtual environment, as a path from its folder on. Those that virtualenv makes for
/// 2.7 have no `pyvenv.cfg`.
pub const ENVIRONMENT_MARKS: [&str; 4] = [
    "pyvenv.cfg",
    "conda-meta",
    "bin/activate_this.py",
    "Scripts/activate_this.py",
];

#[cfg(test)]
mod tests {
    use super::{ENVIRONMENT_MARKS, SKIPPED_FOLDERS};
    use std::fs;
    use std::path::Path;

    /// What the Python parts assign to a name, each time that one does.
    fn assigned(folder: &Path, name: &str) -> Vec<Vec<String>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.extend(assigned(&path, name));
            } else if path.extension().is_some_and(|ending| ending == "py") {
                let text = fs::read_to_string(&path).unwrap();
                let start = format!("\n{name} = (");
                let values = text.split(&start).skip(1);
                found.extend(values.map(|rest| strings(rest.split(')').next().unwrap())));
            }
        }
        found
    }

    fn strings(tuple: &str) -> Vec<String> {
        tuple
            .split('\'')
            .skip(1)
            .step_by(2)
            .map(String::from)
            .collect()
    }

    #[test]
    fn the_driver_skips_the_same_folders() {
        let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/driver");
        assert_eq!(assigned(&driver, "SKIPPED_FOLDERS"), [SKIPPED_FOLDERS]);
        assert_eq!(assigned(&driver, "ENVIRONMENT_MARKS"), [ENVIRONMENT_MARKS]);
    }
}
