"""Show the research team's public keys, and have the private ones proven."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.db import transaction

from selfhelp_survey.entries import forget_entries
from selfhelp_survey.errors import UsageError
from selfhelp_survey.keys_in_use import (
    RecipientKey,
    accept_answer,
    challenge_proven,
    challenge_unproven,
    current_day,
    proofs_database,
    reasons_closed,
    recipient_keys,
)
from selfhelp_survey.management.survey_command import SurveyCommand

DRILL = "drill due: run `manage.py survey_keys --drill`"


class Command(SurveyCommand):
    help = (
        "Show the configured public keys with their fingerprints; compare these with the workstation's. A key takes no "
        "part before it is proven. To prove the keys: `survey_keys --prove --out FILE` writes a challenge for each, "
        "`selfhelp-research prove-key FILE --out ANSWER` answers it on the workstation, `survey_keys --answer ANSWER` "
        "takes the answer. Once a year, `--drill` asks the proven ones again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--prove", action="store_true", help="make a challenge for every key not proven yet")
        what.add_argument("--drill", action="store_true", help="make a challenge for every proven key; it stays proven")
        what.add_argument("--answer", type=Path, metavar="FILE", help="the workstation's answer")
        parser.add_argument("--out", type=Path, metavar="FILE", help="where the challenges go (default: shown here)")

    def carry_out(self, **options: Any) -> None:
        out: Path | None = options["out"]
        answer: Path | None = options["answer"]
        if answer:
            self._take(answer)
        elif options["prove"] or options["drill"]:
            self._challenge(out, is_drill=options["drill"])
        self._show()

    def _challenge(self, out: Path | None, *, is_drill: bool) -> None:
        if out and out.exists():
            raise UsageError(f"{out} exists: choose another name")
        lines = "".join(text + "\n" for text in (challenge_proven if is_drill else challenge_unproven)().values())
        if not lines:
            self.stdout.write("no configured key is proven" if is_drill else "every configured key is proven")
        elif out:
            out.write_text(lines, "utf-8")
            self.stdout.write(f"wrote {out}: answer it with `selfhelp-research prove-key {out.name}`")
        else:
            self.stdout.write(lines)

    def _take(self, answer: Path) -> None:
        try:
            lines = answer.read_text("utf-8").split()
        except (OSError, UnicodeDecodeError):
            raise UsageError(f"{answer} cannot be read: give the file that `prove-key` wrote") from None
        with transaction.atomic(using=proofs_database()):  # each answer counts once: all of the file, or none of it
            proven = [accept_answer(line) for line in lines]
        for fingerprint in proven:
            self.stdout.write(f"proven: {fingerprint}")
        forget_entries()

    def _show(self) -> None:
        today = current_day()
        for recipient in recipient_keys():
            self.stdout.write(_line(recipient, today))
        for reason in reasons_closed():
            self.stdout.write(f"closed: {reason}")


def _line(recipient: RecipientKey, today: int) -> str:
    kind = "  hybrid" if recipient.key.is_hybrid else ""
    if not recipient.is_proven:
        return f"NOT PROVEN  {recipient.key.fingerprint}{kind}"
    day = f"last on {recipient.proven_on}" if recipient.proven_on else "nobody noted when"
    due = f"; {DRILL}" if recipient.is_drill_due(today) else ""
    return f"proven      {recipient.key.fingerprint}{kind}  {day}{due}"
