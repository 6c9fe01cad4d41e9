"""One good workbook with every feature of a survey, as tables; and the YAML file that holds the same."""
# ruff: noqa: E501 - a sheet has as many columns as it has

from __future__ import annotations

import re

from selfhelp_survey.authoring.xlsform.reader import read_workbook
from selfhelp_survey.core.questionnaire import Questionnaire
from tests.unit.authoring.workbooks import Tables, workbook

SURVEY = """
| type               | name     | label::English (en) | label::Suomi (fi) | hint::English (en) | hint::Suomi (fi) | relevant       | required | constraint              | appearance | disabled | shs_role         | shs_hierarchy | shs_harmonised | shs_prefer_not_to_say | shs_not_sure | shs_part | shs_block | shs_admits         | shs_kind |
| begin_group        | consent  | Welcome             | Tervetuloa        |                    |                  |                |          |                         | field-list |          |                  |               |                |                       |              |          |           | ${c1_adult} = 1    |          |
| note               |          | Please read this    | Lue tämä          |                    |                  |                |          |                         |            |          |                  |               |                |                       |              |          |           |                    | intro    |
| note               | who      | Who                 | Kuka              | {organisation}     | {organisation}   |                |          |                         |            |          |                  |               |                |                       |              |          |           |                    | fact     |
| note               | more     | More                | Lisää             | A long story       | Pitkä tarina     |                |          |                         |            |          |                  |               |                |                       |              |          |           |                    | detail   |
| select_one yes_no  | c1_adult | Are you an adult?   | Oletko aikuinen?  |                    |                  |                | yes      |                         |            |          | control          |               |                | no                    |              |          |           |                    |          |
| end_group          |          |                     |                   |                    |                  |                |          |                         |            |          |                  |               |                |                       |              |          |           |                    |          |
| begin_group        | about    | About you           | Sinusta           |                    |                  |                |          |                         |            |          |                  |               |                |                       |              | 2        | you       |                    |          |
| select_one region  | a1       | Where?              | Missä?            | Roughly            | Suunnilleen      |                |          |                         |            |          | quasi-identifier | area          | region         |                       |              |          |           |                    |          |
| select_multiple region | m1   | Where else?         | Missä muualla?    |                    |                  |                |          |                         |            |          | insensitive      |               |                |                       | yes          |          |           |                    |          |
| select_one region  | s1       | How far?            | Kuinka kaukana?   |                    |                  |                |          |                         | likert     |          | insensitive      |               |                |                       |              |          |           |                    |          |
| integer            | n1       | How many?           | Montako?          |                    |                  |                |          | . >= 0 and . <= 9       |            |          | insensitive      |               |                |                       |              |          |           |                    |          |
| select_one yes_no  | off      | Off?                | Pois?             |                    |                  |                |          |                         |            | yes      |                  |               |                |                       |              |          |           |                    |          |
| end_group          |          |                     |                   |                    |                  |                |          |                         |            |          |                  |               |                |                       |              |          |           |                    |          |
| begin_group        | grid     | Grid                | Taulukko          |                    |                  | ${a1} = 1      |          |                         |            |          |                  |               |                |                       |              | 2        |           |                    |          |
| begin_group        | g1       | How?                | Miten?            |                    |                  |                |          |                         | table-list |          | sensitive        |               |                |                       |              |          |           |                    |          |
| select_one yes_no  | g1_one   | One                 | Yksi              |                    |                  |                |          |                         |            |          |                  |               |                |                       |              |          |           |                    |          |
| select_one yes_no  | g1_two   | Two                 | Kaksi             |                    |                  |                |          |                         |            |          |                  |               |                |                       |              |          |           |                    |          |
| end_group          |          |                     |                   |                    |                  |                |          |                         |            |          |                  |               |                |                       |              |          |           |                    |          |
| note               | t1       | A note              | Huomautus         |                    |                  |                |          |                         |            |          |                  |               |                |                       |              |          |           |                    |          |
| text               | o1       | More?               | Lisää?            |                    |                  |                |          | string-length(.) <= 500 | multiline  |          | free text        |               |                |                       |              |          |           |                    |          |
| end_group          |          |                     |                   |                    |                  |                |          |                         |            |          |                  |               |                |                       |              |          |           |                    |          |
"""
CHOICES = """
| list_name | name | label::English (en) | label::Suomi (fi) | shs_exclusive |
| yes_no    | 1    | Yes                 | Kyllä             |               |
| yes_no    | 2    | No                  | Ei                |               |
| region    | 1    | North               | Pohjoinen         |               |
| region    | 2    | South               | Etelä             |               |
| region    | 3    | Away                | Poissa            | yes           |
"""
SETTINGS = """
| form_title | form_id | default_language | shs_title::Suomi (fi) | shs_usable | shs_prefer_not_to_say::en | shs_prefer_not_to_say::fi | shs_not_sure::en | shs_not_sure::fi |
| Questions  | tiny    | English (en)     | Kysymyksiä            | ${n1} > 0  | Rather not say            | En halua sanoa            | Not sure         | En tiedä         |
"""
HIERARCHIES = """
| hierarchy | level | code  | members | rest | label::en | label::fi  |
| area      | 1     | 1     | 1 2     |      | Here      | Täällä     |
| area      | 1     | 2     | 3       |      | There     | Siellä     |
| area      | 2     | 1     | 1, 2, 3 |      | Anywhere  | Missä vain |
| channel   |       |       |         |      |           |            |
| language  | 1     | en    | en      |      | English   | englanti   |
| language  | 1     | other |         | yes  | Other     | Muu        |
"""
GOOD: Tables = {"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS, "shs_hierarchies": HIERARCHIES}
SAME = """\
questionnaire: tiny
languages: [en, fi]
title: {en: Questions, fi: Kysymyksiä}
usable: ${n1} > 0
prefer_not_to_say: {en: Rather not say, fi: En halua sanoa}
not_sure: {en: Not sure, fi: En tiedä}
lists:
  yes_no:
    - {code: 1, label: {en: Yes, fi: Kyllä}}
    - {code: 2, label: {en: No, fi: Ei}}
  region:
    - {code: 1, label: {en: North, fi: Pohjoinen}}
    - {code: 2, label: {en: South, fi: Etelä}}
    - {code: 3, label: {en: Away, fi: Poissa}, exclusive: true}
hierarchies:
  area:
    - - {code: 1, members: [1, 2], label: {en: Here, fi: Täällä}}
      - {code: 2, members: [3], label: {en: There, fi: Siellä}}
    - - {code: 1, members: [1, 2, 3], label: {en: Anywhere, fi: Missä vain}}
  channel: []
  language:
    - - {code: en, members: [en], label: {en: English, fi: englanti}}
      - {code: other, rest: true, label: {en: Other, fi: Muu}}
pages:
  - page: consent
    title: {en: Welcome, fi: Tervetuloa}
    intro: {en: Please read this, fi: Lue tämä}
    facts:
      - {heading: {en: Who, fi: Kuka}, text: {en: "{organisation}", fi: "{organisation}"}}
    details:
      - {heading: {en: More, fi: Lisää}, text: {en: A long story, fi: Pitkä tarina}}
    admits: ${c1_adult} = 1
    questions:
      - name: c1_adult
        type: single
        role: control
        values: yes_no
        required: true
        prefer_not_to_say: false
        label: {en: Are you an adult?, fi: Oletko aikuinen?}
  - page: about
    part: 2
    block: you
    title: {en: About you, fi: Sinusta}
    questions:
      - name: a1
        type: single
        role: quasi-identifier
        hierarchy: area
        harmonised: region
        values: region
        label: {en: Where?, fi: Missä?}
        hint: {en: Roughly, fi: Suunnilleen}
      - {name: m1, type: multiple, role: insensitive, values: region, not_sure: true,
         label: {en: Where else?, fi: Missä muualla?}}
      - {name: s1, type: scale, role: insensitive, values: region, label: {en: How far?, fi: Kuinka kaukana?}}
      - {name: n1, type: number, role: insensitive, minimum: 0, maximum: 9, label: {en: How many?, fi: Montako?}}
  - page: grid
    part: 2
    title: {en: Grid, fi: Taulukko}
    relevant: ${a1} = 1
    questions:
      - name: g1
        type: matrix
        role: sensitive
        values: yes_no
        rows:
          - {name: g1_one, label: {en: One, fi: Yksi}}
          - {name: g1_two, label: {en: Two, fi: Kaksi}}
        label: {en: How?, fi: Miten?}
      - {name: t1, type: note, label: {en: A note, fi: Huomautus}}
      - {name: o1, type: text, role: free text, max_length: 500, label: {en: More?, fi: Lisää?}}
"""


def read(tables: Tables) -> Questionnaire:
    return read_workbook(workbook(tables), source="made.xlsx").questionnaire


def changed(sheet: str, before: str, after: str) -> Tables:
    """The good workbook with one piece replaced; what stands between bars is found whatever spaces are around it."""
    pattern = r" *\| *".join(re.escape(cell.strip()) for cell in before.split("|"))
    text, times = re.subn(pattern, after.replace("\\", "\\\\"), GOOD[sheet], count=1)
    assert times == 1, before
    return {**GOOD, sheet: text}
