"""What is built from source: `cargo install`, the sdist, and the crates for crates.io.

All in debug builds, which take a tenth of the time and have the same steps.
"""

import os
import re
import tarfile

from ..source import DIST, MANUAL, ONE_FILE, REPOSITORY, WORK
from ..steps import Failed, Lacking, expect, last_line, run
from ..tools import environment, on_path

NEEDED = ["Cargo.lock", "LICENSE-MIT", "LICENSE-APACHE", "README.md", "PKG-INFO",
          "crates/hotload-cli/src/main.rs", "crates/hotload-cli/build.rs",
          "crates/hotload-cli/commit.txt", "crates/hotload-python/src/driver/shim.py",
          "crates/hotload-core/src/lib.rs", ONE_FILE, MANUAL]

# What cargo says where crates.io does not answer.
NO_REGISTRY = re.compile("failed to download|could not (resolve|connect)|timed out|unable to update registry",
                         re.IGNORECASE)


def check_source(version, folder, command):
    cargo([*command.split(), "--debug", "--locked", "--root", folder / "source"])
    check_version(folder / "source/bin/hotload", version)


def check_sdist(version, folder):
    sdist = DIST / f"hotload-{version}.tar.gz"
    if not sdist.is_file():
        raise Lacking("dist/ has no sdist: run ci/package first")
    with tarfile.open(sdist) as packed:
        names = {name.partition("/")[2] for name in packed.getnames()}
    for name in NEEDED:
        expect(name in names, f"{name} is not in the sdist")
    odd = [name for name in names if name.startswith(("target", "dist", ".git"))]
    expect(not odd, f"the sdist holds {odd}")
    tools = environment("requirements.txt", "tools")
    cargo([tools / "python", "-m", "pip", "install", "--no-index", "--no-build-isolation", "--target",
           folder / "sdist", sdist],
          on_path(tools, {**os.environ, "MATURIN_PEP517_ARGS": "--profile dev --locked"}))
    check_version(folder / "sdist/bin/hotload", version)


def check_crates():
    """Each crate builds from what would be on crates.io."""
    cargo(["cargo", "publish", "--workspace", "--dry-run", "--locked", "--allow-dirty"])


def cargo(command, variables=os.environ):
    """Runs what builds from source. What these checks have in common is compiled once."""
    env = {**variables, "CARGO_TARGET_DIR": str(WORK / "check-source"),
           "CARGO_PROFILE_DEV_DEBUG": "none", "CARGO_INCREMENTAL": "0"}
    try:
        run(command, cwd=REPOSITORY, env=env)
    except Failed as error:
        if NO_REGISTRY.search(str(error)):
            raise Lacking(f"needs crates.io: {last_line(error)}") from None
        raise


def check_version(program, version):
    said = run([program, "--version"])
    expect(said == f"hotload {version}\n", f"`{program} --version` prints {said}")
