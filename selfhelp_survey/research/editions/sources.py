"""The releases that an edition is made from: verified, of one series, known to the ledger, none missing, none twice."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from selfhelp_survey.errors import ReleaseRefused
from selfhelp_survey.privacy.tables import TotalCell
from selfhelp_survey.research.editions.recoding import lot_of, value_in
from selfhelp_survey.research.formats import responses_csv, totals_csv
from selfhelp_survey.research.ledger import Ledger, ReleaseState
from selfhelp_survey.research.records import Row
from selfhelp_survey.research.series import Series
from selfhelp_survey.research.verify import VerifiedRelease, verify_release
from selfhelp_survey.sealing.keys import PublicKey


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Verified releases of one series, in the order of their numbers: one of them, or all from the first on."""

    releases: tuple[VerifiedRelease, ...]

    def __post_init__(self) -> None:
        for release in self.releases:
            if release.is_edition:
                raise ReleaseRefused(f"{release.name}: an edition is made from releases, so name those instead.")
        if len({release.series.to_bytes() for release in self.releases}) != 1:
            raise ReleaseRefused("An edition is made from releases of one series, and these are of several, or none.")
        if len(set(self.numbers)) < len(self.numbers):
            raise ReleaseRefused("A release is named twice, and would count everybody in it twice: name it once.")
        if self.numbers != tuple(sorted(self.numbers)):
            raise ReleaseRefused("The releases do not stand in the order of their numbers.")
        if len(self.numbers) > 1 and (missing := sorted(set(range(1, self.last.number)) - set(self.numbers))):
            listed = ", ".join(map(str, missing))
            raise ReleaseRefused(f"Release {listed} of {self.series.plan.series} is missing: name one release, or all.")

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the releases."""
        return tuple(release.number for release in self.releases)

    @property
    def series(self) -> Series:
        """The series, as it was frozen."""
        return self.releases[0].series

    @property
    def last(self) -> VerifiedRelease:
        """The newest of them."""
        return self.releases[-1]

    @property
    def hashes(self) -> frozenset[str]:
        """The versions of the questionnaire that any of them knows."""
        return frozenset(held for release in self.releases for held in release.manifest["questionnaire"]["hashes"])

    @property
    def lot(self) -> bytes:
        """What the order of an edition's rows is drawn from."""
        return lot_of(release.digest for release in self.releases)

    @property
    def size(self) -> int:
        """How many lines their tables have together."""
        return sum(release.manifest["rows"] for release in self.releases)


def read_sources(directories: Iterable[Path], trusted: Sequence[PublicKey]) -> Sources:
    """The releases in these directories. Raises VerificationError, ReleaseRefused."""
    releases = [verify_release(directory, trusted) for directory in directories]
    return Sources(releases=tuple(sorted(releases, key=lambda release: release.number)))


def refuse_unknown(sources: Sources, ledger: Ledger) -> None:
    """Raises ReleaseRefused where the ledger did not make one of the releases."""
    log = ledger.releases(sources.series.plan.series)
    made = {entry.manifest_digest for entry in log if entry.state is ReleaseState.DONE}
    for release in sources.releases:
        if release.digest not in made:
            raise ReleaseRefused(f"This ledger did not make {release.name}: use the key and ledger that made it.")


def noted_directories(series: str, ledger: Ledger) -> Iterator[Path]:
    """Where the ledger noted each release of a series. Raises ReleaseRefused where there is none, or one was moved."""
    log = ledger.releases(series)
    if not log:
        raise ReleaseRefused(f"This ledger knows no release of a series {series}.")
    moved = [entry for entry in log if not Path(entry.directory).is_dir()]
    if moved:
        listed = ", ".join(f"release {entry.number} from {entry.directory}" for entry in moved)
        raise ReleaseRefused(f"Moved or deleted: {listed}. Name every release with --from DIR, where it is now.")
    yield from (Path(entry.directory) for entry in log)


def rows_of(release: VerifiedRelease) -> Iterator[Row]:
    """The rows of a release of records, as values."""
    columns = release.series.columns
    for cells in responses_csv.read_rows(release.directory / responses_csv.NAME):
        yield tuple(value_in(name, cell) for name, cell in zip(columns, cells, strict=True))


def cells_of(release: VerifiedRelease) -> tuple[TotalCell, ...]:
    """The counts of a release of totals."""
    return tuple(totals_csv.read_cells(release.directory / totals_csv.NAME))
