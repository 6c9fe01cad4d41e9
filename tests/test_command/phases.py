"""What `python3 tests` runs, in order. Standard library only: the command line reads this before `.venv` exists."""

from __future__ import annotations

from dataclasses import dataclass

LINTERS = ("lint", "format", "types", "imports", "migrations")
WITHOUT_POSTGRESQL = ("-m", "not postgresql")
IN_STRETCHES = ("--dist", "worksteal", "-p", "tests.test_command.neighbours")
# What meets the libraries of setup.cfg: the rest is pure, or says the same of any version.
WITH_LIBRARIES = ("tests/unit/authoring", "tests/unit/privacy", "tests/unit/research", "tests/unit/sealing",
                  "tests/unit/test_tests_command.py", "tests/properties")  # fmt: skip
PAGES_AND_TABLES = tuple(
    f"tests/django/{folder}" for folder in ("checks", "content", "migrations", "publishing", "respondent")
)


@dataclass(frozen=True, kw_only=True)
class Phase:
    """One thing to run: a tool (`module` and `arguments`), or pytest when there are `folders`.

    `needs_debian_postgresql`: beside the wheel's PostgreSQL, which every phase has, Debian's own, which can do TLS.
    `needs_statistics`: R and PSPP, from Debian. `needs_deployment`: nginx, tor and systemd's own checker, from Debian.
    `at_lowest` runs it in `.venv-lowest`, where every library is as old as setup.cfg allows.
    """

    name: str
    purpose: str
    module: str = "pytest"
    arguments: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    needs_postgresql: bool = False
    needs_debian_postgresql: bool = False
    needs_browsers: bool = False
    needs_statistics: bool = False
    needs_deployment: bool = False
    at_lowest: bool = False

    @property
    def has_tests(self) -> bool:
        """Whether pytest runs here and its totals count."""
        return bool(self.folders)


PHASES = (
    Phase(name="lint", purpose="ruff check", module="ruff", arguments=("check", ".")),
    Phase(name="format", purpose="ruff format, checked only", module="ruff", arguments=("format", "--check", ".")),
    Phase(name="types", purpose="mypy --strict", module="mypy"),
    Phase(
        name="imports",
        purpose="who may import whom",
        module="importlinter.cli",
        arguments=("lint-imports",),
    ),
    Phase(
        name="migrations",
        purpose="no model change without a migration",
        module="django",
        arguments=("makemigrations", "--check", "--dry-run"),
    ),
    Phase(
        name="unit",
        purpose="pure parts and properties, Django not importable",
        arguments=("-p", "no:django", "-p", "tests.test_command.without_django", "-n", "2"),
        folders=("tests/unit", "tests/unit/test_tests_command.py", "tests/properties"),
    ),
    Phase(
        name="archive",
        purpose="R and PSPP read what a release holds",
        arguments=("-p", "no:django", "-p", "tests.test_command.without_django"),
        folders=("tests/archives",),
        needs_statistics=True,
    ),
    Phase(
        name="sqlite",
        purpose="everything that needs Django, on SQLite",
        arguments=("-n", "2", *WITHOUT_POSTGRESQL),
        folders=("tests/django", "tests/store"),
    ),
    Phase(
        name="postgresql",
        purpose="the same and the research store, on PostgreSQL",
        arguments=("-n", "2", "-m", "not once"),
        folders=("tests/django", "tests/store"),
        needs_postgresql=True,
        needs_debian_postgresql=True,
    ),
    Phase(
        name="faults",
        purpose="real servers, stopped, killed and filled up",
        arguments=("-n", "3", "--dist", "loadfile"),  # they wait for servers half of the time
        folders=("tests/faults",),
    ),
    Phase(
        name="deployment",
        purpose="the deployment guides, as they are written",
        arguments=("-n", "3", "--dist", "loadfile"),
        folders=("tests/deployment",),
        needs_deployment=True,
    ),
    Phase(
        name="lowest",
        purpose="every library as old as setup.cfg allows, on SQLite",
        arguments=("-n", "2", "-m", "not postgresql and not hybrid and not once"),
        folders=(*WITH_LIBRARIES, *PAGES_AND_TABLES),
        at_lowest=True,
    ),
    Phase(
        name="lowest-pg",
        purpose="the same, on PostgreSQL: collecting, the research store",
        arguments=("-n", "2", "-m", "not hybrid"),
        folders=("tests/django/collection", "tests/store"),
        needs_postgresql=True,
        needs_debian_postgresql=True,
        at_lowest=True,
    ),
    Phase(
        name="browser",
        purpose="Chromium and Firefox, whole journeys",
        # Two cores have room for three: servers, browsers and tests wait for each other.
        arguments=("-p", "tests.rubric.plugin", "-n", "3", *IN_STRETCHES, *WITHOUT_POSTGRESQL),
        folders=("tests/journeys", "tests/attacks", "tests/browser", "tests/rubric"),
        needs_browsers=True,
    ),
)

# Longer errands with a module of their own: known as soon as the module exists.
ERRANDS = {"bench": "tests.benchmarks", "gallery": "tests.gallery", "lock": "tests.lock", "matrix": "tests.matrix"}
# What an errand needs beside what every test needs: extras of setup.cfg, browsers.
ERRAND_EXTRAS = {"tests.lock": frozenset({"lock"})}
ERRANDS_WITHOUT_BROWSERS = frozenset({"tests.lock", "tests.matrix"})
