"""The settings of the survey: one dictionary, `SELFHELP_SURVEY`, read when asked, each key with a typed default.

Nothing else in this package reads `django.conf.settings`. The names in capitals are the keys as a host writes them; the
names in small letters follow from them or from Django's own settings.
"""

import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.encoding import force_bytes

DICTIONARY = "SELFHELP_SURVEY"
DEFAULT_MODELS = {
    "SELFHELP_SURVEY_PROGRAMME_MODEL": "selfhelp_survey.Programme",
    "SELFHELP_SURVEY_SECTION_MODEL": "selfhelp_survey.Section",
    "SELFHELP_SURVEY_SUPPORT_RESOURCE_MODEL": "selfhelp_survey.SupportResource",
}
"""The swappable models: top-level settings, because Django looks for them there."""

T = TypeVar("T")


class Setting(Generic[T]):
    """One key: its default, and the types a host may write for it. A value of another type reads as it stands."""

    def __init__(self, default: T, *kinds: type) -> None:
        self.default = default
        self.kinds = kinds or (type(default),)
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: object, owner: type | None = None) -> T:
        return cast("T", written_settings().get(self.name, self.default))


class SurveySettings:
    """The settings as the host has them now. Below each key stands what docs/reference/settings.md says of it."""

    RECIPIENTS = Setting[tuple[str, ...]]((), tuple, list)
    """The research team's public keys, as `selfhelp-research keygen` prints them. Every response is sealed to all that
    are proven. With fewer than two of these, or with a line that is no key, the survey is closed. Empty while `DEBUG`
    is on: the keys of `survey_demo`, if it was run."""
    SINGLE_RECIPIENT_SIGNED_OFF = Setting("")
    """Who accepts, and since when, that there is one key only. Without it, fewer than two proven keys keep the survey
    closed."""
    PEPPER = Setting[str | bytes]("", str, bytes)
    """A secret of its own, 32 random bytes, that drafts are encrypted with besides the browser's secret. Left out, it
    follows from `SECRET_KEY`. When it changes, open drafts are lost. Keep it out of backups of the database."""
    MAINTENANCE_DATABASE = Setting("default")
    """The database alias whose role may move and delete responses: for shuffle, bundle, collected and purge."""
    LEAVE_URL = Setting("https://www.wikipedia.org/")
    """Where *Leave quickly* goes: a neutral site that many people visit."""
    SUITE = Setting("x25519")
    """How data keys are wrapped: `x25519`, or `hybrid` (ML-KEM-768 with X25519), which needs keys made with `keygen
    --hybrid`; with another proven key, or `cryptography` older than 48, the survey is closed."""
    DRAFT_CAP = Setting(20_000)
    """The most rows of drafts at one time, the empty ones of sent drafts included until the purge. Above it new
    respondents are asked to try later; drafts already begun go on."""
    STARTS_PER_MINUTE = Setting(120)
    """How many new drafts each process begins in a minute, whoever they come from; 0 for no limit. Above it people are
    asked to try again."""
    SENDS_PER_MINUTE = Setting(60)
    """The same for sent responses. What somebody answered stays in the draft."""
    MINIMUM_SECONDS = Setting(5)
    """Who sends sooner than this after beginning is asked to press the button once more; 0 asks nobody."""
    HONEYPOT = Setting(True)
    """Whether the first page holds a box that people do not see. Who ticks it is asked to press the button once
    more."""
    CACHE_SECONDS = Setting[float](10, int, float)
    """How long a process goes on using what it read of entries and help lines."""
    PROGRAMME_URL = Setting("")
    """The way back to the programme; an entry may have its own. Blank: none is shown."""
    ACCESSIBILITY_URL = Setting("")
    """The host's accessibility statement, linked at the foot of every page. Blank: no link is shown."""
    BASE_TEMPLATE = Setting("")
    """A template that fits the survey into your own base template. Blank: the survey's own light page."""
    SITE_CODE = Setting("")
    """The name of this site in bundles and receipts; blank reads as `survey`. Give each site its own, and leave it: a
    receipt for another name deletes nothing."""

    @property
    def pepper(self) -> bytes:
        """What keys derived on this host depend on besides their own secret: `PEPPER`, or else one from SECRET_KEY."""
        written = self.PEPPER
        if written:
            return written.encode() if isinstance(written, str) else written
        return hmac.digest(force_bytes(settings.SECRET_KEY), b"selfhelp_survey pepper", hashlib.sha256)

    @property
    def is_debug(self) -> bool:
        """Whether this is a developer's machine (Django's DEBUG)."""
        return bool(settings.DEBUG)

    @property
    def demo_file(self) -> Path:
        """Where a demonstration keeps its public keys: beside the site (BASE_DIR), else in the working directory."""
        return Path(getattr(settings, "BASE_DIR", "")) / "survey_demo_keys.txt"

    @property
    def languages(self) -> tuple[str, ...]:
        """The codes of the host's languages, in the host's order."""
        return tuple(code for code, _ in settings.LANGUAGES)

    @property
    def default_language(self) -> str:
        """The code of the language that the site speaks where nothing else decides."""
        return str(settings.LANGUAGE_CODE)

    @property
    def locale_folders(self) -> tuple[str, ...]:
        """The folders with the site's own catalogues, the one that decides first (Django's LOCALE_PATHS)."""
        return tuple(str(folder) for folder in settings.LOCALE_PATHS)

    @property
    def middleware(self) -> tuple[str, ...]:
        """The host's middleware, from the outermost in."""
        return tuple(settings.MIDDLEWARE)

    @property
    def proxy_header(self) -> str | None:
        """The name in `META` of the header by which a proxy says that a request came over https; None without one."""
        header = settings.SECURE_PROXY_SSL_HEADER
        return header[0] if header else None

    @property
    def redirects_to_https(self) -> bool:
        """Whether the site sends readers from http to https (Django's SECURE_SSL_REDIRECT)."""
        return bool(settings.SECURE_SSL_REDIRECT)

    @property
    def https_host(self) -> str:
        """The host name they are sent to; "" for the one they came to."""
        return str(settings.SECURE_SSL_HOST or "")

    @property
    def https_marks(self) -> dict[str, str]:
        """What has to stand in the `META` of a request that this site makes to itself, for it to count as https."""
        header = settings.SECURE_PROXY_SSL_HEADER
        return {header[0]: header[1]} if header else {}

    @property
    def own_host(self) -> str:
        """A host name under which the site answers itself: the first allowed one."""
        names = [name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*" and ":" not in name]
        return names[0] if names else "localhost"

    @property
    def static_prefix(self) -> str:
        """The path under which the site's static files lie; "" where it has none."""
        return str(settings.STATIC_URL or "")

    @property
    def written_places(self) -> tuple[str, ...]:
        """Files and folders that Django's settings name for logs, mails, sessions, uploads, caches and SQLite."""
        logging: dict[str, Any] = settings.LOGGING
        logs = [handler.get("filename") for handler in logging.get("handlers", {}).values()]
        caches = [cache.get("LOCATION") for cache in settings.CACHES.values() if "filebased" in cache["BACKEND"]]
        databases = [one["NAME"] for one in settings.DATABASES.values() if "sqlite3" in one["ENGINE"]]
        folders = ("FILE_UPLOAD_TEMP_DIR", "SESSION_FILE_PATH", "EMAIL_FILE_PATH")  # the last is on its way out
        named = [getattr(settings, name) for name in folders if cast("Any", settings).is_overridden(name)]
        mails = [mailer.get("OPTIONS", {}).get("file_path") for mailer in getattr(settings, "MAILERS", {}).values()]
        return tuple(str(place) for place in (*logs, *caches, *databases, *named, *mails) if place)


survey_settings = SurveySettings()


class HostSettings:
    """What the host's own settings say about the site around the survey. The system checks ask this."""

    @property
    def secret_key(self) -> bytes:
        """Django's SECRET_KEY, empty where there is none. To be compared, never shown."""
        try:
            return force_bytes(settings.SECRET_KEY)
        except ImproperlyConfigured:
            return b""

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        """The host names the site answers to; "*" is any."""
        return tuple(settings.ALLOWED_HOSTS)

    @property
    def trusts_forwarded_host(self) -> bool:
        """Whether a header of the request may say which host name it was sent to."""
        return bool(settings.USE_X_FORWARDED_HOST)

    @property
    def has_hsts(self) -> bool:
        """Whether browsers are told to come back over https only."""
        return bool(settings.SECURE_HSTS_SECONDS)

    @property
    def keeps_session_cookie(self) -> bool:
        """Whether the session cookie outlives the browser's window."""
        return not settings.SESSION_EXPIRE_AT_BROWSER_CLOSE

    @property
    def session_cookie_path(self) -> str:
        """The path under which browsers send the session cookie."""
        return str(settings.SESSION_COOKIE_PATH)

    @property
    def keeps_csrf_cookie(self) -> bool:
        """Whether Django's csrftoken is a cookie, and outlives the browser's window."""
        return not settings.CSRF_USE_SESSIONS and settings.CSRF_COOKIE_AGE is not None

    @property
    def has_admins(self) -> bool:
        """Whether error mails go to anybody."""
        return bool(settings.ADMINS)

    @property
    def log_handlers(self) -> Mapping[str, Mapping[str, Any]]:
        """The handlers of LOGGING, by name."""
        return _part_of_logging("handlers")

    @property
    def loggers(self) -> Mapping[str, Mapping[str, Any]]:
        """The loggers of LOGGING, by name."""
        return _part_of_logging("loggers")

    @property
    def locale_paths(self) -> tuple[str, ...]:
        """Where the host keeps interface texts of its own."""
        return tuple(str(path) for path in settings.LOCALE_PATHS)


host_settings = HostSettings()


def _part_of_logging(name: str) -> Mapping[str, Mapping[str, Any]]:
    return cast("Mapping[str, Mapping[str, Any]]", settings.LOGGING.get(name, {}))


def known_settings() -> dict[str, Setting[Any]]:
    """Every key a host may write, by name."""
    return {name: value for name, value in vars(SurveySettings).items() if isinstance(value, Setting)}


def written_settings() -> Mapping[str, Any]:
    """The host's dictionary as written; empty where it wrote none, or something that is no dictionary."""
    written = getattr(settings, DICTIONARY, {})
    return written if isinstance(written, Mapping) else {}


def has_readable_dictionary() -> bool:
    """Whether `SELFHELP_SURVEY` is absent or a dictionary."""
    return isinstance(getattr(settings, DICTIONARY, {}), Mapping)


def set_default_models() -> None:
    """Put the swappable models a host did not choose on its settings, where Django's migrations look for them."""
    for name, model in DEFAULT_MODELS.items():
        if not hasattr(settings, name):
            setattr(settings, name, model)


def content_model_names() -> tuple[str, ...]:
    """The host's programme, section and support resource models, as `app.Model`."""
    return tuple(getattr(settings, name) for name in DEFAULT_MODELS)


class _Hidden(str):
    """A secret that reads as ever and shows as stars, wherever settings are shown."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr("*" * 20)


class _HiddenBytes(bytes):
    """The same in bytes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(b"*" * 20)


def hide_pepper() -> None:
    """Keep the pepper out of error mails and debug pages: they mask settings by name, and do not know this one."""
    written = getattr(settings, DICTIONARY, None)
    pepper = written.get("PEPPER") if isinstance(written, dict) else None
    if isinstance(written, dict) and isinstance(pepper, str | bytes):
        written["PEPPER"] = _Hidden(pepper) if isinstance(pepper, str) else _HiddenBytes(pepper)


def programme_model_name() -> str:
    """The host's programme model, as `app.Model`."""
    return settings.SELFHELP_SURVEY_PROGRAMME_MODEL


def support_resource_model_name() -> str:
    """The host's support resource model, as `app.Model`."""
    return settings.SELFHELP_SURVEY_SUPPORT_RESOURCE_MODEL
