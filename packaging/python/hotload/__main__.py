"""Starts hotload's program: `python -m hotload lib` is `hotload lib`."""

import os
import subprocess
import sys
import sysconfig


def find_program():
    """The program that was installed with this package."""
    name = "hotload.exe" if os.name == "nt" else "hotload"
    tried = [os.path.join(folder, name) for folder in folders()]
    for path in tried:
        if os.path.isfile(path):
            return path
    sys.exit("hotload: its program is not in\n  " + "\n  ".join(tried))


def folders():
    """Where installers put programs: this environment, the user's folder, beside `--target`."""
    yield sysconfig.get_path("scripts")
    yield sysconfig.get_path("scripts", "nt_user" if os.name == "nt" else "posix_user")
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    yield os.path.join(here, "bin")


def main():
    command = [find_program()] + sys.argv[1:]
    if os.name != "nt":
        os.execv(command[0], command)
    # Windows has no exec: Ctrl-C reaches both, and hotload decides what it means.
    process = subprocess.Popen(command)
    while True:
        try:
            sys.exit(process.wait())
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
