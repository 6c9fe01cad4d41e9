"""Made-up facts about an organisation, for a demonstration. Each says in its own words that it is an example."""

from collections.abc import Mapping

SAMPLE_FACTS: Mapping[str, Mapping[str, str]] = {
    "name": {
        "en": "Example: an organisation that does not exist",
        "es": "Ejemplo: una organización que no existe",
        "fi": "Esimerkki: järjestö, jota ei ole olemassa",
        "sv": "Exempel: en organisation som inte finns",
    },
    "contact": {
        "en": "Example: research@example.org. Writing to us is not anonymous.",
        "es": "Ejemplo: research@example.org. Escribirnos no es anónimo.",
        "fi": "Esimerkki: research@example.org. Yhteydenotto ei ole nimetön.",
        "sv": "Exempel: research@example.org. Att skriva till oss är inte anonymt.",
    },
    "ethics": {
        "en": "Example: no ethics committee has seen this; reference EXAMPLE-0.",
        "es": "Ejemplo: ningún comité de ética ha visto esto; referencia EXAMPLE-0.",
        "fi": "Esimerkki: mikään eettinen toimikunta ei ole arvioinut tätä; viite EXAMPLE-0.",
        "sv": "Exempel: ingen etikkommitté har granskat detta; referens EXAMPLE-0.",
    },
    "data_protection": {
        "en": "Example: this is a demonstration; its answers cannot be opened by anybody.",
        "es": "Ejemplo: esto es una demostración; nadie puede abrir sus respuestas.",
        "fi": "Esimerkki: tämä on esittely; kukaan ei voi avata sen vastauksia.",
        "sv": "Exempel: det här är en demonstration; ingen kan öppna svaren.",
    },
    "archiving": {
        "en": "Example: nothing from a demonstration is archived.",
        "es": "Ejemplo: nada de una demostración se archiva.",
        "fi": "Esimerkki: esittelystä ei arkistoida mitään.",
        "sv": "Exempel: ingenting från en demonstration arkiveras.",
    },
}
"""Fact, as the fields of the organisation are called, then language, then wording."""
