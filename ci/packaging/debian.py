"""The package for Debian and Ubuntu."""

import hashlib
import os
import re
from email.utils import format_datetime

from .archives import compress
from .source import DIST, MANUAL, ONE_FILE, REPOSITORY, WORK, empty
from .steps import run

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}

TEMPLATES = REPOSITORY / "packaging" / "debian"


def is_debian(target):
    """Whether Debian has packages for this target."""
    return target.endswith("-linux-gnu") and target.split("-")[0] in ARCHITECTURES


def write_deb(build, sbom):
    architecture = ARCHITECTURES[build.target.split("-")[0]]
    root = empty(WORK / "deb")
    held = files(build, sbom)
    for path, (data, mode) in held.items():
        write(root / path, data, mode)
    control = write_control(build, architecture, held)
    for name, text in control.items():
        write(root / "DEBIAN" / name, text.encode(), 0o644)
    set_times(root, build.source.epoch)
    package = DIST / f"hotload_{build.source.version}-1_{architecture}.deb"
    run(["dpkg-deb", "--root-owner-group", "-Zxz", "--build", root, package],
        env=dict(os.environ, SOURCE_DATE_EPOCH=str(build.source.epoch)))


def files(build, sbom):
    """Where Debian looks for each of them."""
    source, completions = build.source.folder, build.completions
    held = {"usr/bin/hotload": (build.program.read_bytes(), 0o755)}

    def add(path, data):
        held[path] = (data.encode() if isinstance(data, str) else data, 0o644)

    manual = (source / MANUAL).read_bytes()
    add("usr/share/man/man1/hotload.1.gz", compress(manual))
    add("usr/share/bash-completion/completions/hotload", completions["hotload.bash"])
    add("usr/share/zsh/vendor-completions/_hotload", completions["_hotload"])
    add("usr/share/fish/vendor_completions.d/hotload.fish", completions["hotload.fish"])
    add("usr/share/hotload/hotload.py", (source / ONE_FILE).read_bytes())
    documents = "usr/share/doc/hotload"
    licence = (source / "LICENSE-MIT").read_text().split("\n\n", 2)[2]
    add(f"{documents}/copyright",
        (TEMPLATES / "copyright").read_text().replace("@MIT@", paragraphs(licence)))
    add(f"{documents}/changelog.Debian.gz", compress(debian_changelog(build.source).encode()))
    add(f"{documents}/changelog.gz", compress((source / "CHANGELOG.md").read_bytes()))
    add(f"{documents}/hotload.cdx.json", sbom)
    add(f"{documents}/README.md", (source / "README.md").read_bytes())
    for folder, to in [("docs", f"{documents}/docs"), ("editors", "usr/share/hotload/editors")]:
        for path in sorted((source / folder).rglob("*")):
            if path.is_file():
                add(f"{to}/{path.relative_to(source / folder).as_posix()}", path.read_bytes())
    return held


def paragraphs(text):
    """As a field of several lines."""
    return "\n".join(f" {line}" if line else " ." for line in text.strip().split("\n"))


def debian_changelog(source):
    time = format_datetime(source.time)
    maintainer = re.search("^Maintainer: (.*)$", (TEMPLATES / "control").read_text(), re.MULTILINE)
    return (f"hotload ({source.version}-1) unstable; urgency=medium\n\n"
            f"  * Version {source.version}: see changelog.gz.\n\n"
            f" -- {maintainer.group(1)}  {time}\n")


def write_control(build, architecture, held):
    glibc = build.glibc() or (2, 17)
    values = {
        "VERSION": build.source.version,
        "ARCHITECTURE": architecture,
        "GLIBC": f"{glibc[0]}.{glibc[1]}",
        "KIBIBYTES": str(sum(len(data) for data, _ in held.values()) // 1024),
    }
    control = (TEMPLATES / "control").read_text()
    for name, value in values.items():
        control = control.replace(f"@{name}@", value)
    sums = [f"{hashlib.md5(data).hexdigest()}  {path}\n" for path, (data, _) in sorted(held.items())]
    return {"control": control, "md5sums": "".join(sums)}


def write(path, data, mode):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.chmod(path, mode)


def set_times(root, epoch):
    for path in [root, *root.rglob("*")]:
        if path.is_dir():
            os.chmod(path, 0o755)
        os.utime(path, (epoch, epoch))
