"""`responses.parquet`: the codes, whole numbers as 64-bit integers and texts as UTF-8, missing codes as they are.

Parquet names its writer and no time, so the same version of polars writes the same bytes.
Source: Apache Parquet, `parquet.thrift`, FileMetaData.
"""

from pathlib import Path

import polars as pl

from selfhelp_survey.research.formats.files import new_binary
from selfhelp_survey.research.formats.read_back import demand, is_same, reading
from selfhelp_survey.research.formats.source import FormatSource

NAME = "responses.parquet"


def write(source: FormatSource, directory: Path) -> None:
    """Make the file. Raises FileExistsError rather than overwrite."""
    with new_binary(directory / NAME) as file:
        source.frame.write_parquet(file, compression="zstd")


def check(source: FormatSource, directory: Path) -> None:
    """Raises ReleaseRefused unless the file, read back, holds exactly the source's columns and cells."""
    path = directory / NAME
    with reading(path), path.open("rb") as file:
        held = pl.read_parquet(file)
    demand(is_same(source.frame, held), path)
