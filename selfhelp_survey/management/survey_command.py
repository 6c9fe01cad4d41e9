"""What the survey's management commands have in common: one clear sentence and an exit code for each outcome."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from selfhelp_survey.border import note_failure
from selfhelp_survey.errors import SurveyError, UsageError

REFUSED, WRONG_USE = 1, 2


class SurveyCommand(BaseCommand):
    """A command that ends with 0 when done, 1 when refused (the reason is told), 2 when called in a wrong way."""

    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.carry_out(**options)
        except UsageError as error:
            raise CommandError(str(error), returncode=WRONG_USE) from None
        except SurveyError as error:
            raise CommandError(str(error), returncode=REFUSED) from None
        except DatabaseError as error:
            note_failure(error)
            raise CommandError(
                "the database could not do this: is it running, and migrated?", returncode=REFUSED
            ) from None
        except OSError as error:
            reason = f"a file could not be read or written: {error.strerror or type(error).__name__}"
            raise CommandError(reason, returncode=REFUSED) from None
        except KeyboardInterrupt:
            raise CommandError("stopped", returncode=130) from None

    def carry_out(self, **options: Any) -> None:
        """Do it. Raises SurveyError with the reason where it is refused."""
        raise NotImplementedError
