//! What `--list-pythons` shows, and what its JSON holds.

use std::path::Path;
#[cfg(unix)]
use std::path::PathBuf;

use serde_json::Value;

use crate::discovery::Machine;
#[cfg(unix)]
use crate::discovery::short;
use crate::harness::Written;
use crate::programs::Does;
#[cfg(unix)]
use crate::pythons::pythons;
use crate::pythons::two_pythons;

#[track_caller]
fn row<'r>(rows: &'r [Value], program: &Path) -> &'r Value {
    let named = |row: &&Value| row["program"] == program.to_str().unwrap();
    rows.iter()
        .find(named)
        .unwrap_or_else(|| panic!("{} is not in {rows:#?}", program.display()))
}

#[cfg(unix)]
#[test]
fn the_listing_shows_version_and_source_and_with_v_what_is_not_a_python() {
    let machine = Machine::new();
    let stub = machine.stub("python3");
    let hung = machine.save("bin/gdb", "#!/bin/sh\nexit 3\n");
    let licensed = machine.save("bin/hython", "#!/bin/sh\n>started\n");
    let found: Vec<PathBuf> = pythons()
        .iter()
        .map(|python| machine.pyenv(&format!("{}.0", short(python)), python))
        .collect();
    let listed = machine
        .run(&["--list-pythons", "--json"])
        .success()
        .printed();
    let rows: Vec<Value> = serde_json::from_str(&listed).unwrap();
    for (program, python) in found.iter().zip(pythons()) {
        let row = row(&rows, program);
        let version = row["version"].as_str().unwrap();
        assert!(version.starts_with(&format!("{}.", short(python))), "{row}");
        assert_eq!(row["source"], "from pyenv");
        assert_eq!(row["usable"], true);
    }
    assert_eq!(row(&rows, &stub)["usable"], false);
    assert_eq!(row(&rows, &hung)["host"], "gdb");
    assert_eq!(row(&rows, &licensed)["reason"], "not started");
    assert!(!machine.project.file("started").exists());

    let short_list = machine.run(&["--list-pythons"]).success().printed();
    assert_eq!(short_list.lines().count(), found.len() + 2, "{short_list}");
    assert!(
        short_list.contains("(not started: that would check out a licence)"),
        "{short_list}"
    );
    let long_list = machine.run(&["--list-pythons", "-v"]).success().printed();
    assert!(
        long_list.contains("ended before it answered (exit status: 127)"),
        "{long_list}"
    );
}

#[cfg(unix)]
#[test]
fn one_file_on_several_ways_is_listed_once() {
    let machine = Machine::new();
    let python = pythons().last().unwrap();
    for name in ["python", "python3", "python3.99"] {
        std::os::unix::fs::symlink(&python.path, machine.project.file(&format!("bin/{name}")))
            .unwrap();
    }
    let listed = machine
        .run(&["--list-pythons", "--no-probe", "--json"])
        .success()
        .printed();
    let rows: Vec<Value> = serde_json::from_str(&listed).unwrap();
    let of_bin: Vec<&Value> = rows
        .iter()
        .filter(|row| {
            row["program"]
                .as_str()
                .unwrap()
                .starts_with(machine.project.path().to_str().unwrap())
        })
        .collect();
    assert_eq!(of_bin.len(), 1, "{rows:#?}");
}

#[cfg(unix)]
#[test]
fn a_stub_and_what_it_starts_are_listed_once_and_with_v_each_way_is_shown() {
    for python in two_pythons() {
        let machine = Machine::new();
        let first = machine.launcher("bin/python3", python);
        let second = machine.pyenv(&format!("{}.0", short(python)), python);
        let listed = machine
            .run(&["--list-pythons", "--json"])
            .success()
            .printed();
        let rows: Vec<Value> = serde_json::from_str(&listed).unwrap();
        let found = row(&rows, &first);
        assert_eq!(found["also"], serde_json::json!([second.to_str().unwrap()]));
        assert!(
            rows.iter()
                .all(|row| row["program"] != second.to_str().unwrap())
        );
        let short_list = machine.run(&["--list-pythons"]).success().printed();
        assert!(
            !short_list.contains(second.to_str().unwrap()),
            "{short_list}"
        );
        let long_list = machine.run(&["--list-pythons", "-v"]).success().printed();
        let expected = format!("{}  (the same interpreter)", second.display());
        assert!(long_list.contains(&expected), "{long_list}");
    }
}

#[test]
fn what_a_host_prints_on_the_stream_that_carries_its_hello_is_not_listed() {
    for python in two_pythons() {
        let machine = Machine::new();
        let steps = [Does::Prints("a banner"), Does::Starts(&python.path, "")];
        let program = machine.program("bin/noisy", &steps);
        machine.project.save(
            "home/.config/hotload/hotload.toml",
            "[hosts.noisy]\nprograms = [\"noisy\"]\ntransport = \"streams\"\n",
        );
        let end = machine.run(&["--list-pythons", "--json"]);
        let listed = end.success().printed();
        let rows: Vec<Value> = serde_json::from_str(&listed).expect(&listed);
        assert_eq!(row(&rows, &program)["usable"], true, "{listed}");
    }
}

#[test]
fn json_by_itself_answers_nothing() {
    Machine::new().run(&["--json", "lib"]).code(2);
}
