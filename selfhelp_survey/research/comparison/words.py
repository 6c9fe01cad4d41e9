"""The words of the report in English and Spanish: headings, captions that restate what a table counts, and notes."""

from collections.abc import Mapping

LANGUAGES = ("en", "es")
"""The languages that a report is written in."""

WORDS: Mapping[str, Mapping[str, str]] = {
    "title": {"en": "Three samples compared", "es": "Tres muestras comparadas"},
    "fact.samples": {"en": "Samples", "es": "Muestras"},
    "fact.releases": {"en": "Releases read", "es": "Publicaciones leídas"},
    "fact.threshold": {"en": "Smallest count shown", "es": "Recuento más pequeño que se muestra"},
    "fact.intervals": {"en": "Intervals", "es": "Intervalos"},
    "fact.wilson": {"en": "95 %, Wilson", "es": "95 %, Wilson"},
    "caveat.sample": {
        "en": "People chose to answer. No share here is the share of any population.",
        "es": "Las personas decidieron responder. Ningún porcentaje de aquí es el de una población.",
    },
    "caveat.apart": {
        "en": "The samples differ by questionnaire, place, time, and by which link people chose to follow.",
        "es": "Las muestras difieren por cuestionario, lugar, momento y por el enlace que cada persona eligió.",
    },
    "caveat.association": {
        "en": "Tests and models show what goes together, not what causes what.",
        "es": "Las pruebas y los modelos muestran qué se asocia, no qué causa qué.",
    },
    "caveat.repeats": {
        "en": "The same person may have answered more than once; nothing could tell.",
        "es": "La misma persona pudo responder más de una vez; nada permite saberlo.",
    },
    "caveat.self_report": {
        "en": "Everything is what people say about themselves.",
        "es": "Todo es lo que las personas dicen de sí mismas.",
    },
    "caveat.intervals": {
        "en": "Intervals describe how little a few answers tell; they project nothing.",
        "es": "Los intervalos describen lo poco que dicen pocas respuestas; no proyectan nada.",
    },
    "caveat.recoded": {
        "en": "Where a survey asked for services by name, answers were recoded to types of service.",
        "es": "Donde una encuesta preguntó por servicios con su nombre, las respuestas se recodificaron en tipos.",
    },
    "caveat.withheld": {
        "en": "Counts under {threshold} are withheld, and with them others from which they could be worked out.",
        "es": "Los recuentos menores de {threshold} no se muestran, ni otros de los que podrían deducirse.",
    },
    "note.rounded": {
        "en": "Counts are rounded to 5, each on its own, so they do not add up exactly: {samples}.",
        "es": "Los recuentos están redondeados a 5, cada uno por separado, y no suman con exactitud: {samples}.",
    },
    "note.absent": {
        "en": "Not shown, because this sample has no counts of it: {samples}.",
        "es": "No se muestra, porque esta muestra no tiene recuentos: {samples}.",
    },
    "note.too_few": {
        "en": "Not shown, because too few people answered to cross two answers: {samples}.",
        "es": "No se muestra, porque respondieron muy pocas personas para cruzar dos respuestas: {samples}.",
    },
    "note.cases": {
        "en": "Several answers were possible: shares are of the people who answered, and add up to more than 100 %.",
        "es": "Se podían dar varias respuestas: los porcentajes son de quienes respondieron y suman más de 100 %.",
    },
    "note.none": {"en": "No sample has counts for this.", "es": "Ninguna muestra tiene recuentos para esto."},
    "column.sample": {"en": "Sample", "es": "Muestra"},
    "column.language": {"en": "Language", "es": "Idioma"},
    "column.label": {"en": "Answer", "es": "Respuesta"},
    "column.answered": {"en": "Answered", "es": "Respondieron"},
    "column.count": {"en": "People", "es": "Personas"},
    "column.share": {"en": "Share of those who answered", "es": "Porcentaje de quienes respondieron"},
    "column.share_of_all": {"en": "Share of everybody", "es": "Porcentaje de todas las personas"},
    "column.low": {"en": "95 % interval from", "es": "Intervalo del 95 % desde"},
    "column.high": {"en": "to", "es": "hasta"},
    "column.held_back": {"en": "Held back, about", "es": "Retenidas, aproximadamente"},
    "column.k": {"en": "Smallest group in the records (k)", "es": "Grupo más pequeño en los registros (k)"},
    "column.form": {"en": "Read from", "es": "Leído de"},
    "column.quarter": {"en": "Quarter", "es": "Trimestre"},
    "column.release": {"en": "Release", "es": "Publicación"},
    "column.variable": {"en": "Variable", "es": "Variable"},
    "column.samples": {"en": "Samples tested", "es": "Muestras comparadas"},
    "column.untested": {"en": "Not tested", "es": "No comparadas"},
    "column.test": {"en": "Test", "es": "Prueba"},
    "column.categories": {"en": "Categories", "es": "Categorías"},
    "column.statistic": {"en": "Chi-square", "es": "Chi cuadrado"},
    "column.freedom": {"en": "Degrees of freedom", "es": "Grados de libertad"},
    "column.p_value": {"en": "p", "es": "p"},
    "column.p_holm": {"en": "p after Holm", "es": "p según Holm"},
    "column.cramers_v": {"en": "Cramér's V", "es": "V de Cramér"},
    "column.residual": {"en": "Adjusted residual", "es": "Residuo ajustado"},
    "column.progress": {"en": "How far in the programme", "es": "Hasta dónde en el programa"},
    "column.from_stage": {"en": "Stage", "es": "Etapa"},
    "column.from": {"en": "From", "es": "Desde"},
    "column.to_stage": {"en": "Next stage", "es": "Etapa siguiente"},
    "column.to": {"en": "To", "es": "Hacia"},
    "column.row": {"en": "Row", "es": "Fila"},
    "column.column": {"en": "Answer", "es": "Respuesta"},
    "valid": {"en": "Answered", "es": "Respondió"},
    "any": {"en": "Any answer", "es": "Cualquier respuesta"},
    "everybody": {"en": "All", "es": "Todas"},
    "other": {"en": "Other categories, together", "es": "Otras categorías, juntas"},
    "language.other": {"en": "Other languages", "es": "Otros idiomas"},
    "release.other": {"en": "Other releases, together", "es": "Otras publicaciones, juntas"},
    "quarter.other": {"en": "Other quarters, together", "es": "Otros trimestres, juntos"},
    "form.records": {"en": "records", "es": "registros"},
    "form.totals": {"en": "protected totals", "es": "totales protegidos"},
    "test.chi-square": {"en": "Chi-square", "es": "Chi cuadrado"},
    "test.exact": {"en": "Fisher's exact", "es": "Exacta de Fisher"},
    "test.exact, simulated": {"en": "Exact, of random tables", "es": "Exacta, con tablas aleatorias"},
    "none": {"en": "none", "es": "ninguna"},
    "who.title": {"en": "Who answered", "es": "Quiénes respondieron"},
    "who.samples": {"en": "People in each sample", "es": "Personas en cada muestra"},
    "who.languages": {
        "en": "People in each sample by language of the answers",
        "es": "Personas en cada muestra por idioma de las respuestas",
    },
    "who.releases": {"en": "People in each sample by release", "es": "Personas en cada muestra por publicación"},
    "who.quarters": {
        "en": "People in each sample by quarter of the answers",
        "es": "Personas en cada muestra por trimestre de las respuestas",
    },
    "who.languages_note": {
        "en": (
            "A language is told apart where enough people answered in it for tables of its own: {least} in the sample."
        ),
        "es": (
            "Un idioma se distingue donde bastantes personas respondieron en él para tener tablas propias: "
            "{least} en la muestra."
        ),
    },
    "who.held_back": {
        "en": (
            "Held back: responses that wait for more people like them, rounded to 5. Rare combinations of age, "
            "gender, region and language wait longest. So people who are few are fewer here than among those "
            "who answered."
        ),
        "es": (
            "Retenidas: respuestas que esperan a más personas parecidas, redondeadas a 5. Las combinaciones "
            "raras de edad, género, región e idioma esperan más. Por eso, quienes son pocas personas son aquí "
            "menos que entre quienes respondieron."
        ),
    },
    "who.both": {
        "en": (
            "This sample also has protected totals. They are not shown, for both together could be subtracted: "
            "{samples}."
        ),
        "es": (
            "Esta muestra tiene también totales protegidos. No se muestran, porque ambos juntos podrían "
            "restarse: {samples}."
        ),
    },
    "frequencies.title": {"en": "What people answered", "es": "Qué respondieron las personas"},
    "frequencies.caption": {
        "en": "{variable}: people by sample and language",
        "es": "{variable}: personas por muestra e idioma",
    },
    "frequencies.missing": {
        "en": "{variable}: who answered, and each kind of missing answer",
        "es": "{variable}: quiénes respondieron y cada tipo de dato ausente",
    },
    "frequencies.note": {
        "en": "Shares and intervals are of those who answered. The share of everybody counts missing answers in.",
        "es": (
            "Los porcentajes y los intervalos son de quienes respondieron. El porcentaje de todas las personas "
            "incluye a quienes no respondieron."
        ),
    },
    "three.title": {"en": "The samples side by side", "es": "Las muestras, una junto a otra"},
    "three.caption": {
        "en": "Whether the samples differ: {tests} tests",
        "es": "Si las muestras difieren: {tests} pruebas",
    },
    "three.residuals": {"en": "{variable}: where the samples differ", "es": "{variable}: dónde difieren las muestras"},
    "three.note": {
        "en": (
            "Tested on the counts shown: a category that any sample withholds is among the other categories for"
            " all. Answers of a question with several answers are tested one by one. Holm's p counts all tests "
            "of this table."
        ),
        "es": (
            "Se prueba con los recuentos que se muestran: una categoría que alguna muestra no enseña está entre"
            " las otras categorías para todas. Las respuestas múltiples se prueban una a una. La p de Holm "
            "cuenta todas las pruebas de esta tabla."
        ),
    },
    "three.residual_note": {
        "en": "A residual beyond 2 or 3 on either side is far from what would be expected if the samples were alike.",
        "es": (
            "Un residuo más allá de 2 o 3, hacia cualquier lado, está lejos de lo esperado si las muestras "
            "fueran iguales."
        ),
    },
    "three.proxy": {
        "en": "Not tested, only shown side by side, where a survey asks something that stands in for it.",
        "es": "No se prueba, solo se muestra en paralelo, donde una encuesta pregunta algo que lo sustituye.",
    },
    "three.refused": {
        "en": "Refused where fewer than two samples show how many answered and two categories or more.",
        "es": "Se rechaza donde menos de dos muestras enseñan cuántas personas respondieron y dos categorías o más.",
    },
    "why.not asked": {"en": "{sample} (not asked)", "es": "{sample} (no se preguntó)"},
    "why.not comparable": {"en": "{sample} (not comparable)", "es": "{sample} (no comparable)"},
    "why.withheld": {"en": "{sample} (withheld)", "es": "{sample} (no se muestra)"},
    "why.refused": {"en": "{sample} (protected totals)", "es": "{sample} (totales protegidos)"},
    "change.title": {
        "en": "After the programme: change and confidence",
        "es": "Después del programa: cambio y confianza",
    },
    "change.caption": {
        "en": "Change and confidence after the programme",
        "es": "Cambio y confianza después del programa",
    },
    "change.progress": {
        "en": "{variable}, by how far people got in the programme",
        "es": "{variable}, según hasta dónde llegó cada persona en el programa",
    },
    "change.note": {
        "en": "There is no control group and no measurement before: this is no effect of the programme.",
        "es": "No hay grupo de control ni medición previa: esto no es un efecto del programa.",
    },
    "pathways.title": {"en": "Pathways", "es": "Caminos"},
    "pathways.caption": {
        "en": "{sample}: from the first time to an anonymous network",
        "es": "{sample}: de la primera vez a una red anónima",
    },
    "pathways.note": {
        "en": (
            "Each row counts people who gave both answers. Reasons for moving: several were possible, so they "
            "add up to more than the people who moved. Flows of too few people are withheld, and so is nobody."
        ),
        "es": (
            "Cada fila cuenta a las personas que dieron ambas respuestas. Motivos del paso: se podían dar "
            "varios, así que suman más que las personas que pasaron. Los flujos de muy pocas personas no se "
            "muestran, ni los vacíos."
        ),
    },
    "shares.caption": {
        "en": "{variable}: share of those who answered",
        "es": "{variable}: porcentaje de quienes respondieron",
    },
    "barriers.title": {"en": "What stands in the way, and what helps", "es": "Qué lo dificulta y qué ayuda"},
    "barriers.extent": {"en": "{sample}: {variable}, by extent", "es": "{sample}: {variable}, según el grado"},
    "barriers.much": {"en": "{variable}: quite a lot or very much", "es": "{variable}: bastante o mucho"},
    "services.title": {"en": "What services could do", "es": "Qué podrían hacer los servicios"},
    "services.effect": {
        "en": "{sample}: what people did after the message, by type of service where it was seen",
        "es": "{sample}: qué se hizo después del mensaje, por tipo de servicio donde se vio",
    },
    "services.note": {
        "en": "A person who saw messages in several types of service is counted in each of them.",
        "es": "Quien vio mensajes en varios tipos de servicio se cuenta en cada uno.",
    },
    "chart.dots": {
        "en": "A dot for each share, with its 95 % interval as a line.",
        "es": "Un punto por cada porcentaje, con su intervalo del 95 % como línea.",
    },
    "chart.heat": {
        "en": "A field for each pair of row and answer, the darker the larger the share.",
        "es": "Un campo por cada par de fila y respuesta, más oscuro cuanto mayor el porcentaje.",
    },
    "chart.alluvial": {
        "en": "Bands between the stages, the wider the more people went that way.",
        "es": "Bandas entre las etapas, más anchas cuantas más personas siguieron ese camino.",
    },
}
