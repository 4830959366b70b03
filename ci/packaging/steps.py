"""The steps of ci/package: each is made, checked, or named with what it lacks."""

import subprocess
import time


class Lacking(Exception):
    """A step cannot be done on this machine; the others go on."""


class Elsewhere(Exception):
    """Only another machine can do a step."""


class Failed(Exception):
    """Something that was made does not do what it must."""


# How a step that was not done is reported.
ENDS = {
    Lacking: "left out",
    Elsewhere: "left to the workflow",
    Failed: "failed",
    OSError: "failed",
}


class Steps:
    """Runs steps and remembers how each of them ended."""

    def __init__(self, failures=(Failed, OSError)):
        """These are failures; what else was not done is only named."""
        self.failures = failures
        self.undone = []
        self.failed = False

    def run(self, name, step, *arguments):
        """What the step returns, or None if it could not be done."""
        started = time.monotonic()
        print(f"\n== {name}", flush=True)
        try:
            result = step(*arguments)
        except tuple(ENDS) as why:
            end = next(words for kind, words in ENDS.items() if isinstance(why, kind))
            print(f"{end.upper()}: {why}")
            self.undone.append(f"{end}: {name}: {first_line(why)}")
            self.failed |= isinstance(why, self.failures)
            return None
        print(f"   {time.monotonic() - started:.1f} s", flush=True)
        return result

    def summary(self):
        """Prints what was left out and what failed; returns the exit status."""
        print()
        print("\n".join(self.undone) or "nothing was left out")
        return 1 if self.failed else 0


def first_line(text):
    return str(text).strip().split("\n", 1)[0]


def last_line(text):
    return str(text).strip().splitlines()[-1].strip()


def run(command, **options):
    """Runs a program and returns what it prints; if it fails, also what it says."""
    command = [str(word) for word in command]
    try:
        end = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             stdin=subprocess.DEVNULL, encoding="utf-8", errors="replace", **options)
    except FileNotFoundError:
        raise Lacking(f"there is no program `{command[0]}`") from None
    if end.returncode != 0:
        raise Failed(f"`{' '.join(command)}` has failed (exit status {end.returncode}):\n"
                     + end.stdout + end.stderr)
    return end.stdout


def show(command, **options):
    """Runs a program whose output is shown as it comes."""
    command = [str(word) for word in command]
    print("   " + " ".join(command), flush=True)
    try:
        status = subprocess.run(command, stdin=subprocess.DEVNULL, **options).returncode
    except FileNotFoundError:
        raise Lacking(f"there is no program `{command[0]}`") from None
    if status != 0:
        raise Failed(f"`{' '.join(command)}` has failed (exit status {status})")


def expect(condition, complaint):
    if not condition:
        raise Failed(complaint)
