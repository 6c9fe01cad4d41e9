"""Show the research team's public keys, and have the private ones proven."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from selfhelp_survey.entries import forget_entries
from selfhelp_survey.errors import UsageError
from selfhelp_survey.keys_in_use import accept_answer, challenge_unproven, reasons_closed, recipient_keys
from selfhelp_survey.management.survey_command import SurveyCommand


class Command(SurveyCommand):
    help = (
        "Show the configured public keys with their fingerprints; compare these with the workstation's. No entry opens "
        "on an unproven key. To prove them: `survey_keys --prove --out FILE` writes a challenge for each, "
        "`selfhelp-research prove-key FILE --out ANSWER` answers it on the workstation, `survey_keys --answer ANSWER` "
        "takes the answer."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--prove", action="store_true", help="make a challenge for every key not proven yet")
        parser.add_argument("--out", type=Path, metavar="FILE", help="where the challenges go (default: shown here)")
        parser.add_argument("--answer", type=Path, metavar="FILE", help="the workstation's answer")

    def carry_out(self, **options: Any) -> None:
        prove: bool = options["prove"]
        out: Path | None = options["out"]
        answer: Path | None = options["answer"]
        if answer:
            self._take(answer)
        elif prove:
            self._challenge(out)
        self._show()

    def _challenge(self, out: Path | None) -> None:
        if out and out.exists():
            raise UsageError(f"{out} exists: choose another name")
        lines = "".join(text + "\n" for text in challenge_unproven().values())
        if not lines:
            self.stdout.write("every configured key is proven")
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
        for line in lines:
            self.stdout.write(f"proven: {accept_answer(line)}")
        forget_entries()

    def _show(self) -> None:
        for recipient in recipient_keys():
            self.stdout.write(f"{'proven    ' if recipient.is_proven else 'NOT PROVEN'}  {recipient.key.fingerprint}")
        for reason in reasons_closed():
            self.stdout.write(f"closed: {reason}")
