"""What can be wrong with a sealed value, by meaning. Each docstring is a sentence for the person who reads it."""

from selfhelp_survey.errors import SealingError


class TooLarge(SealingError):  # noqa: N818 - the name says what is wrong
    """There is more to seal than 64 KiB: shorten the free text."""


class Damaged(SealingError):  # noqa: N818
    """The sealed value is damaged or was changed: fetch it again from where it was made."""


class NotForThisKey(SealingError):  # noqa: N818
    """This was not sealed to this research key: use the key whose fingerprint the bundle names."""


class UnknownSuite(SealingError):  # noqa: N818
    """This was sealed with a suite this version does not know: update selfhelp_survey on this machine."""


class HybridNotOffered(UnknownSuite):
    """Hybrid keys need cryptography >= 48, from its wheel: update it on this machine (pip install -U cryptography)."""


class NotTrusted(SealingError):  # noqa: N818
    """This is not signed by a trusted research key, or it was changed after it was signed: fetch the original again."""


class WrongPassphrase(SealingError):  # noqa: N818
    """The passphrase is wrong, or the key file was changed: try again, then use the other copy of the file."""
