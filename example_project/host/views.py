"""The host's pages: home, programme, section, support."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from example_project.host.models import Programme, Section
from selfhelp_survey.host_content import support_resources


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the site offers."""
    return render(request, "host/home.html", {"programmes": Programme.objects.all()})


@require_safe
def programme(request: HttpRequest, *, programme: str) -> HttpResponse:
    """A programme and its sections."""
    found = get_object_or_404(Programme, slug=programme)
    return render(request, "host/programme.html", {"programme": found, "sections": found.sections.all()})


@require_safe
def section(request: HttpRequest, *, programme: str, section: str) -> HttpResponse:
    """A section with its tasks, and the way on: the next section, or the end of the programme."""
    sections = list(Section.objects.filter(programme__slug=programme).select_related("programme"))
    found = get_object_or_404(Section, programme__slug=programme, slug=section)
    number = sections.index(found)
    context = {
        "programme": found.programme,
        "section": found,
        "number": number + 1,
        "count": len(sections),
        "next": sections[number + 1] if number + 1 < len(sections) else None,
    }
    return render(request, "host/section.html", context)


@require_safe
def support(request: HttpRequest) -> HttpResponse:
    """The places that help, as the survey shows them."""
    return render(request, "host/support.html", {"lines": support_resources(get_language() or "en")})
