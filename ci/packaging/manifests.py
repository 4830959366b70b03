"""What is made of finished packages: checksums, manifests for package managers, the release's text."""

import hashlib
import os
import re

from .source import DIST, REPOSITORY
from .steps import Elsewhere, Failed

TEMPLATES = REPOSITORY / "packaging" / "manifests"

SUMS = "SHA256SUMS"


def packages():
    """The files that users download."""
    return sorted(path for path in DIST.iterdir() if path.is_file() and path.name != SUMS)


def write_checksums():
    if not packages():
        raise Failed("dist/ has no packages")
    lines = [f"{checksum(path)}  {path.name}\n" for path in packages()]
    (DIST / SUMS).write_text("".join(lines))


def checksum(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_manifests(version, manager):
    """Fills the templates of a package manager."""
    filled = {}
    for template in sorted((TEMPLATES / manager).iterdir()):
        filled[template.name] = fill(template.read_text(encoding="utf-8"), version)
    folder = DIST / "manifests" / manager
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in filled.items():
        (folder / name).write_text(text)


def fill(template, version):
    # The address is that of the repository that makes the release.
    repository = os.environ.get("GITHUB_REPOSITORY", "OWNER/hotload")
    home = f"https://github.com/{repository}"
    text = template.replace("@DOWNLOADS@", f"{home}/releases/download/v{version}")
    text = text.replace("@HOME@", home).replace("@VERSION@", version)
    wanted = re.findall("@SHA256:(.*?)@", text)
    missing = [name for name in wanted if not (DIST / name).is_file()]
    if missing:
        raise Elsewhere(f"needs {', '.join(missing)}")
    return re.sub("@SHA256:(.*?)@", lambda name: checksum(DIST / name.group(1)), text)


def release_notes(version):
    """This version's section of the CHANGELOG."""
    text = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    for section in sections:
        heading, _, body = section.partition("\n")
        if heading.split()[0] == version:
            return body.strip() + "\n"
    raise Failed(f"CHANGELOG.md has no section for {version}")
