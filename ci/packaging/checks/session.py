"""A session of hotload with the sample: it starts, a save is reloaded, Ctrl-C ends it."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from ..source import REPOSITORY
from ..steps import Failed

SAMPLE = REPOSITORY / "fixtures" / "projects" / "tutorial" / "lib.py"

DEADLINE = 60  # seconds


def reload_the_sample(command, folder, environment):
    """Runs `command lib.py`, saves a change, and waits for its result.

    Standard input lists the file, for `hotload.py`. The program itself does not read it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lib = folder / "lib.py"
    shutil.copy(SAMPLE, lib)
    output, watched = folder / "output", folder / "watched"
    watched.write_text("lib.py\n")
    with open(output, "wb") as file, open(watched) as list_of_files:
        process = subprocess.Popen([*map(str, command), "lib.py"], cwd=folder, env=environment,
                                   stdin=list_of_files, stdout=file, stderr=file,
                                   preexec_fn=take_interrupts)
    try:
        # The kept state is seen in the sum that is computed only once.
        wait_for("25\nadding up, once\n499999500000\n", output, process)
        new = folder / "lib.new"
        new.write_text(SAMPLE.read_text().replace("x = 3\n", "x = 6\n"))
        os.replace(new, lib)
        wait_for("52\n499999500000\n", output, process)
        process.send_signal(signal.SIGINT)
        process.wait(DEADLINE)
    except (Failed, subprocess.TimeoutExpired) as error:
        raise Failed(f"{Path(command[-1]).name} with the sample: {error}\n"
                     + output.read_text(errors="replace")) from None
    finally:
        process.kill()
        process.wait()
    return output.read_text(errors="replace")


def take_interrupts():
    """A background job of a shell ignores SIGINT, and would hand that down."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def wait_for(text, output, process):
    deadline = time.monotonic() + DEADLINE
    while text not in output.read_text(errors="replace"):
        if process.poll() is not None:
            raise Failed(f"it ended with status {process.returncode}")
        if time.monotonic() > deadline:
            raise Failed(f"`{text.strip()}` was not printed within {DEADLINE} s")
        time.sleep(0.01)


def clean(path, **variables):
    """An environment that has only this PATH and what every user has."""
    kept = {name: os.environ[name] for name in ("HOME", "TMPDIR", "LANG") if name in os.environ}
    return {**kept, "PATH": os.pathsep.join(map(str, path)), **variables}
