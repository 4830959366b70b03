//! Reads the project's Rust as tokens: which paths it names, its functions and its texts.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// The sources of one crate without their unit tests.
pub(super) struct Crate {
    pub(super) modules: Vec<Module>,
}

/// One file of a crate.
pub(super) struct Module {
    /// Relative to the repository, with `/`.
    pub(super) file: String,
    /// Its place in the crate, `["watching", "poller"]`; empty for the root.
    pub(super) path: Vec<String>,
    /// The modules that it declares, in its order.
    pub(super) declares: Vec<String>,
    /// Under which name it knows what from this crate.
    imports: BTreeMap<String, Vec<String>>,
    pub(super) tokens: Vec<TokenTree>,
}

/// A path that a file names, complete from the crate's root on.
pub(super) struct Reference {
    pub(super) line: usize,
    pub(super) path: Vec<String>,
}

impl Crate {
    /// Reads a crate from its root on, as the compiler does.
    pub(super) fn read(repository: &Path, name: &str) -> Self {
        let folder = format!("crates/{name}/src");
        let is_library = repository.join(&folder).join("lib.rs").exists();
        let root = if is_library { "lib.rs" } else { "main.rs" };
        let mut modules = Vec::new();
        read_module(repository, &folder, root, Vec::new(), &mut modules);
        Self { modules }
    }

    /// The module that defines what a path names, which may pass through a `pub use`.
    pub(super) fn defines(&self, path: &[String]) -> &Module {
        let (module, rest) = (0..=path.len())
            .rev()
            .find_map(|length| {
                let (start, rest) = path.split_at(length);
                Some((
                    self.modules.iter().find(|module| module.path == start)?,
                    rest,
                ))
            })
            .unwrap();
        let passed_on = rest.first().and_then(|name| module.imports.get(name));
        match passed_on {
            Some(path) if !path.starts_with(&[&module.path[..], &rest[..1]].concat()) => {
                self.defines(path)
            }
            _ => module,
        }
    }
}

/// Reads the file of a module, whose children lie in `folder`, and then those.
fn read_module(
    repository: &Path,
    folder: &str,
    file: &str,
    path: Vec<String>,
    modules: &mut Vec<Module>,
) {
    let file = format!("{folder}/{file}");
    let text = fs::read_to_string(repository.join(&file)).unwrap();
    let tokens = without_tests(parse(&text));
    let children = children(&tokens);
    modules.push(Module::new(file, path.clone(), tokens));
    for (name, named_file) in children {
        let path = [&path[..], std::slice::from_ref(&name)].concat();
        if let Some(file) = named_file {
            read_module(repository, folder, &file, path, modules);
        } else if repository.join(format!("{folder}/{name}.rs")).exists() {
            read_module(repository, folder, &format!("{name}.rs"), path, modules);
        } else {
            let folder = format!("{folder}/{name}");
            read_module(repository, &folder, "mod.rs", path, modules);
        }
    }
}

pub(super) fn parse(text: &str) -> Vec<TokenTree> {
    text.parse::<TokenStream>().unwrap().into_iter().collect()
}

/// Each `mod name;`, and the file that a `#[path]` names for it.
fn children(tokens: &[TokenTree]) -> Vec<(String, Option<String>)> {
    let mut found: Vec<(String, Option<String>)> = Vec::new();
    let mut file = None;
    for (index, token) in tokens.iter().enumerate() {
        match &tokens[index..] {
            [_, TokenTree::Ident(name), TokenTree::Punct(end), ..]
                if is_word(token, "mod") && end.as_char() == ';' =>
            {
                found.push((name.to_string(), file.take()));
            }
            [_, TokenTree::Group(group), ..] if is_sign(token, '#') => {
                let attribute = inside(group);
                if let [name, _, TokenTree::Literal(value)] = &attribute[..]
                    && is_word(name, "path")
                {
                    file = Some(value.to_string().trim_matches('"').to_owned());
                }
            }
            _ => {}
        }
    }
    found
}

/// What is left when each item below `#[cfg(test)]` is taken out.
fn without_tests(tokens: Vec<TokenTree>) -> Vec<TokenTree> {
    let mut kept = Vec::new();
    let mut is_test = false;
    for token in tokens {
        let starts_test = matches!(&token, TokenTree::Group(group)
            if group.stream().to_string().replace(' ', "") == "cfg(test)");
        if starts_test {
            is_test = true;
            kept.pop();
        }
        let ends_item = match &token {
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            token => is_sign(token, ';'),
        };
        if !is_test {
            kept.push(match token {
                TokenTree::Group(group) => TokenTree::Group(group_without_tests(&group)),
                token => token,
            });
        }
        is_test &= !ends_item;
    }
    kept
}

fn group_without_tests(group: &Group) -> Group {
    let inner = without_tests(inside(group));
    let mut kept = Group::new(group.delimiter(), inner.into_iter().collect());
    kept.set_span(group.span());
    kept
}

pub(super) fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

pub(super) fn is_sign(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

pub(super) fn line_of(token: &TokenTree) -> usize {
    token.span().start().line
}

impl Module {
    fn new(file: String, path: Vec<String>, tokens: Vec<TokenTree>) -> Self {
        let mut module = Self {
            file,
            path,
            declares: children(&tokens)
                .into_iter()
                .map(|(name, _)| name)
                .collect(),
            imports: BTreeMap::new(),
            tokens,
        };
        let uses = module.uses(&module.tokens);
        module.imports = uses
            .into_iter()
            .map(|(name, reference)| (name, reference.path))
            .collect();
        module
    }

    /// Each path into this crate that the file names, in `use` and elsewhere.
    pub(super) fn references(&self) -> Vec<Reference> {
        let uses = self
            .uses(&self.tokens)
            .into_iter()
            .map(|(_, reference)| reference);
        uses.chain(self.paths(&self.tokens)).collect()
    }

    /// What each `use` names, with the name under which that is known from then on.
    fn uses(&self, tokens: &[TokenTree]) -> Vec<(String, Reference)> {
        let mut found = Vec::new();
        for (index, token) in tokens.iter().enumerate() {
            if is_word(token, "use") {
                let end = tokens[index..].iter().position(|token| is_sign(token, ';'));
                let tree = &tokens[index + 1..end.map_or(tokens.len(), |end| index + end)];
                let used = use_tree(tree, &[]).into_iter();
                found.extend(used.filter_map(|(line, path, name)| {
                    Some((
                        name,
                        Reference {
                            line,
                            path: self.complete(&path)?,
                        },
                    ))
                }));
            }
            if let TokenTree::Group(group) = token {
                found.extend(self.uses(&inside(group)));
            }
        }
        found
    }

    /// Each `a::b`.
    fn paths(&self, tokens: &[TokenTree]) -> Vec<Reference> {
        let mut found = Vec::new();
        let mut index = 0;
        while let Some(token) = tokens.get(index) {
            index += 1;
            match token {
                TokenTree::Group(group) => found.extend(self.paths(&inside(group))),
                TokenTree::Ident(first) => {
                    let mut path = vec![first.to_string()];
                    while let [colon, _, TokenTree::Ident(next), ..] = &tokens[index..]
                        && is_sign(colon, ':')
                    {
                        path.push(next.to_string());
                        index += 3;
                    }
                    let path = self.complete(&path).filter(|_| path.len() > 1);
                    found.extend(path.map(|path| Reference {
                        line: line_of(token),
                        path,
                    }));
                }
                _ => {}
            }
        }
        found
    }

    /// A path from the crate's root on; `None` for what comes from another crate.
    fn complete(&self, path: &[String]) -> Option<Vec<String>> {
        let (first, rest) = path.split_first()?;
        let mut complete = match first.as_str() {
            "crate" => Vec::new(),
            "self" => self.path.clone(),
            "super" => self.path[..self.path.len() - 1].to_vec(),
            name if self.declares.iter().any(|child| child == name) => {
                [&self.path[..], std::slice::from_ref(first)].concat()
            }
            name => self.imports.get(name)?.clone(),
        };
        for name in rest {
            if name == "super" {
                complete.pop();
            } else {
                complete.push(name.clone());
            }
        }
        Some(complete)
    }
}

pub(super) fn inside(group: &Group) -> Vec<TokenTree> {
    group.stream().into_iter().collect()
}

/// What a `use` names: the line, the path, and the name by which it is known.
fn use_tree(tokens: &[TokenTree], start: &[String]) -> Vec<(usize, Vec<String>, String)> {
    let mut found = Vec::new();
    for branch in tokens.split(|token| is_sign(token, ',')) {
        let mut path = start.to_vec();
        let mut words = branch.iter();
        let mut known_as = None;
        while let Some(token) = words.next() {
            match token {
                TokenTree::Group(group) => {
                    found.extend(use_tree(&inside(group), &path));
                    known_as = Some(String::new());
                }
                TokenTree::Ident(word) if word == "as" => {
                    known_as = words.next().map(ToString::to_string);
                }
                // `use a::{self, b}` names `a` itself.
                TokenTree::Ident(word) if word == "self" && !path.is_empty() => {}
                TokenTree::Ident(word) => path.push(word.to_string()),
                _ => {}
            }
        }
        let Some(last) = branch.first().and(path.last()) else {
            continue;
        };
        match known_as {
            Some(name) if name.is_empty() => {}
            name => {
                let name = name.unwrap_or_else(|| last.clone());
                found.push((line_of(&branch[0]), path, name));
            }
        }
    }
    found
}

#[test]
fn paths_are_found_in_uses_and_elsewhere_but_not_in_unit_tests() {
    let text = r#"
        use std::fmt;
        use crate::a::{self, b::{C as D, e}, f};
        use super::g::*;
        mod child;
        //! crate::comment::x
        fn body() { let x = "crate::text::x"; a::h(child::i()); inner!(crate::j::K, fmt::l) }
        #[cfg(test)]
        mod tests { use crate::only::tests; }
        fn last() -> D::m { super::super::n() }
    "#;
    let path = ["top", "here"].map(String::from).into();
    let module = Module::new(String::new(), path, without_tests(parse(text)));
    let mut paths: Vec<String> = module
        .references()
        .iter()
        .map(|reference| reference.path.join("::"))
        .collect();
    paths.sort();
    paths.dedup();
    assert_eq!(
        paths,
        [
            "a",
            "a::b::C",
            "a::b::C::m",
            "a::b::e",
            "a::f",
            "a::h",
            "j::K",
            "n",
            "top::g",
            "top::here::child::i"
        ]
    );
}
