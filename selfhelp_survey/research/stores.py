"""Research stores as the command line names them: a DSN is PostgreSQL, anything else a directory."""

from pathlib import Path

from selfhelp_survey.errors import StoreError
from selfhelp_survey.research_store.directory import DirectoryStore, is_store
from selfhelp_survey.research_store.interface import ResearchStore


def open_store(name: str, *, is_new: bool = False) -> ResearchStore:
    """The store of this name. Raises StoreError where a directory that should be there is not."""
    if is_dsn(name):
        from selfhelp_survey.research_store.postgres import PostgresStore  # a directory needs no database driver

        return PostgresStore(name)
    if not is_new and not is_store(Path(name)):
        raise StoreError(f"There is no research store at {name}: `selfhelp-research init-store` makes one.")
    return DirectoryStore(Path(name))


def is_dsn(name: str) -> bool:
    """True for the two spellings PostgreSQL knows: an address, or words like host=... dbname=..."""
    return name.startswith(("postgresql://", "postgres://")) or "=" in name
