"""What the writers of the report say themselves, in its languages. Titles and captions come with the report."""

from collections.abc import Mapping

from selfhelp_survey.research.comparison.table import State

WORDS: Mapping[str, Mapping[str, str]] = {
    "in_short": {"en": "What this report is made of", "es": "De qué está hecho este informe"},
    "caveats": {"en": "How to read it", "es": "Cómo leerlo"},
    "contents": {"en": "Contents", "es": "Contenido"},
    "fact": {"en": "What", "es": "Qué"},
    "told": {"en": "Which", "es": "Cuál"},
    "file": {"en": "As a file:", "es": "Como archivo:"},
    "notes": {"en": "Notes", "es": "Notas"},
    "no_rows": {"en": "Nothing of this kind can be shown.", "es": "No se puede mostrar nada de este tipo."},
    "no_picture": {
        "en": "No picture: there is no figure that may be shown.",
        "es": "Sin imagen: no hay ninguna cifra que se pueda mostrar.",
    },
    "dashed": {
        "en": "A dashed cell has no figure: the table says why.",
        "es": "Una casilla con línea discontinua no tiene cifra: la tabla dice por qué.",
    },
    "beyond": {
        "en": "An arrow means that the interval goes beyond the picture: the table has its ends.",
        "es": "Una flecha indica que el intervalo sigue fuera de la imagen: la tabla tiene sus extremos.",
    },
    "filled": {
        "en": "A filled square: the interval does not hold 1; an open circle: it does.",
        "es": "Un cuadrado lleno: el intervalo no contiene el 1; un círculo vacío: lo contiene.",
    },
    "gone_flows": {
        "en": "Flows without a figure are not drawn: the table says why.",
        "es": "Los flujos sin cifra no se dibujan: la tabla dice por qué.",
    },
    "picture": {"en": "The table below has the same figures.", "es": "La tabla de abajo tiene las mismas cifras."},
}  # fmt: skip
STATES: Mapping[State, Mapping[str, str]] = {
    State.WITHHELD: {"en": "withheld", "es": "reservado"},
    State.NOT_ASKED: {"en": "not asked", "es": "no preguntado"},
    State.NOT_COMPARABLE: {"en": "not comparable", "es": "no comparable"},
    State.REFUSED: {"en": "no figure", "es": "sin cifra"},
}
"""What stands in a cell that shows no figure."""
MEANINGS: Mapping[State, Mapping[str, str]] = {
    State.WITHHELD: {
        "en": "withheld: of too few people, or it would give away a figure of too few people",
        "es": "reservado: de muy pocas personas, o delataría una cifra de muy pocas personas",
    },
    State.NOT_ASKED: {
        "en": "not asked: this survey does not ask it",
        "es": "no preguntado: esta encuesta no lo pregunta",
    },
    State.NOT_COMPARABLE: {
        "en": "not comparable: the surveys ask something too different to be tested against each other",
        "es": "no comparable: las encuestas preguntan cosas demasiado distintas para contrastarlas",
    },
    State.REFUSED: {
        "en": "no figure: the data do not carry it; a note says why, or the figures it needs are withheld",
        "es": "sin cifra: los datos no la permiten; una nota dice por qué, o las cifras que necesita están reservadas",
    },
}
"""What each of these words means, under a table that has it."""


def say(key: str, language: str) -> str:
    """A sentence of the writers. Raises KeyError for a language that no report is written in."""
    return WORDS[key][language]
