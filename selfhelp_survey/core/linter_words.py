"""What wordings give away: that a question asks for something identifying, asks two things, or is hard to read.

Word lists cannot understand a question. They catch what an author adds in good faith, and know only the languages that
stand in them.
"""

import re
from collections.abc import Iterator

from selfhelp_survey.core.text import Text

IDENTIFYING: dict[str, dict[str, str]] = {
    "a name": {
        "en": r"(your|full|first|last|family|user) ?names?|surname|nickname",
        "es": r"(su|tu) nombre|nombre (y|completo|de usuario)|apellidos?|apodo",
        "fi": r"nimesi|nimenne|(etu|suku|käyttäjä|koko ?)nimi\w*|nimimerk\w+",
        "sv": r"(ditt|ert) (fulla )?namn|(för|efter|användar)namn\w*|smeknamn",
        "ar": r"(ما )?(اسمك|لقبك|كنيتك)|اسم (العائلة|المستخدم)",
    },
    "an e-mail address": {
        "en": r"e-?mail( address(es)?)?",
        "es": r"correo electr[oó]nico|e-?mail",
        "fi": r"sähköposti\w*|s-?posti\w*",
        "sv": r"e-?post\w*|mejl\w*",
        "ar": r"(ال)?بريد(ك)? (ال)?إلكتروني",
    },
    "a telephone number": {
        "en": r"(tele|mobile |cell ?)?phone( number)?s?",
        "es": r"tel[eé]fono|m[oó]vil|celular",
        "fi": r"puhelinnumero\w*|puhelimesi\w*",
        "sv": r"(telefon|mobil)nummer\w*",
        "ar": r"(رقم )?(ال)?هاتف(ك)?|(ال)?جوال(ك)?",
    },
    "an address": {
        "en": r"(home|postal|street|ip|your) address|post ?code|zip ?code",
        "es": r"direcci[oó]n|domicilio|c[oó]digo postal",
        "fi": r"(koti|posti|katu|ip-?)osoi\w+|osoitteesi|postinumero\w*",
        "sv": r"(din|hem|post|gatu|ip-?) ?adress\w*|postnummer",
        "ar": r"عنوان(ك|ي)|عنوان (المنزل|البريد|السكن)|الرمز البريدي",
    },
    "a date of birth": {
        "en": r"birth ?(date|day|year)|(date|year|place) of birth|born",
        "es": r"nacimiento|naci(ó|ste)|cumpleaños",
        "fi": r"syntym\w+|synnyit|henkilötunnu\w+",
        "sv": r"född|födelse\w+|personnummer",
        "ar": r"تاريخ (ال)?ميلاد(ك)?|ولدت|مكان (ال)?ولادة",
    },
    "where somebody lives": {
        "en": r"(which|what|your|home) ?(town|city|village|municipality|country)|nationality|citizenship",
        "es": r"ciudad|pueblo|municipio|(qu[eé]|su|tu) pa[ií]s|nacionalidad",
        "fi": r"kaupun\w+|paikkakun\w+|kotikun\w+|asuinkun\w+|kansalaisuu\w+|missä maassa",
        "sv": r"(vilken|din) (stad|ort|kommun)|hemort|hemkommun|medborgarskap|vilket land",
        "ar": r"مدينتك|أي (مدينة|بلد|دولة)|بلدك|جنسيتك",
    },
    "a school or workplace": {
        "en": r"schools?|universit(y|ies)|workplaces?|employers?|occupation|profession|job title",
        "es": r"escuela|colegio|universidad|lugar de trabajo|empleador|profesi[oó]n|ocupaci[oó]n",
        "fi": r"koulusi|oppilaito\w+|yliopisto\w*|työpaik\w+|työnanta\w+|ammatti\w*",
        "sv": r"skol(a|an|or)|universitet\w*|arbetsplats\w*|arbetsgivare\w*|yrke\w*",
        "ar": r"مدرستك|جامعتك|مهنتك|وظيفتك|مكان (ال)?عمل(ك)?",
    },
    "police contact or convictions": {
        "en": r"police|convict(ed|ions?)|arrest(ed)?|sentenced|criminal record|prison",
        "es": r"polic[ií]a|condena\w*|detenid[oa]|antecedentes penales|prisi[oó]n|c[aá]rcel",
        "fi": r"polii[sn]\w+|tuomi\w+|tuomit\w+|pidätet\w+|rikosrekister\w+|vankila\w*",
        "sv": r"polis\w*|dömd\w*|dom(en|ar)|gripen|brottsregist\w+|fängelse\w*",
        "ar": r"(ال)?شرطة|(ال)?سجن|أدنت|إدانة|اعتقلت",
    },
    "the address of a site": {
        "en": r"(web ?)?site (name|address)|name of the (site|service|app)|urls?|web address|which (web)?sites?",
        "es": r"direcci[oó]n web|nombre del sitio|qu[eé] (sitio|p[aá]gina)s? web|urls?",
        "fi": r"verkko-?osoi\w+|sivuston (nimi|osoite)|millä sivustolla|urlit?",
        "sv": r"webbadress\w*|webbplatsens namn|vilken webbplats|url(en|er)?",
        "ar": r"(عنوان|اسم) (ال)?موقع|أي موقع",
    },
    "search words": {
        "en": r"search (words?|terms?|queries|query)|keywords?|hashtags?",
        "es": r"palabras? (de b[uú]squeda|clave)|t[eé]rminos? de b[uú]squeda",
        "fi": r"haku(sana|termi)\w*|hakusano\w*|avainsano\w*",
        "sv": r"sök(ord|term|fras)\w*|nyckelord\w*",
        "ar": r"كلمات (ال)?بحث|(ال)?كلمات المفتاحية",
    },
}  # fmt: skip
"""What no question may ask for, and the words that show it, in each language as whole words."""
IDENTIFYING_NAMES = re.compile(
    r"(^|_)(name|surname|e?mail|phone|mobile|address|street|zip|postcode|birth|birthday|birthdate|dob|town|city|country|"
    r"nationality|school|workplace|employer|occupation|police|conviction|url|site|website|keyword|keywords|search|ip|"
    r"user|username|nick|nickname)(_|$)"
)
TWO_IN_ONE = {
    "en": r"and/or|(and|or) (how|why|what|when|where|which|who|((do|did|does|are|were|is|was|have|has|can|could|would|"
          r"will|should) (you|it|they|he|she|this|that)))",
    "es": r"y/o|[yeou] (cómo|por qué|qué|cuándo|dónde|cuál(es)?|quién(es)?|cuánt[oa]s?)",
    "fi": r"ja/tai|(ja|tai|sekä) (miten|miksi|mitä|milloin|missä|mikä|kuka|kuinka|\w+(tko|tkö|tteko|ttekö))",
    "sv": r"och/eller|(och|eller) (hur|varför|vad|när|var|vilk\w+|vem|((är|hade|har|kan|vill|fick|gjorde) "
          r"(du|ni|det)))",
    "ar": r"و(كيف|لماذا|ماذا|متى|أين|هل)",
}  # fmt: skip
"""A second question behind a conjunction, or two answers in one, as whole words.

Source: Krosnick and Presser, "Question and questionnaire design", Handbook of Survey Research, 2nd edition (2010),
chapter 9: a question asks about one thing at a time.
"""
TIME_REFERENCES = {
    "en": r"(last|past|previous) (\w+ )?(days?|weeks?|months?|years?)|ever|before|since|now|today|the first time|"
          r"so far",
    "es": r"últim[oa]s? (\w+ )?(días?|semanas?|mes(es)?|años?)|alguna vez|antes|desde|ahora|hoy|la primera vez",
    "fi": r"viime\w* (\w+ )?(päiv\w+|viiko\w+|kuukau\w+|vuo\w+)|koskaan|ennen|lähtien|nyt|tänään|ensimmäis\w+ kerra\w*",
    "sv": r"senaste (\w+ )?(dag\w*|veck\w+|månad\w*|år\w*)|någonsin|innan|sedan|nu|i dag|första gången",
}  # fmt: skip
"""Words that say over which time a question asks."""
MOST_WORDS = 20
"""Words of the longest sentence, counted alike in every language: what stands between spaces.

Source: GOV.UK, "Sentence length: why 25 words is our limit" (2014): sentences of 21 words are fairly difficult, of 25
difficult. Respondents read under strain, so that "fairly difficult" is too much already.
"""
_SENTENCE_END = re.compile(r"[.!?:;\u061b\u061f\u06d4]\s|[\u3002\uff01\uff1f]|\n|$")
_QUESTION_MARK = re.compile(r"[?\u061f\uff1f]")


def _as_whole_words(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


_IDENTIFYING = {
    (what, language): _as_whole_words(words)
    for what, by_language in IDENTIFYING.items()
    for language, words in by_language.items()
}
_TWO = {language: _as_whole_words(words) for language, words in TWO_IN_ONE.items()}
_TIMES = {language: _as_whole_words(words) for language, words in TIME_REFERENCES.items()}


def identifying_in(label: Text) -> Iterator[tuple[str, str]]:
    """What this label seems to ask for, such as "a name", each with the language it says so in."""
    for language, wording in label.translations:
        for (what, spoken), pattern in _IDENTIFYING.items():
            if spoken == _spoken(language) and pattern.search(wording):
                yield what, language


def asks_two_things(wording: str, language: str) -> bool:
    """True where a second question stands in it; in a language without words here, only by its question marks."""
    pattern = _TWO.get(_spoken(language))
    return len(_QUESTION_MARK.findall(wording)) > 1 or (pattern is not None and pattern.search(wording) is not None)


def longest_sentence(wording: str) -> int:
    """The number of words in its longest sentence."""
    return max(len(sentence.split()) for sentence in _SENTENCE_END.split(wording))


def times_in(wording: str, language: str) -> frozenset[str]:
    """The words that say over which time it asks, in small letters; none where the language is not known here."""
    pattern = _TIMES.get(_spoken(language))
    return frozenset(found[0].lower() for found in pattern.finditer(wording)) if pattern else frozenset()


def _spoken(language: str) -> str:
    return language.partition("-")[0]
