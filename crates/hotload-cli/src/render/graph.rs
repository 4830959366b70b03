//! Who imports whom.

use std::collections::BTreeSet;
use std::fmt::Write;

use hotload_python::outcome::reloading::ImportingModule;

use super::plain::plain_line;

/// What a module is followed by whose imports are listed further up.
const ABOVE: &str = " (see above)";

/// Each target with what it imports below it, and so on. Modules that no target leads to come last.
pub(crate) fn tree(modules: &[ImportingModule], targets: &[String]) -> String {
    let mut tree = Tree {
        modules,
        listed: BTreeSet::new(),
        text: String::new(),
    };
    let others = modules.iter().map(|module| &module.module);
    for root in targets.iter().chain(others) {
        if !tree.listed.contains(root.as_str()) {
            tree.add(root, 0);
        }
    }
    tree.text
}

/// For Graphviz.
pub(crate) fn dot(modules: &[ImportingModule]) -> String {
    let mut text = String::from("digraph imports {\n");
    for module in modules {
        let name = quoted(&module.module);
        let _ = writeln!(text, "    {name};");
        for imported in &module.imports {
            let _ = writeln!(text, "    {name} -> {};", quoted(imported));
        }
    }
    text.push_str("}\n");
    text
}

fn quoted(name: &str) -> String {
    let name = plain_line(name).replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{name}\"")
}

/// A tree of imports as it grows.
struct Tree<'m> {
    modules: &'m [ImportingModule],
    /// The modules whose imports are listed.
    listed: BTreeSet<&'m str>,
    text: String,
}

impl<'m> Tree<'m> {
    fn add(&mut self, name: &str, depth: usize) {
        let modules = self.modules;
        let module = modules.iter().find(|module| module.module == name);
        let imports = module.map_or(&[][..], |module| &module.imports);
        let is_new = module.is_none_or(|module| self.listed.insert(&module.module));
        let above = if is_new || imports.is_empty() {
            ""
        } else {
            ABOVE
        };
        let indent = 2 * depth;
        let _ = writeln!(self.text, "{:indent$}{}{above}", "", plain_line(name));
        if is_new {
            for imported in imports {
                self.add(imported, depth + 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{dot, tree};
    use hotload_python::outcome::reloading::ImportingModule;
    use indoc::indoc;

    fn modules() -> Vec<ImportingModule> {
        let rows: [(&str, &[&str]); 5] = [
            ("lib", &["plots", "mymath"]),
            ("plots", &["mymath", "lib"]),
            ("mymath", &["base"]),
            ("base", &[]),
            ("setup", &["base"]),
        ];
        rows.map(|(module, imports)| ImportingModule {
            module: module.into(),
            file: format!("/{module}.py"),
            imports: imports.iter().map(|&name| name.into()).collect(),
        })
        .into()
    }

    #[test]
    fn each_module_is_listed_with_its_imports_once() {
        let expected = indoc! {"
            lib
              plots
                mymath
                  base
                lib (see above)
              mymath (see above)
            setup
              base
        "};
        assert_eq!(tree(&modules(), &["lib".into()]), expected);
        assert_eq!(tree(&[], &["lib".into()]), "lib\n");
    }

    #[test]
    fn graphviz_gets_each_module_and_each_import() {
        let expected = indoc! {r#"
            digraph imports {
                "a\"b";
                "a\"b" -> "c";
                "c";
            }
        "#};
        let module = |module: &str, imports: &[&str]| ImportingModule {
            module: module.into(),
            file: String::new(),
            imports: imports.iter().map(|&name| name.into()).collect(),
        };
        assert_eq!(dot(&[module("a\"b", &["c"]), module("c", &[])]), expected);
    }
}
