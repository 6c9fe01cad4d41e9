"""`datapackage.json`: the table and its schema as a Data Package, for tools that read any table by its description.

Missing codes are declared with their labels, so typed readers see nothing there and the file keeps the codes. Licence,
sources and contributors are the archive's to add.
Source: Data Package Standard 2.0 (datapackage.org): Data Package, Data Resource, Table Dialect, Table Schema.
"""

import json
from pathlib import Path
from typing import Any

from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.errors import ReleaseRefused
from selfhelp_survey.privacy.tables import WITHHELD
from selfhelp_survey.research.formats import responses_csv, totals_csv
from selfhelp_survey.research.formats.described import bounds, identifier
from selfhelp_survey.research.formats.files import write_text
from selfhelp_survey.research.formats.labels import OTHERWISE, in_language, label_of, title_of
from selfhelp_survey.research.formats.manifest import file_digest
from selfhelp_survey.research.formats.source import FormatSource
from selfhelp_survey.research.formats.wordings import MISSING
from selfhelp_survey.research.plan import Output

NAME = "datapackage.json"
_PROFILES = "https://datapackage.org/profiles/2.0/"
_TOTALS_FIELDS = (
    ("table", "string", "The variables that the table crosses, joined by x"),
    ("cell", "string", "A JSON object of variable and value; all where a sub-total leaves a variable out"),
    ("count", "integer", "Responses, rounded to a multiple of 5 on its own, or withheld where small"),
)
_WITHHELD = {"code": WITHHELD, "label": MISSING[MissingCode.WITHHELD]}
Json = dict[str, Any]


def write(source: FormatSource, directory: Path) -> None:
    """Write the description of the table that lies in this directory."""
    text = json.dumps(datapackage(source, directory), ensure_ascii=False, indent=1) + "\n"
    write_text(directory / NAME, text)


def check(source: FormatSource, directory: Path) -> None:
    """Raises ReleaseRefused where what was written does not describe the table beside it."""
    held = json.loads((directory / NAME).read_text(encoding="utf-8"))
    if held != datapackage(source, directory):
        raise ReleaseRefused(f"{NAME} does not describe the table beside it: report this, nothing was released.")


def datapackage(source: FormatSource, directory: Path) -> Json:
    """The package around the table in this directory, whose digest and size it tells."""
    return {
        "$schema": _PROFILES + "datapackage.json",
        "name": identifier(source),
        "title": title_of(source.instrument.newest.questionnaire, source.languages[0]),
        "description": f"{source.title}. Every release of a series holds other people. codebook.json says what every "
                       "column means, anonymisation.html what was done to protect people.",
        "languages": list(source.languages),
        "resources": [_resource(source, directory)],
    }  # fmt: skip


def _resource(source: FormatSource, directory: Path) -> Json:
    is_records = source.series.plan.output is Output.RECORDS
    path = directory / (responses_csv.NAME if is_records else totals_csv.NAME)
    return {
        "name": path.stem, "type": "table", "path": path.name, "$schema": _PROFILES + "dataresource.json",
        "format": "csv", "mediatype": "text/csv", "encoding": "utf-8", "bytes": path.stat().st_size,
        "hash": f"sha256:{file_digest(path)}",
        "dialect": {"$schema": _PROFILES + "tabledialect.json", "delimiter": ",", "lineTerminator": "\n",
                    "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": _records_schema(source) if is_records else _totals_schema(),
    }  # fmt: skip


def _totals_schema() -> Json:
    fields: list[Json] = [{"name": name, "type": kind, "description": text, "constraints": {"required": True}}
                          for name, kind, text in _TOTALS_FIELDS]  # fmt: skip
    fields[-1] |= {"constraints": {"minimum": 0}, "missingValues": _missing_values([_WITHHELD], OTHERWISE)}
    return {"$schema": _PROFILES + "tableschema.json", "fields": fields, "primaryKey": ["table", "cell"]}


def _records_schema(source: FormatSource) -> Json:
    common = source.codebook["missing"]
    return {
        "$schema": _PROFILES + "tableschema.json",
        "fields": [_field(variable, source) for variable in source.codebook["variables"]],
        "missingValues": _missing_values(common, source.languages[0]),
    }


def _field(variable: Json, source: FormatSource) -> Json:
    language = source.languages[0]
    kind = "integer" if variable["name"] in source.numeric else "string"
    field: Json = {
        "name": variable["name"], "type": kind, "title": in_language(variable["label"], language),
        "titles": variable["label"], "role": variable["role"], "level": variable["level"],
        "relevance": variable["universe"], "harmonised": variable["harmonised"],
    }  # fmt: skip
    if variable["values"]:
        field["categories"] = [_category(value, kind, language) for value in variable["values"]]
        field["categoriesOrdered"] = variable["type"] == "scale"
    if variable["missing"] != source.codebook["missing"]:
        field["missingValues"] = _missing_values(variable["missing"], language)
    field["constraints"] = _constraints(variable, kind)
    return {name: value for name, value in field.items() if value not in (None, "", {}) and value is not False}


def _constraints(variable: Json, kind: str) -> Json:
    if variable["values"]:
        return {"enum": [_typed(value["code"], kind) for value in variable["values"]]}
    least, most = bounds(variable)
    return {name: value for name, value in (("minimum", least), ("maximum", most)) if value is not None}


def _typed(code: int | str, kind: str) -> int | str:
    return code if kind == "integer" else str(code)


def _category(value: Json, kind: str, language: str) -> Json:
    return {"value": _typed(value["code"], kind), "label": label_of(value, language), "labels": value["label"]}


def _missing_values(missing: list[Json], language: str) -> list[Json]:
    return [{"value": str(value["code"]), "label": label_of(value, language)} for value in missing]
