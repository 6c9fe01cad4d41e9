"""`report.html`: the report for people. One page that needs nothing else: no script, no picture, no other file."""

import html
from collections.abc import Iterable, Sequence
from importlib.resources import files
from string import Template
from typing import Any

from selfhelp_survey.research.formats import report_words
from selfhelp_survey.research.formats.manifest import title_of
from selfhelp_survey.research.formats.report_words import percent
from selfhelp_survey.research.plan import Output

Json = dict[str, Any]
_KINDS = {
    "real": "These are answers of real people.",
    "rehearsal": "These are answers from a rehearsal, given by staff: they say nothing about anybody.",
    "synthetic": "These answers are made up by a program: they say nothing about anybody.",
}


def report_html(report: Json) -> str:
    """The report as a page in English."""
    template = Template(files("selfhelp_survey.research.formats").joinpath("report.html").read_text(encoding="utf-8"))
    is_records = report["output"] == Output.RECORDS
    return template.substitute(
        title=html.escape(title_of(report)), opening=html.escape(_opening(report) + _origin(report)),
        numbers=_pairs(_numbers(report)),
        findings=_findings(report) if is_records else "", protection=_list(_protection(report)),
        kind_note=html.escape(_KINDS[report["kind"]]),
    )  # fmt: skip


def _opening(report: Json) -> str:
    code = report["questionnaire"]["code"]
    if report["output"] == Output.TOTALS:
        return f"This release holds {report['rows']} counts of answers to the questionnaire {code}."
    return f"This release holds {report['rows']} anonymised records, one for each response to the questionnaire {code}."


def _origin(report: Json) -> str:
    """What is special about an edition, or about the last release of a series; nothing for any other."""
    if "residue" in report:
        dropped = report["residue"]["dropped"]
        return f" It is the last one of its series. About {dropped} responses that still stood out were dropped."
    if "edition" not in report:
        return ""
    reason = f" Why: {report['edition']['reason']}" if report["edition"]["reason"] else ""
    return f" It was made from finished releases alone: nobody is in it who is not in them.{reason}"


def _numbers(report: Json) -> Iterable[tuple[str, str]]:
    is_records = report["output"] == Output.RECORDS
    yield "Records" if is_records else "Counts", str(report["rows"])
    yield "Variables", str(len(report["columns"]))
    if is_records:
        yield "Held back, rounded to 5", str(report["held_back"])
    yield "Left out at the sender's wish, rounded to 5", str(report["not_usable"])
    yield "Versions of the questionnaire", ", ".join(report["questionnaire"]["versions"])


def _findings(report: Json) -> str:
    return "\n".join([
        "<h2>What others could learn</h2>",
        "<h3>A neighbour</h3>", _list(report_words.neighbour(report)),
        "<h3>A journalist</h3>", _list(report_words.journalist(report)),
        "<h3>The project itself</h3>", _list(report_words.project(report)),
        "<h2>Risk in numbers</h2>", _risk(report),
        "<h2>Sensitive variables</h2>", _disclosure(report),
        "<h2>Who is missing</h2>", _list(report_words.missing_people(report)),
        "<h2>What is left of each variable</h2>", _utility(report), _left_out(report),
    ])  # fmt: skip


def _risk(report: Json) -> str:
    sizes, risk = report["risk"]["class_sizes"], report["risk"]
    rows = [
        ("knows the person is in this release (prosecutor)", *_shares(risk["prosecutor"])),
        ("knows the person may be in the series (journalist)", *_shares(risk["journalist"])),
        ("guesses for every record (marketer)", "", percent(risk["marketer"]["average"]), ""),
    ]
    caption = (
        f"{sizes['records']} records in {sizes['classes']} classes of people who look alike; the smallest has "
        f"{sizes['smallest']}, and {sizes['uniques']} stand alone. A share is how often a guess is right."
    )
    return _table(caption, ("Somebody who", "At most", "On average", "Records at the most"), rows)


def _shares(risk: Json) -> tuple[str, str, str]:
    return (
        percent(risk["highest"]),
        percent(risk["average"]),
        percent(risk["at_highest"]),
    )


def _disclosure(report: Json) -> str:
    if not report["disclosure"]:
        return "<p>There is no sensitive variable in this release.</p>"
    caption = (
        "What the classes tell of each sensitive variable. Certain: records whose whole class gave one and the same "
        "value. Surest: the largest share that one value has of a class. Distance: how far the values of a class are "
        "from those of all, at most (0: alike, 100 %: nothing in common)."
    )
    rows = [
        (_titled(item, report), "yes" if item["is_protected"] else "no", str(item["certain"]), percent(item["surest"]),
         percent(item["distance"])) for item in report["disclosure"]
    ]  # fmt: skip
    return _table(caption, ("Variable", "Named for diversity", "Certain", "Surest", "Distance"), rows)


def _utility(report: Json) -> str:
    caption = (
        "Loss: 0 % is as asked for everybody, 100 % tells nothing. It counts those held back as lost. Answered: "
        "records with a value that is not missing."
    )
    rows = [
        (_titled(item, report), "" if item["level"] is None else str(item["level"]), _categories(item),
         str(item["valid"]), "" if item["loss"] is None else percent(item["loss"])) for item in report["utility"]
    ]  # fmt: skip
    return _table(caption, ("Variable", "Level", "Values", "Answered", "Loss"), rows)


def _titled(item: Json, report: Json) -> str:
    return f"{item['name']}: {report['labels'][item['name']]}"


def _categories(item: Json) -> str:
    before, after = item["categories_as_asked"], item["categories"]
    if not before:
        return ""
    return str(after) if before == after else f"{after} of {before}"


def _left_out(report: Json) -> str:
    if not report["left_out"]:
        return ""
    names = ", ".join(f"{name} ({role})" for name, role in report["left_out"].items())
    return f"<p>Not in this release: {html.escape(names)}.</p>"


def _protected_counts(threshold: int | None) -> Iterable[str]:
    if threshold is None:
        yield "Every count is rounded to a multiple of 5 on its own, so sums may differ from their parts."
        yield "Several rounded counts that add up may together tell a small count more closely than each alone."
        return
    yield (
        f"A count under {threshold} is withheld (-7), and so are others from which it could be worked out: each "
        f"withheld count could be at least {threshold} different numbers, some of them {threshold} or more."
    )
    yield "An empty cell is shown as 0 where it tells of nobody what they answered."


def _protection(report: Json) -> Iterable[str]:
    if report["output"] == Output.TOTALS:
        yield from _protected_counts(report["threshold"])
        yield "Each response is counted in one release only, so releases cannot be subtracted from each other."
        return
    yield (
        f"Everybody in this release has the same values of these variables as at least {report['k'] - 1} "
        f"others in it (k = {report['k']})."
    )
    for item in report["diversity"]:
        yield (
            f"Among people who look alike, the answers to {item['name']} show at least {item['needed']} different "
            "values, unless none of them gave one."
        )
    yield (
        "No response is in two releases, and a release is never changed: what two of them differ in is always "
        f"{report['k']} people or more who look alike."
    )


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    return "\n".join(
        f'<tr><th scope="row">{html.escape(name)}</th><td>{html.escape(value)}</td></tr>' for name, value in pairs
    )


def _list(sentences: Iterable[str]) -> str:
    return "<ul>\n" + "\n".join(f"<li>{html.escape(sentence)}</li>" for sentence in sentences) + "\n</ul>"


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{html.escape(each)}</th>' for each in heads)
    body = "\n".join(_row(row) for row in rows)
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{html.escape(heads[0])}"><table>\n'
        f"<caption>{html.escape(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n"
        "</table></div>"
    )


def _row(cells: Sequence[str]) -> str:
    first, *others = (html.escape(cell) for cell in cells)
    return f'<tr><th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in others) + "</tr>"
