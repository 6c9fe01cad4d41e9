"""What the software itself has to say in a codebook, in the languages it ships."""

from selfhelp_survey.core.answers import MissingCode

Wordings = dict[str, str]

MISSING: dict[MissingCode, Wordings] = {
    MissingCode.LEFT_BLANK: {"en": "Left blank", "es": "Sin respuesta", "fi": "Jätetty tyhjäksi", "sv": "Lämnat tomt"},
    MissingCode.PREFER_NOT_TO_SAY: {
        "en": "Prefer not to say", "es": "Prefiere no decirlo", "fi": "Ei halua sanoa", "sv": "Vill inte säga",
    },
    MissingCode.NOT_SURE: {"en": "Not sure", "es": "No está seguro", "fi": "Ei ole varma", "sv": "Osäker"},
    MissingCode.NOT_ASKED: {
        "en": "Not asked: the question does not apply", "es": "No se preguntó: la pregunta no corresponde",
        "fi": "Ei kysytty: kysymys ei koske vastaajaa", "sv": "Ej tillfrågad: frågan är inte aktuell",
    },
    MissingCode.NOT_REACHED: {
        "en": "Not reached: finished earlier", "es": "No se llegó a la pregunta: terminó antes",
        "fi": "Ei edetty tähän asti: lopetti aiemmin", "sv": "Nåddes inte: avslutade tidigare",
    },
    MissingCode.NOT_IN_VERSION: {
        "en": "Not asked in this version or language", "es": "No se preguntó en esta versión o idioma",
        "fi": "Ei kysytty tässä versiossa tai tällä kielellä", "sv": "Ej med i denna version eller på detta språk",
    },
    MissingCode.WITHHELD: {
        "en": "Withheld for anonymity", "es": "No se publica para proteger el anonimato",
        "fi": "Ei julkaista anonymiteetin suojaamiseksi", "sv": "Lämnas inte ut för att skydda anonymiteten",
    },
    MissingCode.NOT_CODABLE: {
        "en": "Not codable", "es": "No codificable", "fi": "Ei luokiteltavissa", "sv": "Kan inte kodas",
    },
}  # fmt: skip

OUTSIDE_SPAN: Wordings = {
    "en": "Outside the periods listed", "es": "Fuera de los periodos indicados",
    "fi": "Lueteltujen jaksojen ulkopuolella", "sv": "Utanför de angivna perioderna",
}  # fmt: skip
"""The category of tables for responses from a quarter that their plan does not tell apart."""

NO_ANSWER: Wordings = {"en": "No answer", "es": "Sin respuesta", "fi": "Ei vastausta", "sv": "Inget svar"}
"""What -1 means in a quasi-identifier from level 1 on: left blank, refused, not sure and not reached in one."""

CHOSEN: dict[int, Wordings] = {
    0: {"en": "Not chosen", "es": "No seleccionado", "fi": "Ei valittu", "sv": "Inte valt"},
    1: {"en": "Chosen", "es": "Seleccionado", "fi": "Valittu", "sv": "Valt"},
}

SYSTEM: dict[str, Wordings] = {
    "language": {
        "en": "Language of the survey", "es": "Idioma de la encuesta", "fi": "Kyselyn kieli", "sv": "Enkätens språk",
    },
    "channel": {"en": "Kind of address", "es": "Tipo de dirección", "fi": "Osoitteen laji", "sv": "Typ av adress"},
    "quarter": {"en": "Quarter", "es": "Trimestre", "fi": "Vuosineljännes", "sv": "Kvartal"},
    "entry": {
        "en": "Invitation followed", "es": "Invitación seguida", "fi": "Kutsu, jota seurattiin",
        "sv": "Inbjudan som följdes",
    },
    "questionnaire_version": {
        "en": "Version of the questionnaire", "es": "Versión del cuestionario", "fi": "Kyselylomakkeen versio",
        "sv": "Frågeformulärets version",
    },
}  # fmt: skip

CHANNELS: dict[str, Wordings] = {
    "clear": {
        "en": "Ordinary web address", "es": "Dirección web común", "fi": "Tavallinen verkko-osoite",
        "sv": "Vanlig webbadress",
    },
    "anonymous": {"en": "Onion address", "es": "Dirección onion", "fi": "Onion-osoite", "sv": "Onion-adress"},
}  # fmt: skip
