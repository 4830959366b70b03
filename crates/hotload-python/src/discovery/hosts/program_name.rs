//! The name of a program, from its file name: without ending and version.

use std::path::Path;

/// The names that a program's file may stand for: with its version, and without.
pub(crate) fn names_of(program: &Path) -> Vec<String> {
    let file = program.file_name().unwrap_or(program.as_os_str());
    let file = file.to_string_lossy().to_lowercase();
    let whole = match file.rsplit_once('.') {
        // What follows the dot in `Nuke13.2` is not an ending.
        Some((stem, ending)) if !ending.starts_with(|first: char| first.is_ascii_digit()) => stem,
        _ => &file,
    };
    let mut names = vec![whole.to_owned()];
    names.extend(without_version(whole).map(String::from));
    names
}

pub(crate) fn is_named(names: &[String], name: &str) -> bool {
    names.iter().any(|own| own.eq_ignore_ascii_case(name))
}

/// A version is digits and dots at the end, which at most two letters and a number may follow:
/// `abq2021hf5`, `Nuke13.2`, `blender-3.6`. The digits in `c4dpy` and `3dsmaxbatch` are not one.
fn without_version(name: &str) -> Option<&str> {
    let is_number = |letter: char| letter.is_ascii_digit() || matches!(letter, '.' | '_');
    let edition = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let before = edition.trim_end_matches(|letter: char| letter.is_ascii_lowercase());
    let has_edition = edition.len() - before.len() <= 2 && before.ends_with(is_number);
    let number = if has_edition { before } else { name };
    let stem = number.trim_end_matches(is_number);
    let stem = stem.trim_end_matches(['-', ' ']);
    (!stem.is_empty() && stem.len() < name.len()).then_some(stem)
}

#[cfg(test)]
mod tests {
    use super::names_of;
    use std::path::Path;

    #[test]
    fn endings_and_versions_are_not_part_of_a_programs_name() {
        let cases: [(&str, &[&str]); 12] = [
            ("abaqus", &["abaqus"]),
            ("/opt/Commands/abaqus.bat", &["abaqus"]),
            ("abq2024", &["abq2024", "abq"]),
            ("abq2021hf5.exe", &["abq2021hf5", "abq"]),
            ("abq2020le", &["abq2020le", "abq"]),
            ("Nuke13.2", &["nuke13.2", "nuke"]),
            ("blender-3.6", &["blender-3.6", "blender"]),
            ("idat64.exe", &["idat64", "idat"]),
            ("3dsmaxbatch.exe", &["3dsmaxbatch"]),
            ("c4dpy", &["c4dpy"]),
            ("vim.nox", &["vim"]),
            ("2.7", &["2.7"]),
        ];
        for (program, expected) in cases {
            assert_eq!(names_of(Path::new(program)), expected, "{program}");
        }
    }
}
