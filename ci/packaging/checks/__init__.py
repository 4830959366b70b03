"""Installs what is in dist/ as users do, and runs it."""

import platform

from ..source import DIST, WORK, empty
from ..steps import Lacking
from .archive import check_archive
from .deb import check_deb
from .checksums import check_checksums
from .readme import read_commands
from .source import check_crates, check_sdist, check_source
from .start import check_start
from .tool_environments import check_pipx, check_uvx
from .wheel import check_components, check_man, check_wheel

PYTHONS = ["3.7", "3.8", "3.13"]


def check(steps, version):
    """In the order in which the README has them: wheel, archive, deb, source."""
    folder = empty(WORK / "check")
    machine = platform.machine()
    if not steps.run("checksums", check_checksums):
        return
    commands = steps.run("the commands in the README", read_commands)
    if not commands:
        return
    pipx, tar, apt, cargo = commands
    wheel = steps.run("the wheel", one, f"hotload-{version}-*manylinux*_{machine}.whl")
    if wheel:
        steps.run("what it was built from", check_components, wheel)
        for python in PYTHONS:
            steps.run(f"wheel with Python {python}", check_wheel, wheel, python, folder)
        steps.run("man hotload", check_man, wheel, folder)
        steps.run("uvx hotload", check_uvx, wheel, folder)
        steps.run("pipx run hotload", check_pipx, wheel, folder, pipx)
    archive = steps.run("the archive", one, f"hotload-{version}-{machine}-*-gnu.tar.gz")
    if archive:
        steps.run("archive, offline, with only a Python 2.7", check_archive, archive, folder, tar)
        steps.run("start", check_start, archive, folder)
    deb = steps.run("the deb", one, f"hotload_{version}-1_*.deb")
    if deb:
        steps.run("deb in a minimal Debian", check_deb, deb, apt)
    steps.run("cargo install", check_source, version, folder, cargo)
    steps.run("sdist", check_sdist, version, folder)
    steps.run("crates", check_crates)


def one(pattern):
    found = sorted(DIST.glob(pattern))
    if not found:
        raise Lacking(f"dist/ has no {pattern}: run ci/package first")
    print(found[0].name)
    return found[0]
