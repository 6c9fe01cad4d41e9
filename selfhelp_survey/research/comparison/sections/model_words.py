"""The words of the section on models of help-seeking."""

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "title": {"en": "What goes with the wish to stop, and with seeking help",
              "es": "Qué se asocia con el deseo de dejarlo y con la búsqueda de ayuda"},
    "outcome.wish_to_stop": {"en": "Wishes to stop (quite a lot or very much)",
                             "es": "Desea dejarlo (bastante o mucho)"},
    "outcome.help_sought": {"en": "Sought help", "es": "Buscó ayuda"},
    "sample.exit": {"en": "People leaving the programme", "es": "Personas que terminan el programa"},
    "sample.help_us_to_help_you": {"en": "People who want help", "es": "Personas que quieren ayuda"},
    "sample.no_need_for_help": {"en": "People who see no need for help",
                                "es": "Personas que no ven necesidad de ayuda"},
    "pooled": {"en": "All together: {samples}", "es": "Todas juntas: {samples}"},
    "models.caption": {"en": "Models, and how many people they are of", "es": "Modelos y de cuántas personas son"},
    "model.caption": {
        "en": "{outcome}. {sample}: odds ratios from one logistic model of {people} people, {events} of them yes",
        "es": "{outcome}. {sample}: razones de posibilidades de un modelo logístico de {people} personas, "
              "{events} de ellas sí",
    },
    "blocks.caption": {"en": "Whether a block of predictors matters, all others held (joint Wald test)",
                       "es": "Si un bloque de predictores importa, con los demás constantes (prueba conjunta de Wald)"},
    "column.outcome": {"en": "Outcome", "es": "Resultado"},
    "column.sample": {"en": "Sample", "es": "Muestra"},
    "column.people": {"en": "People", "es": "Personas"},
    "column.events": {"en": "Of them yes", "es": "De ellas sí"},
    "column.parameters": {"en": "Parameters", "es": "Parámetros"},
    "column.block": {"en": "Block", "es": "Bloque"},
    "column.label": {"en": "Category, and what it is compared with", "es": "Categoría y con qué se compara"},
    "column.odds_ratio": {"en": "Odds ratio", "es": "Razón de posibilidades"},
    "column.low": {"en": "95 % interval from", "es": "Intervalo del 95 % desde"},
    "column.high": {"en": "to", "es": "hasta"},
    "column.p_value": {"en": "p", "es": "p"},
    "column.chi_square": {"en": "Chi-square", "es": "Chi cuadrado"},
    "column.freedom": {"en": "Degrees of freedom", "es": "Grados de libertad"},
    "block.sample": {"en": "Sample", "es": "Muestra"},
    "block.predisposing": {"en": "Predisposing", "es": "Predisposición"},
    "block.enabling": {"en": "Enabling", "es": "Facilitación"},
    "block.need": {"en": "Need", "es": "Necesidad"},
    "compared": {"en": "{variable}: {category} (against {reference})",
                 "es": "{variable}: {category} (frente a {reference})"},
    "variable.sample": {"en": "Sample", "es": "Muestra"},
    "variable.language": {"en": "Language of the answers", "es": "Idioma de las respuestas"},
    "language.en": {"en": "English", "es": "inglés"},
    "language.es": {"en": "Spanish", "es": "español"},
    "language.fi": {"en": "Finnish", "es": "finés"},
    "language.sv": {"en": "Swedish", "es": "sueco"},
    "language.ar": {"en": "Arabic", "es": "árabe"},
    "language.other": {"en": "another language", "es": "otro idioma"},
    "reason.no covariates": {"en": "too few people to keep any predictor",
                             "es": "muy pocas personas para mantener algún predictor"},
    "reason.small cell": {"en": "too few people in one of only two samples",
                          "es": "muy pocas personas en una de solo dos muestras"},
    "reason.few events": {
        "en": "too few people with a complete answer and the rarer outcome (ten for each parameter are wanted)",
        "es": "muy pocas personas con respuestas completas y el resultado más raro (se piden diez por parámetro)",
    },
    "reason.redundant": {"en": "predictors that say the same", "es": "predictores que dicen lo mismo"},
    "reason.few left out": {
        "en": "so few left a question of it unanswered that it would tell how they answered the others",
        "es": "tan pocas personas dejaron una de sus preguntas sin responder que revelaría sus otras respuestas",
    },
    "reason.separation": {"en": "a combination of predictors tells the outcome perfectly",
                          "es": "una combinación de predictores determina por completo el resultado"},
    "reason.no convergence": {"en": "the estimates do not settle", "es": "las estimaciones no convergen"},
    "refused": {"en": "{outcome}. {sample}: no model, because of this: {reason}.",
                "es": "{outcome}. {sample}: sin modelo, por lo siguiente: {reason}."},
    "absence.not carried": {"en": "Not in the model, because it is not there in a comparable form: {names}.",
                            "es": "Fuera del modelo, porque no está de forma comparable: {names}."},
    "absence.unanswered": {"en": "Not in the model, because fewer than half answered it, or nobody was asked: {names}.",
                           "es": "Fuera del modelo, porque respondió menos de la mitad o no se preguntó: {names}."},
    "absence.small cell": {"en": "Not in the model, because a category would have too few people: {names}.",
                           "es": "Fuera del modelo, porque una categoría tendría muy pocas personas: {names}."},
    "chart.title": {"en": "{outcome}. {sample}", "es": "{outcome}. {sample}"},
    "chart.description": {
        "en": "Odds ratios with 95 % intervals, one row a category, on a logarithmic scale; 1 means no difference.",
        "es": "Razones de posibilidades con intervalos del 95 %, una fila por categoría, en escala logarítmica; "
              "1 significa sin diferencia.",
    },
    "note.association": {"en": "Odds ratios tell what goes together, not what causes what.",
                         "es": "Las razones de posibilidades dicen qué va junto, no qué causa qué."},
    "note.predictors": {
        "en": "Predictors were chosen before the data were seen. Categories that are too small are joined to their "
              "neighbour, or the predictor is left out.",
        "es": "Los predictores se eligieron antes de ver los datos. Las categorías demasiado pequeñas se unen a la "
              "vecina, o el predictor se deja fuera.",
    },
    "note.cases": {
        "en": "Only people who answered every question of a model are in it. Counts are rounded to 5, other figures to "
              "three digits. The p values are not adjusted for how many there are.",
        "es": "En un modelo solo están quienes respondieron todas sus preguntas. Los recuentos se redondean a 5 y las "
              "demás cifras a tres dígitos. Los valores p no se ajustan por su número.",
    },
    "note.pooled": {
        "en": "The samples were not asked about the same time; differences between samples mix time, place and people.",
        "es": "A las muestras no se les preguntó por el mismo tiempo; las diferencias entre muestras mezclan tiempo, "
              "lugar y personas.",
    },
    "note.totals": {"en": "Samples that are protected totals cannot be modelled: {samples}.",
                    "es": "Las muestras que son totales protegidos no se pueden modelar: {samples}."},
    "note.none": {"en": "No sample has records with one of the outcomes.",
                  "es": "Ninguna muestra tiene registros con alguno de los resultados."},
}  # fmt: skip
