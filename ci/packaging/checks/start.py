"""How long `hotload --version` takes, next to a C program that prints a line."""

import os
import shutil
import statistics
import subprocess
import tarfile
import time

from ..source import empty
from ..steps import Lacking, expect, run

PROGRAM = '#include <stdio.h>\nint main(void) { puts("hotload"); return 0; }\n'

STARTS = 300

MOST = 2.0  # milliseconds more than the C program


def check_start(archive, folder):
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if not compiler:
        raise Lacking("needs a C compiler")
    folder = empty(folder / "start")
    (folder / "line.c").write_text(PROGRAM)
    run([compiler, "-O2", "-o", folder / "line", folder / "line.c"])
    name = archive.name[:-len(".tar.gz")]
    with tarfile.open(archive) as packed:
        packed.extract(f"{name}/hotload", folder)
    times = {"c": [], "hotload": []}
    for _ in range(STARTS):
        # In turn, so that whatever else the machine does slows down both.
        times["c"].append(milliseconds([folder / "line"]))
        times["hotload"].append(milliseconds([folder / name / "hotload", "--version"]))
    for name, taken in ("half", statistics.median), ("the fastest tenth", fastest_tenth):
        c, ours = taken(times["c"]), taken(times["hotload"])
        print(f"{name} of {STARTS} starts took at most: C program {c:.2f} ms, hotload {ours:.2f} ms: "
              f"{ours - c:+.2f} ms, {ours / c:.2f} times")
    # What else the machine does makes the others slower.
    expect(ours - c <= MOST, f"hotload --version takes {ours - c:.2f} ms longer, at most {MOST}")


def fastest_tenth(times):
    return statistics.quantiles(times, n=10)[0]


def milliseconds(command):
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={}, close_fds=False)
    os.waitpid(process.pid, 0)
    process.returncode = 0
    return 1e3 * (time.perf_counter() - started)
