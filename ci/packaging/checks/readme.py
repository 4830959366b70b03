"""The commands with which the README installs hotload: these checks run them."""

import re

from ..source import REPOSITORY
from ..steps import expect

# How each of them starts, in the README's order.
WAYS = ["pipx install", "tar", "sudo apt install", "cargo install"]


def read_commands():
    """The command for the wheel, the archive, the deb and the source."""
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    section = re.search(r"^## Install\n.*?^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = section.group(1).splitlines() if section else []
    commands = [line.partition("#")[0].strip() for line in lines]
    known = len(commands) == len(WAYS) and all(map(str.startswith, commands, WAYS))
    expect(known, f"README.md installs with {commands}, and not with {WAYS}")
    print("\n".join(f"   {command}" for command in commands))
    return commands
