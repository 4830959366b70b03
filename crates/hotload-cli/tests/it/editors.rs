//! The files in `editors/`, driven by the real editors. A missing editor is a loud skip.

use std::path::{Path, PathBuf};
use std::process::Command;

use indoc::{formatdoc, indoc};

use crate::harness::{Project, Written, in_place_of, run};
use crate::pythons::{skip, two_pythons};

fn editors() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../editors");
    dunce::canonicalize(folder).unwrap()
}

fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}

/// A project whose last run has failed in a helper, and what hotload wrote and said.
fn failed() -> Vec<(Project, String)> {
    let pythons = two_pythons().into_iter();
    let failed = pythons.map(|python| {
        let project = Project::with("lib.py", "import rates\n\nrates.find('XYZ')\n");
        project.save(
            "rates.py",
            "def find(to):\n    raise ValueError('no rate')\n",
        );
        let arguments = ["--once", "--marks", "--locations", ".hotload-errors", "lib"];
        let end = project.run_with(python, &arguments).code(1);
        (project, end.said())
    });
    failed.collect()
}

#[test]
fn vim_goes_to_the_error_and_then_to_its_caller() {
    if !is_there("vim") {
        return skip("vim is not installed");
    }
    for (project, _) in failed() {
        let script = formatdoc!(
            r#"
                set nocompatible
                set runtimepath^={}
                compiler hotload
                HotloadErrors
                let places = [expand('%:t') . ':' . line('.') . ' ' . getqflist()[0].text]
                cnext
                call add(places, expand('%:t') . ':' . line('.') . ' ' . getqflist()[1].text)
                call writefile(places, 'places')
                qa!
            "#,
            editors().join("vim").display()
        );
        project.save("drive.vim", script);
        let mut vim = in_place_of(&project.hotload(&[]), "vim");
        vim.args(["-es", "-u", "NONE", "-i", "NONE", "-S", "drive.vim"]);
        run(&mut vim);
        let places = std::fs::read_to_string(project.file("places")).unwrap_or_default();
        assert_eq!(
            places,
            "rates.py:2 ValueError: no rate\nlib.py:3 called in <module>\n"
        );
    }
}

#[test]
fn emacs_goes_to_the_error_and_then_to_its_caller() {
    if !is_there("emacs") {
        return skip("emacs is not installed");
    }
    const DRIVE: &str = indoc! {r#"
        (defun place ()
          (format "%s:%d" (file-name-nondirectory (buffer-file-name)) (line-number-at-pos)))
        (hotload-errors)
        (set-buffer (window-buffer))
        (princ (place))
        (next-error)
        (set-buffer (window-buffer))
        (princ (concat " " (place)))
    "#};
    for (project, _) in failed() {
        project.save("drive.el", DRIVE);
        let file = editors().join("emacs/hotload.el");
        let mut emacs = in_place_of(&project.hotload(&[]), "emacs");
        emacs.args([
            "--batch",
            "-Q",
            "-l",
            file.to_str().unwrap(),
            "-l",
            "drive.el",
        ]);
        let end = run(&mut emacs).success();
        assert_eq!(end.printed(), "rates.py:2 lib.py:3", "{}", end.said());
    }
}

/// VS Code's matcher is a list of JavaScript's regular expressions: node applies them as it does.
#[test]
fn the_matcher_of_vs_code_finds_the_error_between_its_marks() {
    if !is_there("node") {
        return skip("node is not installed");
    }
    const MATCH: &str = indoc! {r"
        const fs = require('fs');
        const text = fs.readFileSync(process.argv[2], 'utf8').replace(/^\s*\/\/.*$/gm, '');
        const matcher = JSON.parse(text).tasks[0].problemMatcher;
        const test = (pattern, line) => new RegExp(pattern).exec(line);
        const lines = fs.readFileSync('said', 'utf8').split('\n');
        lines.forEach((line, index) => {
            if (test(matcher.background.beginsPattern, line)) console.log('begins');
            if (test(matcher.background.endsPattern, line)) console.log('ends');
            const first = test(matcher.pattern[0].regexp, line);
            const second = first && test(matcher.pattern[1].regexp, lines[index + 1]);
            if (second) {
                const { file, line } = matcher.pattern[1];
                console.log(second[file] + ':' + second[line] + ' ' + first[matcher.pattern[0].message]);
            }
        });
    "};
    let tasks = editors().join("vscode/tasks.json");
    for (project, said) in failed() {
        project.save("said", said);
        project.save("match.js", MATCH);
        let mut node = in_place_of(&project.hotload(&[]), "node");
        node.args(["match.js", tasks.to_str().unwrap()]);
        let end = run(&mut node).success();
        assert_eq!(
            end.printed(),
            "begins\nrates.py:2 ValueError: no rate\nends\n"
        );
    }
}
