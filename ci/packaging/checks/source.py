"""The source: the sdist has what a build needs, and `cargo install` installs it."""

import tarfile

from ..source import DIST, REPOSITORY
from ..steps import Lacking, expect, run


def check_sdist(version, folder):
    sdist = DIST / f"hotload-{version}.tar.gz"
    if not sdist.is_file():
        raise Lacking("dist/ has no sdist: run ci/package first")
    with tarfile.open(sdist) as packed:
        names = {name.partition("/")[2] for name in packed.getnames()}
    for name in ["Cargo.lock", "LICENSE-MIT", "LICENSE-APACHE", "README.md", "PKG-INFO",
                 "crates/hotload-cli/src/main.rs", "crates/hotload-cli/build.rs",
                 "crates/hotload-cli/commit.txt", "crates/hotload-python/src/driver/shim.py",
                 "crates/hotload-core/src/lib.rs", "python/hotload/hotload.py",
                 "wheel-data/data/share/man/man1/hotload.1"]:
        expect(name in names, f"{name} is not in the sdist")
    odd = [name for name in names if name.startswith(("target", "dist", ".git"))]
    expect(not odd, f"the sdist holds {odd}")


def check_source(version, folder):
    """In a debug build, which takes a tenth of the time and has the same steps."""
    run(["cargo", "install", "--debug", "--path", "crates/hotload-cli", "--locked", "--root",
         folder / "source"], cwd=REPOSITORY)
    said = run([folder / "source/bin/hotload", "--version"])
    expect(said == f"hotload {version}\n", f"`hotload --version` prints {said}")
