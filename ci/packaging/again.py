"""Whether a second run makes the same bytes: in another folder, from the same commit."""

import os
import shutil
import sys

from .manifests import SUMS
from .source import DIST, REPOSITORY, WORK
from .steps import Lacking, expect, run, show


def check_again(source, targets):
    if source.is_dirty:
        raise Lacking("a clone would be without the changes that are not committed")
    if not (DIST / SUMS).is_file():
        raise Lacking(f"dist/ has no {SUMS}: run ci/package first")
    # Its path has another length, and nothing that was built for the first run.
    clone = WORK / "again" / "hotload"
    shutil.rmtree(clone, ignore_errors=True)
    run(["git", "clone", "--quiet", REPOSITORY, clone])
    variables = {name: value for name, value in os.environ.items() if name != "CARGO_TARGET_DIR"}
    show([sys.executable, "ci/package", *(f"--target={target}" for target in targets)],
         cwd=clone, env=variables)
    compare((DIST / SUMS).read_text(), (clone / "dist" / SUMS).read_text())
    shutil.rmtree(clone)


def compare(first, second):
    differing = sorted(set(first.splitlines()) ^ set(second.splitlines()))
    expect(not differing, "a second run makes other bytes:\n" + "\n".join(differing))
    print(f"{len(first.splitlines())} files have the same bytes as after the first run")
