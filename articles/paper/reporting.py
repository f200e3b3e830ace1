"""Readers report errors: a form without an account, without a cookie and without a script."""

from typing import Any

from django import forms
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from articles.models.report import Report
from articles.models.snapshot import Snapshot
from articles.network import address_of, network_of

SALT = "articles.report"
FORM_LASTS = 6 * 60 * 60
WAITS = "600"


class ReportForm(forms.Form):
    """What a reader found wrong. `website` is seen by machines only, and whoever fills it in is one."""

    text = forms.CharField(
        label="What is wrong?", max_length=2000, widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"})
    )
    passage = forms.CharField(
        label="In which words?", required=False, max_length=600, help_text="Copied from the story, if you can.",
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )  # fmt: skip
    email = forms.EmailField(
        label="Your address, if we may ask", required=False, max_length=254,
        help_text="For questions about this alone.", widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": -1, "autocomplete": "off"}))
    ticket = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, story: Snapshot, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        self.story = story
        self.fields["ticket"].initial = signing.dumps(story.pk, salt=SALT)

    def clean_ticket(self) -> str:
        """The form must be one that we gave for this story not long ago; a machine that only sends has none."""
        ticket: str = self.cleaned_data["ticket"]
        try:
            known = signing.loads(ticket, salt=SALT, max_age=FORM_LASTS) == self.story.pk
        except signing.BadSignature:
            known = False
        if not known:
            # What is shown again must be one that can be sent.
            self.data = {name: self.data.get(name, "") for name in self.fields}
            self.data["ticket"] = self.fields["ticket"].initial
            raise forms.ValidationError("This page has been open for long. Please send it once more.")
        return ticket


# There is no session that another site could use; the ticket in the form stands for the token.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, section_slug: str, slug: str) -> HttpResponse:
    """The form for the story at that address, and the thanks; 429 where too many come in."""
    stories = Snapshot.objects.live().at_address(f"/{section_slug}/{slug}/").select_related("section")
    story = get_object_or_404(stories)
    form = ReportForm(story, request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"story": story, "form": form}
    status = 200
    if form.is_valid():
        said = form.cleaned_data
        sender = _sender(request)
        if Report.objects.is_flooded(sender=sender, article_id=story.article_id):
            context["is_flooded"], status = True, 429
        else:
            context["is_taken"] = True
            if not said["website"]:
                Report.objects.create(
                    article_id=story.article_id, snapshot=story, text=said["text"], passage=said["passage"],
                    email=said["email"], sender=sender, at=timezone.now(),
                )  # fmt: skip
    elif form.is_bound:
        status = 422
    response = render(request, "paper/report.html", context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    if status == 429:
        response.headers["Retry-After"] = WAITS
    return response


def _sender(request: HttpRequest) -> str:
    """A keyed hash of the sender's network and the day: two reports of one sender are known as such until midnight."""
    network = network_of(address_of(request))
    return salted_hmac(SALT, f"{network} {timezone.localdate()}", algorithm="sha256").hexdigest()[:32]
