"""The hash-locked file of the web host, and its bill of materials: the same packages, and only those needed."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.lock.bill import PACKAGE
from tests.lock.files import BILL, LOCKED, Locked, read_locked
from tests.test_command.declared import declared

TEXT = LOCKED.read_text("utf-8")
PACKAGES = read_locked(TEXT)
SUPPORTED_PYTHONS = ("3.11", "3.12", "3.13")
SUPPORTED_PLATFORMS = ("linux", "darwin")


def bill() -> dict[str, Any]:
    return dict(json.loads(BILL.read_text("utf-8")))


def graph() -> dict[str, list[str]]:
    return {each["ref"]: each.get("dependsOn", []) for each in bill()["dependencies"]}


def reached(start: str) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        new = set(graph()[waiting.pop()]) - found
        found |= new
        waiting += new
    return found - {start}


def is_installed(package: Locked, python: str, platform: str) -> bool:
    marker = package.requirement.marker
    where = {"python_version": python, "sys_platform": platform, "platform_python_implementation": "CPython"}
    return marker is None or marker.evaluate(where)


def test_install_requires__names__are_these_six() -> None:
    assert {canonicalize_name(Requirement(line).name) for line in declared()[""]} == {
        "cryptography",
        "django",
        "django-formtools",
        "django-modeltranslation",
        "psycopg",
        "ruamel-yaml",
    }


def test_locked__whole_list__stays_short() -> None:
    assert len(PACKAGES) <= 12


@pytest.mark.parametrize("line", declared()[""])
def test_locked__every_requirement_of_setup_cfg__is_met(line: str) -> None:
    requirement = Requirement(line)
    (locked,) = (package for package in PACKAGES if package.name == canonicalize_name(requirement.name))
    assert locked.requirement.marker is None
    assert requirement.specifier.contains(locked.version)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_locked__every_package__has_one_version_and_hashes(package: Locked) -> None:
    assert package.version
    assert len(set(package.hashes)) == len(package.hashes) > 1  # a wheel and the source archive at the least


def test_locked__every_line__is_a_package_a_hash_or_a_comment() -> None:
    known = re.compile(r"[a-z0-9-]+==[\w.]+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?| *#.*")
    assert [line for line in TEXT.splitlines() if not known.fullmatch(line)] == []


@pytest.mark.parametrize("python", SUPPORTED_PYTHONS)
@pytest.mark.parametrize("platform", SUPPORTED_PLATFORMS)
def test_locked__supported_host__installs_all_but_windows_time_zones(python: str, platform: str) -> None:
    left_out = {package.name for package in PACKAGES if not is_installed(package, python, platform)}
    assert left_out == {"tzdata"}


def test_bill__packages_versions_and_hashes__are_those_locked() -> None:
    described = {
        canonicalize_name(each["name"]): (each["version"], [one["content"] for one in each["hashes"]])
        for each in bill()["components"]
    }
    assert described == {package.name: (package.version, list(package.hashes)) for package in PACKAGES}


def test_bill__package_urls__name_the_same_packages() -> None:
    for each in bill()["components"]:
        assert each["purl"] == f"pkg:pypi/{each['name'].lower().replace('_', '-')}@{each['version']}"


def test_bill__graph_from_the_package__reaches_exactly_what_is_locked() -> None:
    assert reached(PACKAGE) == {each["bom-ref"] for each in bill()["components"]}


def test_bill__first_step_of_the_graph__are_the_requirements_of_setup_cfg() -> None:
    direct = {canonicalize_name(reference.partition("==")[0]) for reference in graph()[PACKAGE]}
    assert direct == {canonicalize_name(Requirement(line).name) for line in declared()[""]}


def test_bill__every_component__says_its_licence() -> None:
    assert [each["name"] for each in bill()["components"] if not each.get("licenses")] == []


def test_bill__schema_of_cyclonedx__is_kept() -> None:
    document = BILL.read_text("utf-8")
    version = SchemaVersion.from_version(bill()["specVersion"])
    assert JsonStrictValidator(version).validate_str(document) is None


def test_both_files__addresses__are_none_but_the_schema() -> None:
    found = re.findall(r"\w+://[^\s\"]+", TEXT + BILL.read_text("utf-8"))
    assert found == [bill()["$schema"]]


def test_bill__date_and_serial_number__are_left_out() -> None:
    assert "serialNumber" not in bill()
    assert "timestamp" not in bill()["metadata"]
