"""The deb in a minimal Debian: lintian, installed, run, and removed without a trace."""

import os
import shutil

from ..source import WORK
from ..steps import Failed, Lacking, expect, run

RELEASE = "bookworm"

# What dpkg and apt themselves keep.
RECORDS = ("/var/lib/dpkg/", "/var/lib/apt/", "/var/log/", "/var/cache/", "/proc/", "/root/", "/tmp/")


def check_deb(deb, command):
    errors = lintian(deb)
    root = minimal_root()
    before = listing(root)
    shutil.copy(deb, root / "tmp" / deb.name)
    try:
        # There is neither sudo nor need for it.
        inside(root, "sh", "-c", f"cd /tmp && {command.removeprefix('sudo ')}")
        said = inside(root, "hotload", "--version")
        expect(said.startswith("hotload "), f"`hotload --version` prints {said}")
        (root / "tmp/lib.py").write_text("print(6 * 7)\n")
        printed = inside(root, "hotload", "--once", "/tmp/lib.py")
        expect("42\n" in printed, f"hotload prints:\n{printed}")
        expect((root / "usr/share/man/man1/hotload.1.gz").is_file()
               or "path-exclude" in dpkg_settings(root), "the manual page was not installed")
    finally:
        inside(root, "apt", "purge", "-y", "hotload")
        (root / "tmp" / deb.name).unlink()
    left = sorted(listing(root) - before)
    expect(not left, "after its removal there are still:\n" + "\n".join(left))
    if errors is not None:
        raise Lacking(errors)


def lintian(deb):
    """Fails on errors; returns why it could not be asked, if so."""
    if not shutil.which("lintian"):
        return "without lintian (Debian package lintian); all else was tried"
    said = run(["lintian", "--allow-root", "--fail-on", "error", deb])
    print("\n".join("   " + line for line in said.splitlines()))
    return None


def minimal_root():
    """A Debian with Python 3 and nothing else that is not essential; made once."""
    root = WORK / "debian"
    if (root / "made").is_file():
        return root
    if not shutil.which("debootstrap"):
        raise Lacking("needs debootstrap (Debian package debootstrap)")
    if os.geteuid() != 0:
        raise Lacking("debootstrap and chroot need root")
    shutil.rmtree(root, ignore_errors=True)
    try:
        run(["debootstrap", "--variant=minbase", "--include=python3", RELEASE, root])
    except Failed as error:
        raise Lacking(f"needs Debian's packages: {str(error).splitlines()[-1]}") from None
    (root / "made").touch()
    return root


def inside(root, *command):
    script = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"'
    return run(["unshare", "-m", "--propagation", "private", "sh", "-c", script, root,
                "/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root",
                "DEBIAN_FRONTEND=noninteractive", *command])


def listing(root):
    found = set()
    for folder, folders, files in os.walk(root):
        for name in folders + files:
            path = os.path.join(folder, name)[len(str(root)):]
            if not path.startswith(RECORDS):
                found.add(path)
    return found


def dpkg_settings(root):
    return "".join(path.read_text() for path in (root / "etc/dpkg/dpkg.cfg.d").glob("*"))
