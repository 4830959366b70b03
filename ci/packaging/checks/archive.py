"""The archive, unpacked in an empty folder on a machine without network and with only a Python 2.7."""

import os
import shutil
import subprocess
import sys

from ..source import REPOSITORY, empty
from ..steps import expect, run
from .pythons import find_python
from .session import clean, reload_the_sample

RECORDED = REPOSITORY / "fixtures" / "tracebacks" / "recorded"

# Gives the new network its own loopback, which hotload talks over, and nothing else.
OFFLINE = """\
import fcntl, os, socket, struct, sys
flags = 1 | 64  # IFF_UP, IFF_RUNNING
with socket.socket() as any_socket:
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", flags))  # SIOCSIFFLAGS
os.execv(sys.argv[1], sys.argv[1:])
"""


def check_archive(archive, folder, command):
    python = find_python("2.7")
    folder = empty(folder / "archive")
    shutil.copy(archive, folder)
    run(["sh", "-c", command], cwd=folder)
    inside = folder / archive.name[:-len(".tar.gz")]
    path = empty(folder / "path")
    (path / "python2.7").symlink_to(python)
    (path / "python").symlink_to(python)
    environment = clean([path])
    environment["HOME"] = str(empty(folder / "home"))
    offline = without_network()
    said = run([*offline, inside / "hotload", "--version"], env=environment)
    expect(said.startswith("hotload "), f"`./hotload --version` prints {said}")
    output = reload_the_sample([*offline, inside / "hotload"], folder / "sample",
                               environment)
    expect("Python 2.7." in output, f"Python 2.7 was not taken:\n{output}")
    shutil.copy(inside / "hotload.py", folder / "sample" / "hotload.py")
    reload_the_sample([*offline, python, "-u", "hotload.py"], folder / "sample", environment)
    check_contents(inside)
    check_patterns(inside / "hotload", environment)


def check_patterns(program, environment):
    """A released program has fewer features of `regex` than a tested one: each of its patterns compiles."""
    for case in sorted(RECORDED.glob("*/cpython-[23].[17][38.]*.txt")):
        end = subprocess.run([program, "--explain", case], env=environment, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        expect(end.returncode in (0, 1) and "panicked" not in end.stderr,
               f"--explain {case} has failed:\n{end.stderr}")
    listed = run([program, "--list-pythons", "--no-probe"], env=environment)
    expect(f"{environment['PATH']}/python" in listed, f"--list-pythons shows:\n{listed}")
    for request in ["python>=3.8", "3.8t", "CPython@3.8"]:
        end = subprocess.run([program, "--python", request, "lib"], env=environment,
                             stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        expect(end.returncode in (2, 3) and "panicked" not in end.stderr,
               f"--python {request} has failed:\n{end.stderr}")


def without_network():
    unshare = shutil.which("unshare")
    options = ["-n"] if os.geteuid() == 0 else ["-rn"]
    command = [unshare or "unshare", *options, sys.executable, "-c", OFFLINE]
    run([*command, shutil.which("true")])
    return command


def check_contents(inside):
    for name in ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE", "man/hotload.1",
                 "completions/hotload.bash", "docs/options.md", "editors/vim/compiler/hotload.vim",
                 "hotload.cdx.json"]:
        expect((inside / name).stat().st_size > 0, f"{name} is not in the archive")
