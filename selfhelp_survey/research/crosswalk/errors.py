"""What can go wrong in a crosswalk. No message holds what stands in a cell, but for `wording.unmapped_report`."""

from selfhelp_survey.errors import SurveyError


class CrosswalkRefused(SurveyError):  # noqa: N818 - the name says what happened
    """Nothing was taken from the file."""
