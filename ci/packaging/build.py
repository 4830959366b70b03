"""The program, the wheel and the sdist."""

import os
import re
import shutil
from pathlib import Path

from .source import DIST, TARGET, WORK, empty
from .steps import Failed, Lacking, expect, run, show
from .tools import environment, on_path

# The oldest glibc that Rust's own standard library supports.
OLDEST_GLIBC = (2, 17)

LARGEST = 6 * 1024 * 1024

COMPLETIONS = {
    "bash": "hotload.bash",
    "zsh": "_hotload",
    "fish": "hotload.fish",
    "powershell": "_hotload.ps1",
    "elvish": "hotload.elv",
}

# The tags that a wheel for Linux has.
COMPATIBILITY = {"gnu": "manylinux2014", "musl": "musllinux_1_1"}


class Build:
    """One target's program, with what it prints for the packages."""

    def __init__(self, source, target):
        self.source = source
        self.target = target
        self.is_wheel_possible = False

    @property
    def is_linux(self):
        return "-linux-" in self.target

    @property
    def program(self):
        name = "hotload.exe" if "-windows-" in self.target else "hotload"
        return TARGET / self.target / "release" / name

    def make(self):
        """Builds the program with maturin, as in the wheel; or with cargo, if there is no maturin."""
        try:
            # The manual page in the wheel is printed by the program, so this wheel is without it.
            self.maturin("build", "--out", empty(WORK / "first"), *self.wheel_options())
            self.is_wheel_possible = True
        except Lacking as why:
            print(f"{why}\n   so this program is for systems as new as this one")
            show(["cargo", "build", "--release", "--locked", "-p", "hotload-cli", "--target",
                  self.target], cwd=self.source.folder, env=self.variables())
        self.write_generated()

    def maturin(self, command, *options):
        programs = environment("requirements.txt", "tools")
        show([programs / "maturin", command, *options], cwd=self.source.folder,
             env=on_path(programs, self.variables()))

    def wheel_options(self):
        options = ["--release", "--locked", "--target", self.target]
        if self.is_linux:
            options += ["--zig", "--compatibility", COMPATIBILITY[self.target.split("-")[-1]]]
        return options

    def variables(self):
        """No path of this machine gets into the program."""
        home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
        flags = [f"--remap-path-prefix={self.source.folder}=hotload",
                 f"--remap-path-prefix={home}=cargo"]
        return dict(os.environ, CARGO_TARGET_DIR=str(TARGET), CARGO_INCREMENTAL="0",
                    CARGO_ENCODED_RUSTFLAGS="\x1f".join(flags),
                    SOURCE_DATE_EPOCH=str(self.source.epoch))

    def write_generated(self):
        """The manual page, the completions and hotload.py."""
        source, ask = self.source, self.ask
        source.write("wheel-data/data/share/man/man1/hotload.1", ask("--man"))
        source.write("python/hotload/hotload.py", ask("--export-api"))

    def ask(self, *question):
        return run([self.program, *question])

    def completions(self):
        return {name: self.ask("--completions", shell) for shell, name in COMPLETIONS.items()}

    def wheel(self):
        if not self.is_wheel_possible:
            raise Lacking("maturin is not there")
        self.maturin("build", "--out", DIST, *self.wheel_options())

    def sdist(self):
        if not self.is_wheel_possible:
            raise Lacking("maturin is not there")
        self.maturin("sdist", "--out", DIST)

    def glibc(self):
        """The newest version of glibc that the program asks for, such as (2, 17)."""
        found = re.findall(rb"GLIBC_(\d+)\.(\d+)", self.program.read_bytes())
        return max(((int(major), int(minor)) for major, minor in found), default=None)

    def check_glibc(self):
        glibc = self.glibc()
        if glibc is None:
            print("the program needs no glibc")
            return
        print(f"the newest symbol is GLIBC_{glibc[0]}.{glibc[1]}")
        expect(glibc <= OLDEST_GLIBC, f"the program needs glibc {glibc[0]}.{glibc[1]}; it must run "
               f"with {OLDEST_GLIBC[0]}.{OLDEST_GLIBC[1]}")

    def check_size(self):
        size = self.program.stat().st_size
        print(f"{size / 1024 / 1024:.2f} MiB, at most {LARGEST / 1024 / 1024:.0f}")
        expect(size <= LARGEST, f"the program has {size / 1024 / 1024:.2f} MiB")


def copy_program(build, folder):
    """The program itself, outside cargo's folder."""
    if not build.program.is_file():
        raise Failed(f"{build.program} was not built")
    return Path(shutil.copy(build.program, folder))
