"""The program, the wheel and the sdist."""

import os
import re
from pathlib import Path

from .source import DIST, MANUAL, ONE_FILE, TARGET, WORK, empty
from .steps import Failed, Lacking, expect, last_line, run, show
from .tools import environment, host_target, on_path

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
        self.completions = {}
        # Why there is no maturin, which also brings the linker for old systems.
        self.lacking = None

    @property
    def is_linux(self):
        return "-linux-" in self.target

    @property
    def program(self):
        name = "hotload.exe" if "-windows-" in self.target else "hotload"
        return TARGET / self.target / "release" / name

    def make(self):
        """Builds the program with maturin, as in the wheel; or with cargo, if there is no maturin.

        Returns where it is.
        """
        self.check_library()
        self.fetch()
        try:
            # The manual page in the wheel is printed by the program, so this wheel is without it.
            self.maturin("build", "--out", empty(WORK / "first"), *self.wheel_options())
        except Lacking as why:
            self.lacking = str(why)
            print(f"{why}\n   so this program is for systems as new as this one")
            show(["cargo", "build", "--release", "--locked", "-p", "hotload-cli", "--target",
                  self.target], cwd=self.source.folder, env=self.variables())
        return self.program

    def check_library(self):
        library = run(["rustc", "--print", "target-libdir", "--target", self.target]).strip()
        if not any(Path(library).glob("libstd-*")):
            raise Lacking(f"needs Rust's library for {self.target}: rustup target add {self.target}")

    def fetch(self):
        """Those crates that this machine does not have yet."""
        try:
            run(["cargo", "fetch", "--locked"], cwd=self.source.folder)
        except Failed as error:
            raise Lacking(f"needs the crates of Cargo.lock from crates.io: {last_line(error)}") from None

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

    def write_printed(self):
        """The manual page, hotload.py and the completions."""
        program = self.runnable_program()
        self.source.write(MANUAL, run([program, "--man"]))
        self.source.write(ONE_FILE, run([program, "--export-api"]))
        for shell, name in COMPLETIONS.items():
            self.completions[name] = run([program, "--completions", shell])

    def runnable_program(self):
        """The program; if it is for another machine, the same for this one, which prints the same."""
        try:
            run([self.program, "--version"])
            return self.program
        except (Failed, Lacking, OSError):
            host = Build(self.source, host_target())
            if host.target == self.target:
                raise
        print(f"{self.target} does not run here: asking hotload for {host.target}", flush=True)
        return host.make()

    def wheel(self, sbom):
        self.need_maturin()
        components = empty(WORK / "sbom") / "hotload.cdx.json"
        components.write_bytes(sbom.encode())
        self.maturin("build", "--out", DIST, "--sbom-include", components, *self.wheel_options())

    def sdist(self):
        self.need_maturin()
        self.maturin("sdist", "--out", DIST)

    def need_maturin(self):
        if self.lacking:
            raise Lacking(self.lacking)

    def glibc(self):
        """The newest version of glibc that the program asks for, such as (2, 17)."""
        found = re.findall(rb"GLIBC_(\d+)\.(\d+)", self.program.read_bytes())
        return max(((int(major), int(minor)) for major, minor in found), default=None)

    def check_glibc(self):
        glibc = self.glibc()
        if glibc is None:
            print("the program needs no glibc")
            return
        words = f"the newest symbol is GLIBC_{glibc[0]}.{glibc[1]}"
        if self.lacking and glibc > OLDEST_GLIBC:
            raise Lacking(f"{words}; for older systems it {self.lacking}")
        print(words)
        expect(glibc <= OLDEST_GLIBC, f"{words}; the program must run with "
               f"{OLDEST_GLIBC[0]}.{OLDEST_GLIBC[1]}")

    def check_size(self):
        size = self.program.stat().st_size
        print(f"{size / 1024 / 1024:.2f} MiB, at most {LARGEST / 1024 / 1024:.0f}")
        expect(size <= LARGEST, f"the program has {size / 1024 / 1024:.2f} MiB")
