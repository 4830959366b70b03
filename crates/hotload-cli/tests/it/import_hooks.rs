//! Finders and loaders of user code: Python's rules about who is asked first hold.

use crate::events::Events;
use crate::harness::Project;
use crate::pythons::{pythons_where, two_pythons};

/// Replaces `MARK` in what it loads, as source transforms do.
const TRANSFORM: &str = "import sys\n\
    from importlib.machinery import SourceFileLoader, PathFinder\n\
    class Loader(SourceFileLoader):\n    \
    def source_to_code(self, data, path, **options):\n        \
    return SourceFileLoader.source_to_code(self, bytes(data).replace(b'MARK', b'transformed'), path, **options)\n\
    class Finder(object):\n    \
    def find_spec(self, name, path=None, target=None):\n        \
    spec = PathFinder.find_spec(name, path, target)\n        \
    if spec is not None and type(spec.loader) is SourceFileLoader and name in ('lib', 'helper'):\n            \
    spec.loader = Loader(spec.loader.name, spec.loader.path)\n        \
    return spec\n\
    sys.meta_path.insert(0, Finder())\n";

#[test]
fn a_source_transform_sees_every_load_of_targets_and_helpers() {
    for python in pythons_where(|version| version >= (3, 4)) {
        let project = Project::with("lib.py", "import helper\nprint('lib MARK 1')\n");
        project.save("helper.py", "print('helper MARK')\n");
        project.save("transform.py", TRANSFORM);
        let options = ["--preload", "transform", "--events", "events.jsonl", "lib"];
        let mut session = project.start(python, &options);
        session.prints("helper transformed");
        session.prints("lib transformed 1");
        session.ends_cycle(1);
        project.save("lib.py", "print('lib MARK 2')\n");
        session.prints("lib transformed 2");
        session.ends_cycle(2);
        let events = Events::of(&project);
        let reloaded: Vec<_> = events
            .all("reloaded")
            .map(|event| event["module"].clone())
            .collect();
        assert!(
            reloaded.contains(&"helper".into()),
            "{python}: {reloaded:?}"
        );
    }
}

#[test]
fn a_file_that_another_finder_has_found_runs_from_its_source() {
    // As the editable installs of setuptools.
    const FINDER: &str = "import sys, os\nfrom importlib.util import spec_from_file_location\n\
        class Editable:\n    @classmethod\n    def find_spec(cls, name, path=None, target=None):\n        \
        if name == 'mapped': return spec_from_file_location(name, os.path.abspath('src/mapped_file.py'))\n\
        sys.meta_path.append(Editable)\n";
    for python in pythons_where(|version| version >= (3, 4)) {
        let project = Project::with("lib.py", "import mapped\nprint(mapped.x)\n");
        project.save("src/mapped_file.py", "x = 1\n");
        project.save("finder.py", FINDER);
        // Bytecode of another text that looks as if it were of this one.
        let prepare = "import py_compile, os; py_compile.compile('src/mapped_file.py'); \
            s = os.stat('src/mapped_file.py'); open('src/mapped_file.py', 'w').write('x = 2\\n'); \
            os.utime('src/mapped_file.py', ns=(s.st_atime_ns, s.st_mtime_ns))";
        let mut command = std::process::Command::new(&python.path);
        crate::harness::clean(command.args(["-c", prepare]).current_dir(project.path()));
        assert!(command.status().unwrap().success());
        let mut session = project.start(python, &["--preload", "finder", "lib"]);
        session.prints("2");
    }
}

#[test]
fn a_patched_loader_is_not_bypassed() {
    const LIB: &str = "import importlib.machinery as m\nold = m.SourceFileLoader.source_to_code\n\
        def patched(self, data, path, **options):\n    \
        return old(self, bytes(data).replace(b'MARK', b'patched'), path, **options)\n\
        m.SourceFileLoader.source_to_code = patched\nimport helper\n";
    for python in two_pythons()
        .into_iter()
        .filter(|python| python.version >= (3, 4))
    {
        let project = Project::with("lib.py", LIB);
        project.save("helper.py", "print('MARK')\n");
        let mut session = project.start(python, &["lib"]);
        session.prints("patched");
    }
}

#[test]
fn on_the_old_python_finders_that_user_code_appends_and_path_hooks_are_asked() {
    const LIB: &str = "import imp, sys\n\
        class Hook(object):\n    \
        def __init__(self, entry=None):\n        \
        if entry is not None and not entry.endswith('hooked'): raise ImportError\n    \
        def find_module(self, name, path=None):\n        \
        return self if name in ('virtual', 'below') else None\n    \
        def load_module(self, name):\n        \
        module = sys.modules[name] = imp.new_module(name)\n        module.x = 'hooked'\n        return module\n\
        sys.path_hooks.append(Hook)\nsys.path.insert(0, sys.path[0] + '/hooked')\n\
        import below\nprint(below.x)\nsys.path_hooks.remove(Hook)\n\
        sys.meta_path.append(Hook())\nimport virtual\nprint(virtual.x)\n";
    for python in pythons_where(|version| version < (3, 0)) {
        let project = Project::with("lib.py", LIB);
        project.save("virtual.py", "x = 'from the file'\n");
        project.save("hooked/below.py", "x = 'from the file'\n");
        let mut session = project.start(python, &["lib"]);
        session.prints("hooked");
        session.prints("hooked");
        session.ends_cycle(1);
        let again = "import sys\ndel sys.modules['virtual']\nimport virtual\nprint(virtual.x)\n";
        project.save("lib.py", again);
        session.prints("hooked");
    }
}
