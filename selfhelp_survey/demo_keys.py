"""The public keys of a demonstration: lines in a file beside the site, read while DEBUG is on and RECIPIENTS is empty.

Their private halves live in memory for a moment, prove themselves, and are forgotten: what is sealed to them can be
opened by nobody, and a web host never holds a key that opens anything. So only rehearsals are ever sealed to them: an
answer that somebody means is not lost to a demonstration.
"""

from selfhelp_survey.conf import survey_settings


def demo_lines() -> tuple[str, ...]:
    """The keys as RECIPIENTS would hold them; none where DEBUG is off, or no demonstration was made."""
    return kept_lines() if survey_settings.is_debug else ()


def are_in_use() -> bool:
    """True where whatever is sealed now is sealed to these keys, and lost."""
    return not survey_settings.RECIPIENTS and bool(demo_lines())


def kept_lines() -> tuple[str, ...]:
    """What the file holds, whether it counts now or not; nothing where there is none."""
    try:
        return tuple(survey_settings.demo_file.read_text("utf-8").split())
    except (OSError, UnicodeDecodeError):
        return ()


def keep_lines(lines: tuple[str, ...]) -> None:
    """Have the file hold these lines, whole or not at all; without any the file goes. Raises OSError."""
    file = survey_settings.demo_file
    if not lines:
        file.unlink(missing_ok=True)
        return
    part = file.with_name(f".{file.name}.part")
    try:
        part.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
