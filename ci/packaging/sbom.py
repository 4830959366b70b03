"""What the program was built from, as CycloneDX: each crate with version, licence and checksum."""

import json
import re

from .steps import run


def sbom(build):
    source = build.source
    metadata = json.loads(run(
        ["cargo", "metadata", "--format-version", "1", "--locked", "--offline",
         "--filter-platform", build.target], cwd=source.folder))
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    root = next(key for key, package in packages.items() if package["name"] == "hotload-cli")
    linked = reached(root, nodes)
    checksums = checksums_of((source.folder / "Cargo.lock").read_text(encoding="utf-8"))
    ordered = sorted(linked, key=lambda key: (packages[key]["name"], packages[key]["version"]))
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": source.time.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {"type": "application", "bom-ref": "hotload", "name": "hotload",
                          "version": source.version,
                          "licenses": [{"expression": packages[root]["license"]}]},
            "properties": [{"name": "commit", "value": source.mark},
                           {"name": "target", "value": build.target}],
        },
        "components": [component(packages[key], checksums) for key in ordered if key != root],
        "dependencies": [
            {"ref": "hotload" if key == root else reference(packages[key]),
             "dependsOn": sorted(reference(packages[other]) for other in directly(nodes[key]))}
            for key in ordered
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def reached(root, nodes):
    """What is linked: neither build scripts nor tests."""
    found, waiting = set(), [root]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting.extend(directly(nodes[key]))
    return found


def directly(node):
    return {dependency["pkg"] for dependency in node["deps"]
            if any(kind["kind"] is None for kind in dependency["dep_kinds"])}


def component(package, checksums):
    described = {"type": "library", "bom-ref": reference(package), "name": package["name"],
                 "version": package["version"], "purl": reference(package)}
    if package["license"]:
        # An older spelling of "or".
        expression = re.sub(r"\s*/\s*", " OR ", package["license"])
        described["licenses"] = [{"expression": expression}]
    checksum = checksums.get((package["name"], package["version"]))
    if checksum:
        described["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    return described


def reference(package):
    return f"pkg:cargo/{package['name']}@{package['version']}"


def checksums_of(lock):
    found = {}
    for part in lock.split("[[package]]")[1:]:
        values = dict(re.findall(r'^(\w+) = "(.*)"$', part, re.MULTILINE))
        if "checksum" in values:
            found[values["name"], values["version"]] = values["checksum"]
    return found
