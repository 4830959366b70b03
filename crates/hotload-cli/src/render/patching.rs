//! What has lived on from the last runs of modules, and what has not.

use hotload_python::outcome::patching::{Patched, Replaced};

use super::line::{DIM, WARNING, warning};
use super::plain::plain_line;

/// Nothing can live on in this Python.
pub(crate) fn unpatched(why: &str) -> String {
    warning(&format!(
        "`--reload patch` cannot work in this Python ({why}), so it reloads as `--reload dependents` does"
    ))
}

/// `patched 3 functions, 1 class`; `None` if nothing has changed.
pub(crate) fn counts(patches: &[Patched]) -> Option<String> {
    let functions = patches.iter().map(|patched| patched.functions.len()).sum();
    let classes = patches.iter().map(|patched| patched.classes.len()).sum();
    let counted = [
        count(functions, "function", "functions"),
        count(classes, "class", "classes"),
    ];
    let counted: Vec<String> = counted.into_iter().flatten().collect();
    (!counted.is_empty()).then(|| format!("{DIM}patched {}{DIM:#}", counted.join(", ")))
}

fn count(count: usize, one: &str, many: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{count} {many}")),
    }
}

/// A line for each object that could not take on what the new one is, and one if a run was taken back.
pub(crate) fn left_behind(patches: &[Patched]) -> Vec<String> {
    let mut lines = Vec::new();
    for patched in patches {
        lines.extend(patched.replaced.iter().map(replaced));
        let refused = patched.refused.iter();
        lines.extend(refused.map(|it| line("refused", &format!("{}: {}", it.name, it.why))));
    }
    if patches.iter().any(|patched| patched.taken_back) {
        lines.push(format!("{DIM}kept: what was there before{DIM:#}\n"));
    }
    lines
}

/// `replaced  Mesh: __slots__ changed, 2 instances keep the old one`
fn replaced(replaced: &Replaced) -> String {
    let instances = match replaced.instances {
        None | Some(0) => String::new(),
        Some(1) => ", 1 instance keeps the old one".into(),
        Some(count) => format!(", {count} instances keep the old one"),
    };
    let Replaced { name, why, .. } = replaced;
    line("replaced", &format!("{name}: {why}{instances}"))
}

fn line(word: &str, text: &str) -> String {
    format!("{WARNING}{word}{WARNING:#}  {}\n", plain_line(text))
}

#[cfg(test)]
mod tests {
    use super::{counts, left_behind};
    use hotload_python::outcome::patching::{Patched, Replaced};

    fn patched(functions: &[&str], classes: &[&str]) -> Patched {
        let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        Patched {
            module: "m".into(),
            taken_back: false,
            functions: owned(functions),
            classes: owned(classes),
            replaced: Vec::new(),
            refused: Vec::new(),
        }
    }

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn functions_and_classes_of_all_modules_are_counted() {
        let two = [patched(&["f", "g"], &["A"]), patched(&["h"], &[])];
        assert_eq!(
            plain(&counts(&two).unwrap()),
            "patched 3 functions, 1 class"
        );
        assert_eq!(plain(&counts(&two[1..]).unwrap()), "patched 1 function");
        assert_eq!(counts(&[patched(&[], &[])]), None);
    }

    #[test]
    fn what_is_replaced_is_named_with_its_instances() {
        let mut one = patched(&[], &[]);
        one.taken_back = true;
        one.replaced.push(Replaced {
            name: "Mesh".into(),
            why: "__slots__ changed".into(),
            instances: Some(2),
        });
        assert_eq!(
            left_behind(&[one])
                .iter()
                .map(|line| plain(line))
                .collect::<String>(),
            "replaced  Mesh: __slots__ changed, 2 instances keep the old one\nkept: what was there before\n"
        );
    }
}
