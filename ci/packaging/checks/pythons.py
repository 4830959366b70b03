"""The Pythons of this machine that the packages are tried with."""

import os
import shutil
import subprocess
from pathlib import Path

from ..steps import Lacking


def find_python(version):
    """A Python of this version: pyenv's, or the one on PATH."""
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    candidates = sorted((root / "versions").glob(f"{version}.*/bin/python"))
    on_path = shutil.which(f"python{version}")
    candidates += [Path(on_path)] if on_path else []
    for candidate in candidates:
        code = "import sys; print('%d.%d' % sys.version_info[:2])"
        end = subprocess.run([candidate, "-c", code], stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, text=True)
        if end.returncode == 0 and end.stdout.strip() == version:
            return candidate
    raise Lacking(f"there is no Python {version}, neither in pyenv nor on PATH")
