"""`uvx hotload`, `pipx run hotload` and `pipx install hotload`: theirs is never the Python that is taken."""

import os

from ..source import DIST
from ..steps import expect, run
from ..tools import environment as tools, on_path
from .pythons import find_python
from .session import clean

# Prints which Python runs it.
LIB = "import sys\nprint('PREFIX ' + sys.prefix)\n"


def check_uvx(wheel, folder):
    programs = tools("requirements-check.txt", "check-tools")
    home = folder / "uv"
    command = [programs / "uvx", "--offline", "--no-index", "--python", find_python("3.11"),
               "--from", wheel, "hotload"]
    check_tool(command, home, {"UV_CACHE_DIR": str(home / "cache"), "UV_NO_CONFIG": "1"})


def check_pipx(wheel, folder, command):
    programs = tools("requirements-check.txt", "check-tools")
    home = folder / "pipx"
    variables = {"PIPX_HOME": str(home / "home"), "PIPX_BIN_DIR": str(home / "bin"),
                 "PIPX_DEFAULT_PYTHON": str(find_python("3.11")), "PIP_NO_INDEX": "1",
                 "UV_NO_INDEX": "1", "UV_CACHE_DIR": str(home / "cache")}
    check_tool([programs / "pipx", "run", "--spec", wheel, "hotload"], home, variables)
    # From dist/ instead of PyPI.
    indexes = {"PIP_FIND_LINKS": str(DIST), "UV_FIND_LINKS": str(DIST)}
    run(["sh", "-c", command], env=on_path(programs, dict(os.environ, HOME=str(home), **variables, **indexes)))
    check_tool([home / "bin/hotload"], home, variables)


def check_tool(command, home, variables):
    """The user's `python3`, `.venv` and active environment, in this order, each added to the last."""
    project = home / "project"
    project.mkdir(parents=True, exist_ok=True)
    (project / "lib.py").write_text(LIB)
    path = home / "users"
    path.mkdir(exist_ok=True)
    mine = find_python("3.13")
    link(path / "python3", mine)
    environment = clean([path, "/usr/bin", "/bin"], **variables)
    environment["HOME"] = str(home)
    check_taken(command, project, environment, mine.parent.parent)
    for name, added in [(".venv", {}), ("active", {"VIRTUAL_ENV": str(project / "active")})]:
        run([mine, "-m", "venv", "--without-pip", "--clear", project / name])
        check_taken(command, project, {**environment, **added}, project / name)
    remove_tree(project / ".venv")


def check_taken(command, project, environment, expected):
    printed = run([*command, "--once", "lib.py"], cwd=project, env=environment)
    prefix = next((line[7:] for line in printed.splitlines() if line.startswith("PREFIX ")), None)
    expect(prefix and os.path.realpath(prefix) == os.path.realpath(expected),
           f"{expected} was not taken:\n{printed}")
    print(f"   takes {expected}")


def link(path, target):
    path.unlink(missing_ok=True)
    # A script, since a link would make an environment's Python out of a plain one.
    path.write_text(f'#!/bin/sh\nexec "{target}" "$@"\n')
    path.chmod(0o755)


def remove_tree(folder):
    run(["rm", "-rf", folder])
