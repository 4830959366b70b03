"""The steps of ci/package: each is made, checked, or named with what it lacks."""

import subprocess
import time


class Lacking(Exception):
    """A step cannot be done on this machine; the others go on."""


class Failed(Exception):
    """Something that was made does not do what it must."""


class Steps:
    """Runs steps and remembers how each of them ended."""

    def __init__(self):
        self.lacking = []
        self.failed = []

    def run(self, name, step, *arguments):
        """What the step returns, or None if it could not be done."""
        started = time.monotonic()
        print(f"\n== {name}", flush=True)
        try:
            result = step(*arguments)
        except Lacking as why:
            self.lacking.append((name, str(why)))
            print(f"LEFT OUT: {why}")
            return None
        except (Failed, OSError) as why:
            self.failed.append((name, str(why)))
            print(f"FAILED: {why}")
            return None
        print(f"   {time.monotonic() - started:.1f} s", flush=True)
        return result

    def summary(self):
        """Prints what was left out and what failed; returns the exit status."""
        for name, why in self.lacking:
            print(f"left out: {name}: {first_line(why)}")
        for name, why in self.failed:
            print(f"failed: {name}: {first_line(why)}")
        return 1 if self.failed else 0


def first_line(text):
    return str(text).strip().split("\n", 1)[0]


def run(command, **options):
    """Runs a program and returns what it prints; if it fails, also what it says."""
    command = [str(word) for word in command]
    try:
        end = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             stdin=subprocess.DEVNULL, text=True, errors="replace", **options)
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
