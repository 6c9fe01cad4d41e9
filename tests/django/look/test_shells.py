"""Both shells, the survey's own and a host's: what every page keeps, whatever is around it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import html5lib
import pytest
from bs4 import BeautifulSoup, Tag
from django.template.autoreload import reset_loaders

from selfhelp_survey import look
from selfhelp_survey.checks import look as checks
from selfhelp_survey.stylesheet import faults, stylesheet, stylesheet_address
from tests.django.instruments import small
from tests.django.survey_site import Respondent, open_survey
from tests.unit.docs.pages import first_cells, rows, section, text_of

HOST = "host/survey_base.html"
TEMPLATES = Path(__file__).parents[3] / "selfhelp_survey" / "templates" / "selfhelp_survey"
GUIDE = text_of("how-to/restyle.md")
PRESSED = ".leave button:active,.leave button:focus:not(:focus-visible)"
both_shells = pytest.mark.parametrize("shell", ["", HOST])


@pytest.fixture
def host_templates(settings: Any, tmp_path: Path) -> Path:
    """The folder of the host's own `selfhelp_survey/` templates, which come before the shipped ones."""
    folder = tmp_path / "selfhelp_survey"
    folder.mkdir()
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [str(tmp_path)]}]
    return folder


def walked(settings: Any, shell: str) -> dict[str, BeautifulSoup]:
    """One page of each kind, in this shell."""
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, "BASE_TEMPLATE": shell, "ACCESSIBILITY_URL": "/access/"}
    open_survey(small())
    respondent = Respondent()
    pages = {"consent": respondent.see()}
    address = respondent.send("consent").headers["Location"]
    pages["errors"] = respondent.client.get(address, secure=True)  # type: ignore[assignment]
    respondent.consent()
    pages["first"] = respondent.see("first")
    respondent.send("first", gate=2)
    respondent.send("third")
    pages["more"] = respondent.see("more")
    respondent.send("more", go="stop")
    pages |= {name: respondent.see(name) for name in ("check", "thanks", "help", "end", "nowhere")}
    return {name: BeautifulSoup(strictly_parsed(page.content.decode()), "html.parser") for name, page in pages.items()}


def strictly_parsed(html: str) -> str:
    html5lib.HTMLParser(strict=True).parse(html)
    return html


def stops(soup: BeautifulSoup) -> list[Tag]:
    """What the tab key reaches, in order."""
    return soup.select("a[href], button, input:not([type=hidden]), textarea, select, summary")


# What survives in both


@pytest.mark.django_db
@both_shells
def test_every_page__landmarks_title_and_language__are_there_once(settings: Any, shell: str) -> None:
    for name, soup in walked(settings, shell).items():
        assert len(soup.select("main")) == len(soup.select("h1")) == len(soup.select("title")) == 1, name
        assert len(soup.select("main h1")) == 1, name
        assert soup.select_one("html[lang=en]"), name
        assert soup.title is not None
        assert soup.title.text.endswith("Feedback"), name
        assert "Example" not in soup.title.text, "the title must not tell where somebody is"
        assert len({tag["id"] for tag in soup.select("[id]")}) == len(soup.select("[id]")), name


@pytest.mark.django_db
@both_shells
def test_every_page__first_two_stops__are_skip_link_and_exit(settings: Any, shell: str) -> None:
    for name, soup in walked(settings, shell).items():
        skip, leave = stops(soup)[:2]
        assert soup.select_one(f"main{skip['href']}[tabindex='-1']"), name
        form = leave.find_parent("form")
        assert form is not None
        assert (form["method"], form["action"]) == ("post", "/feedback/en/end/leave/"), name
        assert leave.text == "Leave quickly"


@pytest.mark.django_db
@both_shells
def test_every_page__help__stands_after_the_content_and_languages_after_it(settings: Any, shell: str) -> None:
    for name, soup in walked(settings, shell).items():
        [support] = soup.select("aside.support")
        assert support.find_parent("main") is None, name
        assert support.find_previous("h1"), name
        assert soup.select(".languages [lang=es]"), name
        assert len(soup.select("[href='/access/']")) == 1, name


@pytest.mark.django_db
@both_shells
def test_every_page__loads__nothing_but_stylesheets_of_this_site(settings: Any, shell: str) -> None:
    own = stylesheet_address(in_host=bool(shell))
    for soup in walked(settings, shell).values():
        assert not soup.select("script, img, iframe, svg, style, [style], [onclick]")
        sheets = [link["href"] for link in soup.select("link[rel=stylesheet]")]
        assert sheets == ([own, "/static/host/site.css"] if shell else [own])
        assert soup.select("meta[name=robots]")


@pytest.mark.django_db
@both_shells
def test_page_with_errors__either_shell__names_the_error_in_title_and_summary(settings: Any, shell: str) -> None:
    soup = walked(settings, shell)["errors"]
    assert soup.title is not None
    assert soup.title.text.startswith("Error: ")
    assert soup.select_one("main [role=alert]#attention a[href='#id_adult_0']")
    assert soup.select_one("#id_adult_0")


@pytest.mark.django_db
@both_shells
def test_sheet__of_either_shell__is_served_to_be_kept(settings: Any, shell: str) -> None:
    respondent = Respondent()
    response = respondent.client.get(stylesheet_address(in_host=bool(shell)), secure=True)
    assert response.content.decode() == stylesheet(in_host=bool(shell))
    assert "immutable" in response.headers["Cache-Control"]


def test_sheet__in_a_host_page__reaches_nothing_outside_the_survey() -> None:
    text = stylesheet(in_host=True)
    assert "\nhtml{background:var" not in text
    assert "\nbody{margin" not in text
    outside = text.replace(text[text.index(":where(.survey){") : text.rindex("}\nbody:has(.leave") + 1], "")
    assert [line.partition("{")[0].strip() for line in outside.splitlines() if line.strip()] == [
        ":root", "@media (prefers-color-scheme:dark)",
        f"body:has({PRESSED}),body:has({PRESSED}) *", f"html:has({PRESSED})", ".leave button", PRESSED,
    ]  # fmt: skip


@pytest.mark.django_db
def test_host_shell__fails__costs_its_look_and_not_the_page(
    settings: Any, host_templates: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (host_templates / "broken.html").write_text(
        '{% extends "host/base.html" %}{% block main %}{% url "gone" %}{% endblock %}'
    )
    pages = walked(settings, "selfhelp_survey/broken.html")
    assert pages["first"].select_one("form input[name=gate]")
    assert {link["href"] for link in pages["first"].select("link[rel=stylesheet]")} == {stylesheet_address()}
    assert "NoReverseMatch" in caplog.text
    assert "gone" not in caplog.text


@pytest.mark.django_db
def test_host_shell__template_reads_the_request__sees_none(settings: Any, host_templates: Path) -> None:
    (host_templates / "curious.html").write_text(
        '{% extends "host/survey_base.html" %}{% block survey_exit %}{{ block.super }}'
        "[{{ request.META.HTTP_HOST }}{{ user }}{{ csrf_token }}]{% endblock %}"
    )
    assert "[]" in walked(settings, "selfhelp_survey/curious.html")["first"].text


# What a host writes


@pytest.mark.django_db
def test_host_css__properties__are_in_the_one_sheet(host_templates: Path) -> None:
    before = stylesheet_address()
    (host_templates / "host.css").write_text(":root{--accent:#402060}")
    reset_loaders()  # as the development server does
    assert ":root{--accent:#402060}" in stylesheet()
    assert stylesheet_address() != before
    response = Respondent().client.get(stylesheet_address(), secure=True)
    assert "--accent:#402060" in response.content.decode()
    assert checks.check_host_css(None) == []


@pytest.mark.parametrize(
    "css",
    [
        "p{background:url(https://example.org/a)}", "p{background:URL(/a)}", "@import 'a.css';", "@font-face{}",
        "p{background:image-set('a' 1x)}", "p{background:src('a')}", "</style>", "p{background:\\75rl(a)}",
    ],
)  # fmt: skip
def test_host_css__loads_something__is_an_error_and_left_out(host_templates: Path, css: str) -> None:
    assert faults(css)
    (host_templates / "host.css").write_text(css)
    [message] = checks.check_host_css(None)
    assert message.id == "selfhelp_survey.E031"
    assert css not in stylesheet()


@pytest.mark.parametrize("css", ["", ":root{--font:'Noto Sans',sans-serif}", "@media print{p{color:#000}}"])
def test_host_css__plain__has_no_fault(css: str) -> None:
    assert faults(css) == ()


@pytest.mark.parametrize(
    ("template", "found"), [("", []), (HOST, []), ("host/base.html", ["E032"]), ("no/such.html", ["E032"])]
)
def test_check_base_template__block_missing__is_an_error(settings: Any, template: str, found: list[str]) -> None:
    settings.SELFHELP_SURVEY = {"BASE_TEMPLATE": template}
    assert [message.id for message in checks.check_base_template(None)] == [f"selfhelp_survey.{one}" for one in found]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('{% extends "selfhelp_survey/base.html" %}{% block survey_footer %}<footer>x</footer>{% endblock %}', 0),
        ("<title>{% block survey_title %}{% endblock %}</title>", 1),
    ],
)
def test_own_base__extends_the_shipped_one__keeps_its_blocks(host_templates: Path, source: str, found: int) -> None:
    (host_templates / "base.html").write_text(source)
    assert len(checks.check_base_template(None)) == found


@pytest.mark.django_db
def test_own_base__fills_one_block__leaves_the_rest(settings: Any, host_templates: Path) -> None:
    (host_templates / "base.html").write_text(
        '{% extends "selfhelp_survey/base.html" %}{% block survey_before_main %}<p id="logo">Ours</p>{% endblock %}'
    )
    first = walked(settings, "")["first"]
    assert first.select_one("#logo")
    assert first.select_one("aside.support")


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("{# look 1 #}<p>{{ position }} / {{ count }}</p>", []),
        ("{# look 1 #}<p>{{ position }}</p>", ["W031"]),
        ("<p>{{ position }} / {{ count }}</p>", ["W032"]),
        ("{# look 0 #}", ["W031", "W032"]),
    ],
)
def test_check_overridden_parts__piece_or_mark_missing__is_told(
    host_templates: Path, source: str, found: list[str]
) -> None:
    (host_templates / "progress.html").write_text(source)
    messages = checks.check_overridden_parts(None)
    assert [message.id for message in messages] == [f"selfhelp_survey.{one}" for one in found]
    assert all("progress.html" in message.msg for message in messages)


# The contract


def test_shipped_parts__all__hold_what_is_asked_of_an_override() -> None:
    assert {name for name in look.PARTS if look.missing_pieces(name, (TEMPLATES / name).read_text("utf-8"))} == set()
    assert list(look.overridden_parts()) == []


def test_parts__folder__has_no_other_question_type() -> None:
    shipped = {f"question/{path.name}" for path in (TEMPLATES / "question").glob("*.html")}
    assert shipped == {name for name in look.PARTS if name.startswith("question/")}


def test_blocks__of_the_shipped_base__are_the_contract() -> None:
    source = (TEMPLATES / "base.html").read_text("utf-8")
    assert [part.partition(" %}")[0] for part in source.split("{% block ")[1:]] == list(look.BLOCKS)


def test_guide__blocks_parts_and_properties__are_those_of_the_contract() -> None:
    assert first_cells(section(GUIDE, "Blocks")) == list(look.BLOCKS)
    assert set(first_cells(section(GUIDE, "Parts"))) == set(look.PARTS)
    tokens = (TEMPLATES / "tokens.css").read_text("utf-8").partition("}")[0]
    told = {cells[0]: cells[1] for cells in rows(section(GUIDE, "Colours, width and font"))}
    assert told == {
        name: value for name, _, value in (one.partition(":") for one in tokens.partition("{")[2].split(";"))
        if name.startswith("--")
    }  # fmt: skip
    assert f"{look.MARK} #}}" in GUIDE


def test_guide__bridge__is_the_shipped_one() -> None:
    assert (TEMPLATES / "base_host.html").read_text("utf-8").strip() in GUIDE
