"""The checksums are those of the files."""

from ..manifests import SUMS, checksum, packages
from ..source import DIST
from ..steps import Failed, expect


def check_checksums():
    """Returns how many there are."""
    if not (DIST / SUMS).is_file():
        raise Failed(f"dist/ has no {SUMS}: run ci/package first")
    listed = {}
    for line in (DIST / SUMS).read_text().splitlines():
        digest, name = line.split("  ")
        listed[name] = digest
    there = {path.name: checksum(path) for path in packages()}
    expect(listed == there, f"{SUMS} does not fit {sorted(set(listed.items()) ^ set(there.items()))}")
    print(f"{len(there)} files")
    return len(there)
