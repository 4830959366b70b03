//! What user code finds in a host, and what a save concerns there.

use super::{Prompt, Waiting, joined};
use crate::harness::Project;
use crate::pythons::{pythons, two_pythons};

#[test]
fn arguments_path_and_variables_are_there_during_a_run_and_gone_after_it() {
    for python in pythons() {
        let project = Project::with(
            "lib.py",
            "import os, sys\nprint(sys.argv[1:] == ['one', 'two'])\n\
             print(sys.path[0] == os.path.dirname(os.path.abspath(__file__)))\n\
             print(os.environ['HOTLOAD_RUNNING'])\nsys.path.append('added')\n\
             sys.stdout = None\nos.environ['KEPT'] = 'kept'\n",
        );
        let mut waiting = Waiting::start(&project, &["lib", "--", "one", "two"]);
        let mut prompt = Prompt::start(python);
        prompt.types(
            "import os, sys; before = sys.argv, sys.path[:]; print('no' + 'ted')",
            "noted",
        );
        prompt.joins(&waiting);
        waiting.session.prints("True");
        waiting.session.prints("True");
        waiting.session.prints("HOTLOAD_RUNNING");
        waiting.session.ends_cycle(1);
        prompt.types(
            "print('same', sys.argv is before[0], sys.path == before[1] + ['added'])",
            "True",
        );
        prompt.types(
            "print('gone', os.environ.get('HOTLOAD_RUNNING'), os.environ['KEPT'])",
            "kept",
        );
        let screen = prompt.terminal.screen.all();
        assert!(!screen.contains("False"), "{python}: {screen}");
    }
}

#[test]
fn what_a_module_imports_or_reads_concerns_it_in_a_host_too() {
    for python in pythons() {
        let project = Project::with(
            "lib.py",
            "import helper, os\npath = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'data.txt')\n\
             with open(path) as stream: print('%s and %s' % (helper.value, stream.read().strip()))\n",
        );
        project.save("helper.py", "value = 'one'\n");
        project.save("data.txt", "data\n");
        let mut waiting = Waiting::start(&project, &["lib"]);
        let mut prompt = Prompt::start(python);
        prompt.joins(&waiting);
        waiting.session.prints("one and data");
        waiting.session.ends_cycle(1);
        project.save("helper.py", "value = 'two'\n");
        waiting.session.prints("two and data");
        waiting.session.ends_cycle(2);
        project.save("data.txt", "more\n");
        waiting.session.prints("two and more");
    }
}

#[test]
fn a_module_that_an_adopted_one_imports_concerns_it() {
    for python in two_pythons() {
        let project = Project::with(
            "lib.py",
            "import middle\nprint('lib has %s' % middle.value)\n",
        );
        project.save("middle.py", "import helper\nvalue = helper.value\n");
        project.save("helper.py", "value = 'one'\n");
        let folder = project.path();
        let environment = [("PYTHONPATH", folder.to_str().unwrap())];
        let mut prompt = Prompt::start_with(python, &[], &environment);
        prompt.types("import lib; print('imp' + 'orted')", "imported");
        let mut waiting = Waiting::start(&project, &["lib"]);
        prompt.joins(&waiting);
        waiting.session.prints("lib has one");
        waiting.session.ends_cycle(1);
        project.save("helper.py", "value = 'two'\n");
        waiting.session.prints("lib has two");
    }
}

#[test]
fn only_the_targets_run_where_that_is_asked_for() {
    let python = two_pythons()[0];
    let project = Project::with("lib.py", "import helper\nprint('lib ran')\n");
    project.save("helper.py", "print('helper ran')\n");
    let mut waiting = Waiting::start(&project, &["--reload", "module", "lib"]);
    let mut prompt = Prompt::start(python);
    prompt.joins(&waiting);
    waiting.session.prints("helper ran");
    waiting.session.prints("lib ran");
    waiting.session.ends_cycle(1);
    project.save("helper.py", "print('helper ran again')\n");
    waiting.session.prints("lib ran");
    waiting.session.ends_cycle(2);
    assert!(!waiting.session.output().contains("again"));
}

#[test]
fn a_function_is_called_and_a_command_runs_after_the_reload() {
    let python = two_pythons()[0];
    let (_project, mut waiting, _prompt) = joined(
        python,
        "def main(): print('called')\n",
        &["--run", "echo commanded", "lib:main"],
    );
    waiting.session.prints("called");
    waiting.session.prints("commanded");
}

#[test]
fn a_fork_that_returns_from_user_code_ends() {
    let python = two_pythons()[0];
    let project = Project::with(
        "lib.py",
        "import os\nchild = os.fork()\nif child: os.waitpid(child, 0)\nprint('is parent %s' % bool(child))\n",
    );
    let mut waiting = Waiting::start(&project, &["lib"]);
    let mut prompt = Prompt::start(python);
    prompt.joins(&waiting);
    waiting.session.prints_part("is parent True");
    waiting.session.ends_cycle(1);
    project.save("lib.py", "print('second')\n");
    waiting.session.prints("second");
}
