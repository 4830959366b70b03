"""The tools that ci/package installs for itself, in a virtual environment in the target folder."""

import os
import subprocess
import sys
from pathlib import Path

from .source import WORK
from .steps import Failed, Lacking, last_line, run

HERE = Path(__file__).resolve().parent


def environment(requirements, name):
    """The folder with the programs of these requirements, installed if they are not there yet."""
    folder = WORK / name
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    wanted = (HERE / requirements).read_text()
    installed = folder / "requirements.txt"
    if installed.is_file() and installed.read_text() == wanted:
        return programs
    try:
        run([sys.executable, "-m", "venv", "--clear", folder])
        run([programs / "python", "-m", "pip", "install", "-q", "-r", HERE / requirements])
    except Failed as error:
        words = [line.split("==")[0] for line in wanted.split("\n") if "==" in line]
        raise Lacking(f"needs {' and '.join(words)} from PyPI: {last_line(error)}") from None
    installed.write_text(wanted)
    return programs


def on_path(programs, variables=None):
    """An environment in which these programs come first."""
    variables = dict(os.environ if variables is None else variables)
    variables["PATH"] = os.pathsep.join([str(programs), variables.get("PATH", "")])
    return variables


def host_target():
    """The target that rustc builds for by itself."""
    try:
        said = subprocess.run(["rustc", "-vV"], stdout=subprocess.PIPE, text=True, check=True).stdout
    except FileNotFoundError:
        sys.exit("ci/package: there is no rustc; install Rust from https://rustup.rs")
    return next(line.split()[1] for line in said.splitlines() if line.startswith("host: "))
