"""The wheel in environments of old and new Pythons, without a package index."""

import json
import shutil
import zipfile

from ..source import DIST
from ..steps import Lacking, expect, run
from .pythons import find_python
from .session import clean, reload_the_sample


def install(wheel, python, folder):
    """A new environment with the wheel in it; returns the folder of its programs."""
    run([python, "-m", "venv", "--clear", folder])
    run([folder / "bin/python", "-m", "pip", "install", "--no-index", "--find-links", DIST,
         "--disable-pip-version-check", "hotload"])
    return folder / "bin"


def check_wheel(wheel, version, folder):
    programs = install(wheel, find_python(version), folder / f"venv-{version}")
    environment = clean([programs, "/usr/bin", "/bin"], VIRTUAL_ENV=str(programs.parent))
    said = run(["hotload", "--version"], env=environment)
    expect(said == f"hotload {wheel.name.split('-')[1]}\n", f"`hotload --version` prints {said}")
    as_module = run([programs / "python", "-m", "hotload", "--version"], env=environment)
    expect(as_module == said, f"`python -m hotload --version` prints {as_module}")
    output = reload_the_sample([programs / "hotload"], folder / f"sample-{version}", environment)
    expect(f"Python {version}." in output, f"the environment's Python was not taken:\n{output}")
    check_import(programs, version, folder, environment)


def check_import(programs, version, folder, environment):
    """`import hotload`, and its module `hotload.hotload` copied out."""
    code = ("import hotload, sys\n"
            "from hotload import listfiles, ReloadedPythonModule\n"
            "assert callable(hotload.hotload), hotload.hotload\n"
            "print(sys.modules['hotload.hotload'].__file__)\n")
    module = run([programs / "python", "-c", code], env=environment, cwd=folder).strip()
    for python in [programs / "python", find_python("2.7")]:
        alone = folder / f"alone-{version}"
        alone.mkdir(exist_ok=True)
        shutil.copy(module, alone / "hotload.py")
        reload_the_sample([python, "-u", "hotload.py"], alone, environment)


def check_components(wheel):
    with zipfile.ZipFile(wheel) as packed:
        lists = [name for name in packed.namelist() if name.endswith(".cdx.json")]
        expect(len(lists) == 1, f"it has {lists}")
        found = json.loads(packed.read(lists[0]))["components"]
    print(f"{len(found)} components")
    expect("hotload-core" in [component["name"] for component in found], f"they are {found}")


def check_man(wheel, folder):
    """`man` looks beside each folder of PATH."""
    if not shutil.which("man"):
        raise Lacking("there is no `man`")
    programs = install(wheel, find_python("3.13"), folder / "venv-man")
    environment = clean([programs, "/usr/bin", "/bin"], MANPAGER="cat", MANWIDTH="80")
    page = run(["man", "hotload"], env=environment)
    expect("--python" in page, f"`man hotload` prints:\n{page[:500]}")
