"""What a series promises: its quasi-identifiers, k, l and sensitive items. Standard library only, so that the audit can
read the same promise without sharing any arithmetic with the code it checks.

**A missing value** is one of the codes -1 to -8, as a number or as text. It is an ordinary category of a
quasi-identifier (that somebody declined is something others may know), and never a value of a sensitive item.

**A variable that a version does not have** (-6) tells which version was answered, and so roughly when. Which columns of
a row read -6 is therefore a quasi-identifier of every series, though no plan names it.
"""

from dataclasses import dataclass

from selfhelp_survey.errors import UsageError

Label = str | int

MINIMUM_K = 3  # OECD glossary and Statistics Finland: agencies use 3 or 5
DEFAULT_K = 5  # the stricter of the two
DEFAULT_L = 3  # Machanavajjhala et al. 2007, section 4: l distinct values; 3 as the smallest that is not a coin toss
NOT_IN_VERSION = -6
MISSING_CODES = frozenset({"-1", "-2", "-3", "-4", "-5", "-6", "-7", "-8"})


def is_missing(label: Label) -> bool:
    """Whether a label is a missing code."""
    return str(label) in MISSING_CODES


@dataclass(frozen=True, kw_only=True)
class SensitiveItem:
    """One sensitive item: its variables (several for a multiple question) and how many values it can take.

    For a multiple question `values` counts the patterns it can take.
    """

    name: str
    variables: tuple[str, ...]
    values: int

    def __post_init__(self) -> None:
        if not self.variables or self.values < 2:
            raise UsageError(f"The sensitive item {self.name} needs a variable and at least two values it can take.")

    def needed(self, l: int) -> int:  # noqa: E741 - the literature's name
        """Distinct values every class must hold: l, or as many as the item can take where that is fewer."""
        return min(l, self.values)


@dataclass(frozen=True, kw_only=True)
class SeriesRule:
    """The promise of a series. `minimum`: the fewest rows a release may have."""

    quasi_identifiers: tuple[str, ...]
    items: tuple[SensitiveItem, ...] = ()
    k: int = DEFAULT_K
    l: int = DEFAULT_L  # noqa: E741
    minimum: int = 1

    def __post_init__(self) -> None:
        if self.k < MINIMUM_K or self.l < 1 or self.minimum < 1:
            raise UsageError(f"A series needs k >= {MINIMUM_K}, l >= 1 and a minimum of at least 1.")
        if len(set(self.quasi_identifiers)) != len(self.quasi_identifiers):
            raise UsageError("A quasi-identifier is named twice.")
