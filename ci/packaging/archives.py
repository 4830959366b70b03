"""Archives with the same bytes each time: sorted names, one time, no owner."""

import gzip
import io
import tarfile
import zipfile

from .source import DIST, MANUAL, ONE_FILE

DOCUMENTS = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE-MIT",
             "LICENSE-APACHE"]


def contents(build, sbom):
    """What an archive holds: path, bytes, mode."""
    source = build.source.folder
    held = {build.program.name: (build.program.read_bytes(), 0o755)}

    def add(path, data):
        held[path] = (data.encode() if isinstance(data, str) else data, 0o644)

    add("hotload.py", (source / ONE_FILE).read_bytes())
    add("man/hotload.1", (source / MANUAL).read_bytes())
    add("hotload.cdx.json", sbom)
    for name, text in build.completions.items():
        add(f"completions/{name}", text)
    for name in DOCUMENTS:
        add(name, (source / name).read_bytes())
    for folder in ["docs", "editors"]:
        for path in sorted((source / folder).rglob("*")):
            if path.is_file():
                add(path.relative_to(source).as_posix(), path.read_bytes())
    return held


def write_both(build, sbom):
    folder = f"hotload-{build.source.version}-{build.target}"
    held = contents(build, sbom)
    if "-windows-" not in build.target:
        write_tar(DIST / f"{folder}.tar.gz", folder, held, build.source.epoch)
    write_zip(DIST / f"{folder}.zip", folder, held, build.source.time)


def write_tar(path, folder, held, epoch):
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, (data, mode) in sorted(held.items()):
            entry = tarfile.TarInfo(f"{folder}/{name}")
            entry.size, entry.mode, entry.mtime = len(data), mode, epoch
            archive.addfile(entry, io.BytesIO(data))
    path.write_bytes(compress(plain.getvalue()))


def write_zip(path, folder, held, time):
    # Zip knows no time before 1980.
    stamp = max(time.timetuple()[:6], (1980, 1, 1, 0, 0, 0))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, (data, mode) in sorted(held.items()):
            entry = zipfile.ZipInfo(f"{folder}/{name}", stamp)
            entry.create_system = 3
            entry.external_attr = (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)


def compress(data):
    """gzip without a name and a time."""
    return gzip.compress(data, compresslevel=9, mtime=0)
