"""What is packaged: a copy of the files that git knows, so that the working tree stays clean."""

import os
import re
import shutil
import subprocess
from datetime import datetime, timezone
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
TARGET = REPOSITORY / os.environ.get("CARGO_TARGET_DIR", "target")
WORK = TARGET / "packaging"
DIST = REPOSITORY / "dist"

# What ci/package adds to the copy.
ADDED = ["pyproject.toml", "python", "wheel-data"]

# The two of them that the program prints.
MANUAL = "wheel-data/data/share/man/man1/hotload.1"
ONE_FILE = "python/hotload/hotload.py"


class Source:
    """The copy, and what it is a copy of."""

    def __init__(self):
        self.folder = WORK / "source"
        self.version = version()
        self.commit, self.date, time = git("log", "-1", "--format=%h %cs %ct").split()
        self.is_dirty = bool(git("status", "--porcelain"))
        self.epoch = int(os.environ.get("SOURCE_DATE_EPOCH") or time)

    @property
    def described(self):
        return f"{self.version} ({self.mark})"

    @property
    def mark(self):
        return f"{self.commit}-dirty" if self.is_dirty else self.commit

    @property
    def time(self):
        return datetime.fromtimestamp(self.epoch, timezone.utc)

    def copy(self):
        """Brings the copy up to date. A file that is as it was keeps its time, for cargo."""
        known = set(files())
        for path in known:
            if (REPOSITORY / path).is_file():
                write_if_changed(self.folder / path, (REPOSITORY / path).read_bytes(),
                                 (REPOSITORY / path).stat().st_mode & 0o777)
        for path in sorted(self.folder.rglob("*"), reverse=True):
            below = path.relative_to(self.folder).as_posix()
            if path.is_file() and below not in known and below.split("/")[0] not in ADDED:
                path.unlink()
        # As `git archive` writes it.
        self.write("crates/hotload-cli/commit.txt", f"{self.mark} {self.date}\n")
        # maturin asks for the folder before there is a program that could print what goes there.
        (self.folder / MANUAL).parent.mkdir(parents=True, exist_ok=True)
        python = REPOSITORY / "packaging" / "python"
        self.write("pyproject.toml", (python / "pyproject.toml").read_bytes())
        for name in ["__init__.py", "__main__.py"]:
            self.write(f"python/hotload/{name}", (python / "hotload" / name).read_bytes())

    def write(self, path, text):
        data = text if isinstance(text, bytes) else text.encode()
        write_if_changed(self.folder / path, data, 0o644)


def version():
    """The one place that has it."""
    text = (REPOSITORY / "Cargo.toml").read_text(encoding="utf-8")
    return re.search(r'^version = "(.+)"$', text, re.MULTILINE).group(1)


def files():
    listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    return [path for path in listed if path and not path.startswith("dist/")]


def git(*arguments):
    return subprocess.run(["git", *arguments], cwd=REPOSITORY, check=True, encoding="utf-8",
                          stdout=subprocess.PIPE).stdout.strip()


def write_if_changed(path, data, mode):
    if not path.is_file() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    os.chmod(path, 0o755 if mode & 0o100 else 0o644)


def empty(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
