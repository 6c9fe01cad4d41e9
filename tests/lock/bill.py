"""The bill of materials: what cyclonedx-bom found in an environment, with hashes, and nothing of this machine."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from packaging.utils import canonicalize_name

from tests.lock.files import Locked

PACKAGE = "selfhelp-survey"
HEAD = ("$schema", "bomFormat", "specVersion", "version")
KEPT = ("type", "bom-ref", "name", "version", "licenses", "purl")
ROOT_COMPONENT = {
    "type": "library",
    "bom-ref": PACKAGE,
    "name": PACKAGE,
    "description": "What a web host installs to run it",
    "licenses": [{"license": {"id": "BSD-3-Clause"}}],
}
REPRODUCIBLE = [{"name": "cdx:reproducible", "value": "true"}]
"""CycloneDX's own word for a document that has no date and no serial number on purpose."""


def bill_of_materials(found: Mapping[str, Any], locked: Sequence[Locked], direct: Sequence[str]) -> str:
    """A CycloneDX document in JSON, the same for the same packages on every machine and day.

    Every component has the SHA-256 of every file of its release. The graph of dependencies starts at this package,
    whose own are named in `direct`. Addresses are left out: whoever reads it has a registry of their own.

    Raises: ValueError unless exactly what is locked was found.
    """
    components: dict[str, Any] = {canonicalize_name(each["name"]): each for each in found["components"]}
    if differing := set(components) ^ {package.name for package in locked}:
        raise ValueError(f"locked and found differ: {', '.join(sorted(differing))}")
    ours = {"ref": PACKAGE, "dependsOn": [components[name]["bom-ref"] for name in sorted(direct)]}
    document = {
        **{name: found[name] for name in HEAD},
        "metadata": {"component": ROOT_COMPONENT, "properties": REPRODUCIBLE},
        "components": [_component(components[package.name], package) for package in locked],
        "dependencies": [ours, *found["dependencies"]],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _component(found: Mapping[str, Any], package: Locked) -> dict[str, Any]:
    hashes = [{"alg": "SHA-256", "content": content} for content in package.hashes]
    return {**{name: found[name] for name in KEPT if name in found}, "hashes": hashes}
