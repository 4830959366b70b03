"""The hotload that the scripts of this folder run."""

import os
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent


def find_hotload(profile="debug"):
    """HOTLOAD_BIN, or this repository's own, built first; `profile` is `debug` or `release`."""
    if os.environ.get("HOTLOAD_BIN"):
        return os.path.abspath(os.environ["HOTLOAD_BIN"])
    build = ["cargo", "build", "-q", "-p", "hotload-cli"]
    if profile == "release":
        build.append("--release")
    subprocess.run(build, cwd=REPOSITORY, check=True)
    target = REPOSITORY / os.environ.get("CARGO_TARGET_DIR", "target")
    return str(target / profile / "hotload")
