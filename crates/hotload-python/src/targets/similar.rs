//! The file that a target which was not found may have meant.

use std::fs;
use std::path::{Path, PathBuf};

use super::location::is_compiled;
use crate::skipped_folders::SKIPPED_FOLDERS;

/// How many folders are searched at most: a hint is not worth a long wait.
const MOST_FOLDERS: usize = 500;

/// The file below the current folder that `text` most likely means, as it can be given on the command
/// line.
pub(crate) fn similar_file(text: &str, current: &Path) -> Option<String> {
    let wanted = wanted(text);
    let mut folders = vec![PathBuf::new()];
    let mut next = 0;
    // Breadth first: the nearest one is found first.
    while next < folders.len().min(MOST_FOLDERS) {
        let folder = folders[next].clone();
        let mut file = wanted.iter().map(|path| folder.join(path));
        if let Some(file) = file.find(|file| current.join(file).is_file()) {
            return file.to_str().map(|file| file.replace('\\', "/"));
        }
        folders.extend(folders_in(current, &folder));
        next += 1;
    }
    None
}

/// What a file of this module or name would be called, from some folder on.
fn wanted(text: &str) -> Vec<PathBuf> {
    let path = Path::new(text);
    if is_compiled(path) {
        let name = path.file_name().and_then(|name| name.to_str());
        let stem = name.and_then(|name| name.split('.').next());
        return stem
            .map(|stem| format!("{stem}.py").into())
            .into_iter()
            .collect();
    }
    if text.ends_with(".py") || text.ends_with(".pyw") {
        return path.file_name().map(PathBuf::from).into_iter().collect();
    }
    let nested = text.replace('.', "/");
    let names = [
        format!("{text}.py"),
        format!("{nested}.py"),
        format!("{nested}/__init__.py"),
    ];
    names.into_iter().map(PathBuf::from).collect()
}

/// The folders in a folder that may hold the user's own code.
fn folders_in(current: &Path, folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(current.join(folder)).into_iter().flatten();
    let names = entries.flatten().filter_map(|entry| {
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let name = entry.file_name().into_string().ok()?;
        let is_own = !name.starts_with('.') && !SKIPPED_FOLDERS.contains(&name.as_str());
        (is_folder && is_own).then_some(name)
    });
    let mut folders: Vec<PathBuf> = names.map(|name| folder.join(name)).collect();
    folders.sort();
    folders
}

#[cfg(test)]
mod tests {
    use super::similar_file;
    use std::fs;

    #[test]
    fn a_file_is_found_by_module_by_name_and_by_its_compiled_form() {
        let folder = tempfile::tempdir().unwrap();
        let files = [
            "01_intro.py",
            "my-script.py",
            "lib.py",
            "src/mypkg/m.py",
            "src/mypkg/__init__.py",
            "deep/er/m.py",
            "node_modules/hidden.py",
            ".git/hook.py",
        ];
        for file in files {
            let file = folder.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        #[rustfmt::skip]
        let cases = [
            ("01_intro",                        Some("01_intro.py")),
            ("my-script",                       Some("my-script.py")),
            ("mypkg.m",                         Some("src/mypkg/m.py")),
            ("mypkg",                           Some("src/mypkg/__init__.py")),
            ("m",                               Some("deep/er/m.py")),
            ("lib.pyc",                         Some("lib.py")),
            ("__pycache__/lib.cpython-311.pyc", Some("lib.py")),
            ("scripts/lib.py",                  Some("lib.py")),
            ("hidden",                          None),
            ("hook",                            None),
            ("nothing",                         None),
        ];
        for (text, expected) in cases {
            let found = similar_file(text, folder.path());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
