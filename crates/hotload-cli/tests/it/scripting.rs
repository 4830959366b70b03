//! The program in docs/scripting.md does what the document says.

use std::path::Path;

use crate::harness::{Project, Written, in_place_of, run};
use crate::pythons::pythons_where;

#[test]
fn the_documented_program_reads_an_error_and_mends_it() {
    let document = include_str!("../../../../docs/scripting.md");
    let (_, rest) = document.split_once("```python\n").unwrap();
    let (program, _) = rest.split_once("```").unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_hotload")).parent().unwrap();
    for python in pythons_where(|version| version >= (3, 6)) {
        let project = Project::with("program.py", program);
        let mut command = in_place_of(&project.hotload(&[]), &python.path);
        let path = std::env::var_os("PATH").unwrap();
        let folders = [binary.to_owned(), python.path.parent().unwrap().to_owned()];
        let folders = folders.into_iter().chain(std::env::split_paths(&path));
        command
            .arg("program.py")
            .env("PATH", std::env::join_paths(folders).unwrap())
            .env("HOTLOAD_PYTHON", &python.path);
        let end = run(&mut command).success();
        assert_eq!(end.printed(), "lib.py:2: division by zero\n", "{python}");
        assert!(end.said().contains("\n5"), "{python}: {}", end.said());
    }
}
