"""The page behind a review link: for whoever has it, without an account, and for no machine."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from articles import reviewing
from articles.models import ReviewLink
from articles.previewing import as_readers


@require_safe
def review(request: HttpRequest, token: str) -> HttpResponse:
    """One version of a story, with the name of the one it was shown to; 403 where the link is closed."""
    try:
        link = reviewing.opened(token, browser=request.headers.get("User-Agent", ""))
    except ReviewLink.DoesNotExist as error:
        raise Http404("There is no such link.") from error
    except reviewing.Closed as closed:
        response = render(request, "paper/review_closed.html", {"why": closed}, status=403)
    else:
        story = as_readers(link.article, link.article.revisions.get(version=link.version))
        context = {"story": story, "link": link}
        response = render(request, "paper/review.html", context)
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
