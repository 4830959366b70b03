"""The README installs as these checks do, in this order."""

from ..source import REPOSITORY
from ..steps import expect

# What is done here with files of dist/ instead of a download.
INSTALL = [
    "pipx install hotload",
    "tar xf hotload-@VERSION@-x86_64-unknown-linux-gnu.tar.gz",
    "sudo apt install ./hotload_@VERSION@-1_amd64.deb",
    "cargo install --path crates/hotload-cli",
]


def check_readme(version):
    text = (REPOSITORY / "README.md").read_text()
    found = []
    for command in INSTALL:
        command = command.replace("@VERSION@", version)
        expect(command in text, f"README.md does not have `{command}`")
        found.append(text.index(command))
    expect(found == sorted(found), "README.md has the ways to install in another order")
