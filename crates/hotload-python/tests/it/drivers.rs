//! The generated drivers: their text, that it compiles, and that it understands any split of bytes.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use hotload_python::driver::{self, Assembly};
use hotload_python::version::Dialect;
use indoc::indoc;
use serde_json::json;

use crate::pythons::{Python, pythons};

const SHIM: &str = include_str!("../../src/driver/shim.py");

pub(crate) fn dialect(python: &Python) -> Dialect {
    if python.version.0 == 2 {
        Dialect::Two
    } else {
        Dialect::Three
    }
}

/// Runs a program that reads standard input and must print `expected`.
#[track_caller]
fn feed(python: &Python, program: &str, input: &str, expected: &str) {
    let mut child = python
        .command()
        .args(["-c", program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout)
            .replace("\r\n", "\n")
            .trim(),
        expected,
        "{python}"
    );
}

/// The driver, which does not change with hotload's version.
fn without_version(dialect: Dialect) -> String {
    let version = concat!("'", env!("CARGO_PKG_VERSION"), "'");
    driver::generated(dialect)
        .to_string()
        .replace(version, "'VERSION'")
}

#[test]
fn the_driver_for_2_7_is_what_it_was() {
    insta::assert_snapshot!("driver-2.7", without_version(Dialect::Two));
}

#[test]
fn the_driver_for_3_is_what_it_was() {
    insta::assert_snapshot!("driver-3", without_version(Dialect::Three));
}

#[test]
fn each_driver_compiles_on_every_python_it_is_for() {
    let program = "import sys; compile(sys.stdin.read(), 'driver', 'exec'); print('compiled')";
    for python in pythons() {
        feed(
            python,
            program,
            &driver::generate(dialect(python)).to_string(),
            "compiled",
        );
    }
}

#[test]
fn what_is_sent_lacks_only_what_people_read() {
    // Of the syntax tree, not of the code: which strings that keeps differs between versions.
    let program = r"
import ast, sys
def tree_of(text):
    tree = ast.parse(text)
    for node in ast.walk(tree):
        body = getattr(node, 'body', None)
        if name != 'api' and isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            if type(body[0].value).__name__ in ('Str', 'Constant'):
                del body[0]
    return ast.dump(tree)
name, read, sent = sys.stdin.read().split('\0')
assert tree_of(read) == tree_of(sent)
print('less' if len(sent) < len(read) else 'more')
";
    for python in pythons() {
        let read = driver::generate(dialect(python));
        let sent = driver::generated(dialect(python));
        for (read, sent) in read.parts.iter().zip(&sent.parts) {
            // User code can ask for the documentation of what it imports.
            let texts = format!("{}\0{}\0{}", read.name, read.text, sent.text);
            feed(python, program, &texts, "less");
        }
    }
}

/// Every Python file that is sent or exported, by its path in the folder of the driver.
fn every_file() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/driver");
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.clone()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "py") {
                let name = path.strip_prefix(&folder).unwrap().to_str().unwrap();
                let text = std::fs::read_to_string(&path).unwrap();
                files.insert(name.replace('\\', "/"), text);
            }
        }
    }
    assert!(files.len() > 40, "the files were not found");
    files
}

fn every_text() -> Vec<String> {
    every_file().into_values().collect()
}

#[test]
fn every_file_is_ascii_and_parses_on_every_python() {
    let parts = every_text();
    let program = indoc! {r"
        import sys
        for part in sys.stdin.read().split('\0'): compile(part, 'part', 'exec')
        print('parsed')"};
    for part in &parts {
        assert!(part.is_ascii());
        // Jython compiles no half of a character.
        assert!(!part.contains("u'\\ud"), "{part}");
    }
    for python in pythons() {
        feed(python, program, &parts.join("\0"), "parsed");
    }
}

#[test]
fn no_function_with_another_in_it_uses_exec() {
    let lint = include_str!("exec_lint.py");
    // It finds what it is for.
    let bad = "def run(text):\n    def inner():\n        return text\n    exec(text)\n";
    let fine = "def run(text):\n    eval(compile(text, 'x', 'exec'))\n    return lambda: text\n";
    for python in pythons() {
        feed(python, lint, &[bad, fine].join("\0"), "found run");
        feed(python, lint, &every_text().join("\0"), "found");
    }
}

#[test]
fn every_name_is_defined_and_every_file_says_what_it_uses() {
    let files = every_file();
    let mut programs = vec![
        json!({"name": "shim", "major": 3, "files": [["shim.py", files["shim.py"]]]}),
        json!({"name": "fallback", "major": 3, "files": [["fallback.py", files["fallback.py"]]]}),
        json!({"name": "guest's file", "major": 3,
            "files": [["guest/file.py", files["guest/file.py"]]]}),
        json!({"name": "what that runs", "major": 3,
            "files": [["guest/join.py", files["guest/join.py"]]]}),
    ];
    for (major, dialect) in [(2, Dialect::Two), (3, Dialect::Three)] {
        programs.extend(
            driver::assemblies(dialect)
                .into_iter()
                .map(|Assembly { name, files }| {
                    // It is not started by the shim.
                    let starter = if name == "guest" { "join" } else { "shim" };
                    json!({"name": name, "major": major, "files": files, "starter": starter})
                }),
        );
    }
    let given = json!({"shim": files["shim.py"], "join": files["guest/join.py"], "files": files, "programs": programs});
    let lint = include_str!("parts_lint.py");
    // The oldest: what only newer ones have must not be taken for granted.
    let python = pythons().iter().find(|python| python.version.0 == 3);
    feed(python.unwrap(), lint, &given.to_string(), "nothing");

    // It finds what it is for.
    let (one, two) = ("# Uses: two\nunicode, GIVEN, x and 1 or 2\n", "x = y\n");
    let bad = json!({
        "shim": "names = {'GIVEN': 1}",
        "files": {"one.py": one, "two.py": two, "three.py": ""},
        "programs": [{"name": "p", "major": 3, "files": [["one.py", one], ["two.py", two]]}],
    });
    let found = "one.py: uses shim and does not say so\n\
        one.py:2: write `b if a else c`\n\
        p: one.py uses unicode, which nothing defines\n\
        p: two.py uses y, which nothing defines\n\
        three.py: in no program";
    feed(python.unwrap(), lint, &bad.to_string(), found);
}

#[test]
fn the_json_of_the_driver_is_json() {
    let files = every_file();
    let program = format!(
        "{}\n{}\n{}",
        files["parts/base.py"],
        files["parts/json.py"],
        r#"
import json
texts = [u'', u'plain', u'"\\/\n\r\t\x00\x1f\x7f', u'\xe9\u20ac\U0001f600', u'{"a":[1]}']
value = {'list': [1, -2, 2.5, True, False, None, [], {}], 'texts': texts, 'deep': [[['x']]]}
assert json.loads(json_dump(value)) == value, json_dump(value)
for text in (json.dumps(value), json.dumps(value, separators=(',', ':'))):
    text = text.replace(', ', ',').replace(': ', ':')
    again = json_load(text)
    assert json.loads(json_dump(again)) == json.loads(text), again
assert json.loads(json_dump(u'\ud800x')) == u'\ufffdx'
print('agrees')
"#
    );
    for python in pythons() {
        feed(
            python,
            "import sys; exec(sys.stdin.read())",
            &program,
            "agrees",
        );
    }
}

/// A shim that was started by hand, and hotload's side of its connection.
struct ByHand {
    child: Child,
    stream: TcpStream,
    folder: tempfile::TempDir,
}

impl ByHand {
    fn start(python: &Python) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let shim = folder.path().join("shim.py");
        let text = SHIM
            .replace("@PORT@", &listener.local_addr().unwrap().port().to_string())
            .replace("@OUR_TOKEN@", "one")
            .replace("@THEIR_TOKEN@", "two")
            .replace("@STREAMS@", "0");
        std::fs::write(&shim, text).unwrap();
        let child = python
            .command()
            .arg(shim)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_nodelay(true).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let mut hello = Vec::new();
        while !hello.ends_with(b"\n") {
            let mut byte = [0; 1];
            stream.read_exact(&mut byte).unwrap();
            hello.push(byte[0]);
        }
        assert!(hello.starts_with(b"hotload one "), "{hello:?}");
        Self {
            child,
            stream,
            folder,
        }
    }

    /// Everything that hotload says in a session of one step.
    fn script(&self, python: &Python, token: &str) -> Vec<u8> {
        let driver = driver::generated(dialect(python));
        let folder = dunce::canonicalize(self.folder.path()).unwrap();
        std::fs::write(folder.join("lib.py"), "print(6 * 7)\n").unwrap();
        let folder = folder.to_str().unwrap();
        let target = serde_json::json!(
            {"module": "lib", "file": format!("{folder}/lib.py"), "package": null, "folder": folder});
        let requests = [
            serde_json::json!({"op": "setup", "unset": [], "roots": [folder], "arguments": ["\u{e9}"],
                "last_words": format!("{folder}/last_words.txt"), "shim_folder": folder, "folders": [folder], "targets": [target], "wants_files": true,
                "native": false}),
            serde_json::json!({"op": "reload", "module": "lib", "folder": folder}),
            serde_json::json!({"op": "quit"}),
        ];
        let (mut lengths, mut text) = (String::new(), String::new());
        for part in &driver.parts {
            lengths.push_str(&format!(" {}={}", part.name, part.text.len()));
            text.push_str(&part.text);
        }
        let mut script = format!("{token} text{lengths}\n{text}").into_bytes();
        for request in requests {
            script.extend(hotload_python::transport::frame::encode(&request));
        }
        script
    }

    fn output(mut self) -> String {
        let mut output = String::new();
        self.child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut output)
            .unwrap();
        self.child.wait().unwrap();
        output
    }
}

#[test]
fn a_session_in_one_write_and_in_one_byte_a_write_is_the_same() {
    for python in pythons() {
        for size in [usize::MAX, 1] {
            let mut by_hand = ByHand::start(python);
            let script = by_hand.script(python, "two");
            for piece in script.chunks(size.min(script.len())) {
                by_hand.stream.write_all(piece).unwrap();
            }
            let mut replies = Vec::new();
            while replies.len() < 4 {
                let reply: Option<serde_json::Value> =
                    hotload_python::transport::frame::read(&mut by_hand.stream).unwrap();
                let reply = reply.unwrap()["reply"].as_str().unwrap().to_owned();
                // Answers nothing, and comes only where this Python has some of its own.
                if reply != "leftovers" {
                    replies.push(reply);
                }
            }
            assert_eq!(replies, ["up", "found", "result", "bye"], "{python}");
            assert_eq!(by_hand.output().trim(), "42", "{python}");
        }
    }
}

#[test]
fn a_hotload_that_does_not_prove_its_token_runs_nothing() {
    for python in pythons() {
        let mut by_hand = ByHand::start(python);
        let script = by_hand.script(python, "wrong");
        // The shim may have gone before all was written.
        let _ = by_hand.stream.write_all(&script);
        assert_eq!(by_hand.output(), "", "{python}");
    }
}

#[test]
fn an_interpreter_whose_hotload_was_killed_does_not_wait_in_files_for_ever() {
    let fallback = include_str!("../../src/driver/fallback.py");
    let hasty = fallback.replace("SOON, LATE = 5000, 60000", "SOON, LATE = 200, 200");
    assert_ne!(hasty, fallback);
    let literal = hasty
        .replace('\\', "\\\\")
        .replace('\'', "\\'")
        .replace('\n', "\\n");
    for python in pythons() {
        for answered in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            // Nothing listens there, and the folder is never removed.
            let path = folder.path().to_str().unwrap().replace('\\', r"\\");
            let text = SHIM
                .replace("@PORT@", "1")
                .replace("@STREAMS@", "0")
                .replace("@FOLDER@", &path)
                .replace("@FALLBACK@", &literal);
            std::fs::write(folder.path().join("shim.py"), text).unwrap();
            if answered {
                std::fs::write(folder.path().join("to_python"), "").unwrap();
            }
            let shim = folder.path().join("shim.py");
            let status = python.command().arg(shim).status().unwrap();
            assert!(status.success(), "{python}");
            let said = std::fs::read_to_string(folder.path().join("from_python")).unwrap();
            assert!(said.starts_with("hotload @OUR_TOKEN@ "), "{said}");
        }
    }
}
