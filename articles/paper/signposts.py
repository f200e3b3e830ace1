"""What machines look for at addresses that are the same everywhere: robots.txt and security.txt."""

from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.models.paper import AiCrawlers, Paper
from articles.paper import sitemaps
from articles.paper.conditional import answer

TEXT = "text/plain; charset=utf-8"
NOT_FOR_MACHINES = ("/admin/", "/report/", "/review/", "/search/")
# By the names under which their owners say that they listen.
LEARNING = (
    "AI2Bot", "Amazonbot", "anthropic-ai", "Applebot-Extended", "Bytespider", "CCBot", "ClaudeBot",
    "cohere-training-data-crawler", "Diffbot", "FacebookBot", "Google-Extended", "GPTBot", "ImagesiftBot",
    "meta-externalagent", "omgili", "PanguBot", "Timpibot",
)  # fmt: skip
ANSWERING = (
    "ChatGPT-User", "Claude-SearchBot", "Claude-User", "DuckAssistBot", "meta-externalfetcher", "MistralAI-User",
    "OAI-SearchBot", "Perplexity-User", "PerplexityBot",
)  # fmt: skip
REFUSED: Mapping[str, tuple[str, ...]] = {
    AiCrawlers.NONE: LEARNING + ANSWERING,
    AiCrawlers.ANSWERS: LEARNING,
    AiCrawlers.ALL: (),
}
SECURITY_LASTS = timedelta(days=180)


@require_safe
def robots(request: HttpRequest) -> HttpResponseBase:
    """What crawlers are asked to leave alone, as the newsroom has set it. RFC 9309"""
    paper, site = Paper.objects.current(), settings.SITE_URL
    groups = [["User-agent: *", *(f"Disallow: {address}" for address in NOT_FOR_MACHINES)]]
    if refused := REFUSED[paper.ai_crawlers]:
        groups.append([*(f"User-agent: {name}" for name in refused), "Disallow: /"])
    if paper.robots.strip():
        groups.append(paper.robots.strip().splitlines())
    maps = (*sitemaps.indexes(), reverse("paper:sitemap_news"))
    groups.append([f"Sitemap: {site}{address}" for address in maps])
    text = "\n\n".join("\n".join(lines) for lines in groups)
    return answer(request, f"{text}\n".encode(), TEXT)


@require_safe
def security(request: HttpRequest) -> HttpResponseBase:
    """Whom to tell of a hole; there is no such page while the newsroom has set no contact address. RFC 9116"""
    paper = Paper.objects.current()
    if not paper.contact:
        raise Http404("The newsroom has set no contact address.")
    expires = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) + SECURITY_LASTS
    lines = (
        f"Contact: mailto:{paper.contact}",
        f"Expires: {expires.isoformat()}",
        "Preferred-Languages: en",
        f"Canonical: {settings.SITE_URL}{reverse('paper:security')}",
    )
    return answer(request, "".join(f"{line}\n" for line in lines).encode(), TEXT)
