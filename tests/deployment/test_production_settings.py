"""The settings that the guides ship pass the production checklist on the database that the guides describe."""

from __future__ import annotations

from tests.deployment.deployed_site import DeployedSite


def test_production_settings__whole_checklist__has_nothing_to_say(site: DeployedSite) -> None:
    done = site.manage(
        "check", "--deploy", "--database", "default", "--database", "maintenance", "--fail-level", "INFO"
    )
    assert done.returncode == 0, done.stdout + done.stderr
