"""Every address of the project, and who gets through it: one table. An address that stands in none of it fails here."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone

from articles.models import Duty, Section, Snapshot
from articles.roles import ROLES
from staff import middleware
from staff.models import Person
from tests.addresses import every_name, of_role
from tests.staff.signing_in import sign_in

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"
LETTERS = {
    "contributor": "n", "writer": "w", "section-editor": "s", "copy-editor": "c", "photo-editor": "p",
    "editor-in-chief": "e", "administrator": "a",
}  # fmt: skip
EVERYBODY = "nwscpea"

# The name; what a stranger gets ("door": to be signed in first); what those get who get through; which roles these are,
# of a story that is somebody else's. Everybody else is refused.
TABLE = {
    row.split()[0]: tuple(row.split()[1:])
    for row in """
account_change_password                              door  200  nwscpea
account_inactive                                     200   200  nwscpea
account_login                                        200   -    -
account_logout                                       302   200  nwscpea
account_reauthenticate                               door  200  nwscpea
account_reset_password                               200   200  nwscpea
account_reset_password_done                          200   200  nwscpea
account_reset_password_from_key                      200   200  nwscpea
account_reset_password_from_key_done                 200   200  nwscpea
account_set_password                                 door  302  nwscpea
admin:(?P<url>.*)$                                   door  -    -
admin:<path:object_id>/                              door  302  nwscpea
admin:app_list                                       door  200  a
admin:articles_article_add                           door  200  nwse
admin:articles_article_as_readers                    door  200  spe
admin:articles_article_at_work                       door  200  nwscpe
admin:articles_article_beside                        door  200  se
admin:articles_article_board                         door  200  nwscpe
admin:articles_article_bulk                          door  200  nwscpe
admin:articles_article_calendar                      door  200  nwscpe
admin:articles_article_change                        door  200  spe
admin:articles_article_changelist                    door  200  nwscpe
admin:articles_article_clash                         door  302  spe
admin:articles_article_comments                      door  405  nwscpea
admin:articles_article_compare                       door  200  spe
admin:articles_article_delete                        door  200  se
admin:articles_article_find                          door  200  nwscpe
admin:articles_article_history                       door  200  spe
admin:articles_article_import                        door  200  nwse
admin:articles_article_kept                          door  -    -
admin:articles_article_move                          door  200  se
admin:articles_article_plan                          door  200  se
admin:articles_article_preview                       door  200  spe
admin:articles_article_proposal                      door  200  spe
admin:articles_article_restore                       door  302  spe
admin:articles_article_reviews                       door  200  spe
admin:articles_article_seen                          door 302  spe
admin:articles_article_stored                        door  200  spe
admin:articles_article_tags                          door  200  nwscpe
admin:articles_author_add                            door  200  se
admin:articles_author_change                         door  200  nwscpe
admin:articles_author_changelist                     door  200  nwscpe
admin:articles_author_delete                         door  200  e
admin:articles_author_history                        door  200  nwscpe
admin:articles_front_add                             door  -    -
admin:articles_front_arrange                         door  200  se
admin:articles_front_as_readers                      door  200  se
admin:articles_front_breaking                        door  405  nwscpea
admin:articles_front_change                          door  302  se
admin:articles_front_changelist                      door  200  se
admin:articles_front_delete                          door  -    -
admin:articles_front_editions                        door  200  se
admin:articles_front_history                         door  302  se
admin:articles_front_preview                         door  200  se
admin:articles_page_add                              door  200  e
admin:articles_page_change                           door 200  se
admin:articles_page_changelist                       door 200  se
admin:articles_page_delete                           door  200  e
admin:articles_page_history                          door 200  se
admin:articles_paper_add                             door  -    -
admin:articles_paper_change                          door  200  ea
admin:articles_paper_changelist                      door  302  ea
admin:articles_paper_delete                          door  -    -
admin:articles_paper_history                         door  200  ea
admin:articles_report_add                            door  -    -
admin:articles_report_change                         door  200  se
admin:articles_report_changelist                     door  200  se
admin:articles_report_delete                         door  -    -
admin:articles_report_history                        door  200  se
admin:articles_section_add                           door  200  e
admin:articles_section_change                        door  200  nwscpe
admin:articles_section_changelist                    door  200  nwscpe
admin:articles_section_delete                        door  200  e
admin:articles_section_history                       door  200  nwscpe
admin:articles_series_add                            door  200  se
admin:articles_series_change                         door 200  se
admin:articles_series_changelist                     door 200  se
admin:articles_series_delete                         door  200  e
admin:articles_series_history                        door 200  se
admin:articles_stylerule_add                         door  200  e
admin:articles_stylerule_change                      door  200  se
admin:articles_stylerule_changelist                  door  200  se
admin:articles_stylerule_delete                      door  200  e
admin:articles_stylerule_history                     door  200  se
admin:autocomplete                                   door  -    -
admin:django_tasks_database_dbtaskresult_add         door  -    -
admin:django_tasks_database_dbtaskresult_change      door  -    -
admin:django_tasks_database_dbtaskresult_changelist  door  -    -
admin:django_tasks_database_dbtaskresult_delete      door  -    -
admin:django_tasks_database_dbtaskresult_history     door  -    -
admin:doctor                                         door  200  a
admin:index                                          door  200  nwscpea
admin:jsi18n                                         door  200  nwscpea
admin:login                                          200   -    -
admin:logout                                         302   200  nwscpea
admin:media_licence_add                              door  200  pe
admin:media_licence_change                           door  200  spe
admin:media_licence_changelist                       door  200  spe
admin:media_licence_delete                           door  200  pe
admin:media_licence_history                          door  200  spe
admin:media_photo_add                                door  200  wscpe
admin:media_photo_add_many                           door  200  wscpe
admin:media_photo_bulk                               door  200  spe
admin:media_photo_change                             door  200  nwscpe
admin:media_photo_changelist                         door  200  nwscpe
admin:media_photo_choice                             door  200  nwscpe
admin:media_photo_choose                             door  200  nwscpe
admin:media_photo_delete                             door  200  pe
admin:media_photo_history                            door  200  nwscpe
admin:media_photo_look                               405   405  nwscpea
admin:media_photo_replace                            door  200  spe
admin:media_photo_unframe                            405   405  nwscpea
admin:media_photo_upload                             405   405  nwscpea
admin:staff_event_add                                door  -    -
admin:staff_event_change                             door  200  a
admin:staff_event_changelist                         door  200  a
admin:staff_event_csv                                door  200  a
admin:staff_event_delete                             door  -    -
admin:staff_event_history                            door  200  a
admin:staff_invitation_add                           door  200  a
admin:staff_invitation_change                        door  200  a
admin:staff_invitation_changelist                    door  200  a
admin:staff_invitation_delete                        door  -    -
admin:staff_invitation_history                       door  200  a
admin:staff_invitation_resend                        door  302  a
admin:staff_invitation_revoke                        door  302  a
admin:staff_person_add                               door  -    -
admin:staff_person_change                            door  200  a
admin:staff_person_changelist                        door  200  a
admin:staff_person_delete                            door  -    -
admin:staff_person_end_session                       door  302  a
admin:staff_person_erase                             door  200  a
admin:staff_person_export                            door  200  a
admin:staff_person_factor_reset                      door  200  a
admin:staff_person_history                           door  200  a
admin:staff_person_leave                             door  200  a
admin:staff_person_password_link                     door  302  a
admin:staff_person_revive                            door  302  a
admin:taggit_tag_add                                 door  200  se
admin:taggit_tag_change                              door  200  nwscpe
admin:taggit_tag_changelist                          door  200  nwscpe
admin:taggit_tag_delete                              door  200  e
admin:taggit_tag_history                             door  200  nwscpe
admin:taggit_tag_merge                               door 200  se
admin:view_on_site                                   door  302  nwscpe
healthz                                              200   200  nwscpea
media:rendition                                      404   -    -
mfa_activate_totp                                    door  200  nwscpea
mfa_add_webauthn                                     door  200  nwscpea
mfa_authenticate                                     302   -    -
mfa_deactivate_totp                                  door  -    -
mfa_download_recovery_codes                          door  -    -
mfa_edit_webauthn                                    door  -    -
mfa_generate_recovery_codes                          door  200  nwscpea
mfa_index                                            302   302  nwscpea
mfa_login_webauthn                                   302   -    -
mfa_reauthenticate                                   door  302  nwscpea
mfa_reauthenticate_webauthn                          door  302  nwscpea
mfa_remove_webauthn                                  door  -    -
mfa_view_recovery_codes                              door  -    -
paper:api                                            200  200  nwscpea
paper:api_description                                200  200  nwscpea
paper:api_nothing                                    404  -    -
paper:api_stories                                    200  200  nwscpea
paper:api_story                                      200  200  nwscpea
paper:archive                                        200   200  nwscpea
paper:archive_index                                  200   200  nwscpea
paper:author                                         200   200  nwscpea
paper:author_feed                                    200   200  nwscpea
paper:card                                           302   302  nwscpea
paper:corrections                                    200   200  nwscpea
paper:feed                                           200   200  nwscpea
paper:home                                           200   200  nwscpea
paper:masthead                                       200   200  nwscpea
paper:paper_card                                     302   302  nwscpea
paper:report                                         200   200  nwscpea
paper:robots                                         200   200  nwscpea
paper:search                                         200   200  nwscpea
paper:section                                        200   200  nwscpea
paper:section_feed                                   200   200  nwscpea
paper:security                                       404   -    -
paper:series                                         200   200  nwscpea
paper:sitemap                                        200   200  nwscpea
paper:sitemap_news                                   200   200  nwscpea
paper:sitemap_pages                                  200   200  nwscpea
paper:sitemap_room                                   200   200  nwscpea
paper:sitemap_stories                                200   200  nwscpea
paper:sitemap_tags                                   200   200  nwscpea
paper:story                                          200   200  nwscpea
paper:tag                                            200   200  nwscpea
paper:tag_feed                                       200   200  nwscpea
readyz                                               200   200  nwscpea
review                                               200   200  nwscpea
staff_account                                        door  200  nwscpea
staff_end_session                                    door  405  nwscpea
staff_export                                         door  200  nwscpea
staff_join                                           410   410  nwscpea
staff_join_link                                      302   302  nwscpea
staff_set_up                                         door  200  nwscpea
""".strip().splitlines()
}  # fmt: skip
# What nobody may do, or is for who stands otherwise than an account with every right does.
OTHERWISE_THERE: set[str] = set()
# A reader's report carries a ticket of its own.
WITHOUT_A_TOKEN: set[str] = {"paper:report"}


@dataclass(frozen=True)
class Row:
    """A row of the table, with its address."""

    name: str
    address: str
    stranger: str
    answer: str
    who: str


def test_every_address_stands_in_the_table() -> None:
    assert set(every_name()) == set(TABLE)
    assert "".join(LETTERS.values()) == EVERYBODY
    assert set(LETTERS) == {role.code for role in ROLES}


def test_a_stranger_is_sent_to_the_door(client: Client, house: dict[str, str]) -> None:
    assert _wrong(client, house, lambda row, answer: _as(row.stranger, answer, row.address)) == {}


@pytest.mark.parametrize("role", LETTERS)
def test_each_role_gets_through_where_it_may_and_nowhere_else(house: dict[str, str], role: str) -> None:
    def is_right(row: Row, answer: Any) -> bool:
        if LETTERS[role] in row.who:
            return _as(row.answer, answer, row.address)
        return _is_refused(answer)

    client = Client()
    sign_in(client, of_role(role, "somebody"))
    assert _wrong(client, house, is_right) == {}


@pytest.mark.parametrize("role", LETTERS)
def test_no_role_opens_a_story_of_a_section_that_is_not_its_own(
    house: dict[str, str], role: str, city: Section
) -> None:
    person = of_role(role, "somebody")
    person.duties.get().sections.set([city])
    client = Client()
    sign_in(client, person)
    opened = {
        row.name: row.address
        for row in _rows(house)
        if re.match(r"/admin/articles/(article|report)/(kept/)?[0-9]", row.address)
        and not (row.answer == "405" or _is_refused(client.get(row.address)))
    }
    assert opened == {}
    changed = {
        row.name: answer.status_code
        for row in _rows(house)
        if re.match(r"/admin/articles/(article|report)/(kept/)?[0-9]", row.address)
        and not _is_refused(answer := client.post(row.address, {"post": "yes", "text": "x", "seen_version": 1}))
        and answer.status_code != 405
    }
    assert changed == {}


@pytest.mark.parametrize("role", LETTERS)
def test_nobody_learns_by_its_number_where_a_story_will_stand(role: str, published: Callable[..., Snapshot]) -> None:
    planned = published(headline="The mayor resigns", live_from=timezone.now() + timedelta(days=1))
    client = Client()
    sign_in(client, of_role(role, "somebody"))
    kind = ContentType.objects.get_for_model(Snapshot).pk
    for address in (f"{kind}/{planned.pk}", f"{kind}/x", f"{'9' * 30}/{planned.pk}", f"{kind}/{'9' * 30}", "0/0"):
        assert client.get(f"/admin/r/{address}/").status_code == 404, address


def test_an_account_with_every_right_is_refused_only_what_nobody_does(house: dict[str, str]) -> None:
    owner = Person.objects.create_superuser("owner@paper.example", "Owner", "correct horse battery")
    client = Client()
    sign_in(client, owner)
    may = {row.name for row in _rows(house) if row.who != "-"}
    refused = {row.name for row in _rows(house) if row.name in may and _is_refused(client.get(row.address))}
    assert refused <= OTHERWISE_THERE


@pytest.mark.parametrize("state", ["deactivated", "not of the staff", "without a second factor"])
def test_who_is_out_gets_through_nowhere_in_the_newsroom(house: dict[str, str], settings: Any, state: str) -> None:
    person = of_role("editor-in-chief", "somebody")
    Duty.objects.create(person=person, role="administrator")
    client = Client()
    sign_in(client, person)
    if state == "deactivated":
        Person.objects.filter(pk=person.pk).update(is_active=False)
    elif state == "not of the staff":
        Person.objects.filter(pk=person.pk).update(is_staff=False)
    else:
        settings.SECOND_FACTOR_REQUIRED, settings.SECOND_FACTOR_GRACE_DAYS = True, 0
    led_to = "/admin/account/set-up/" if state == "without a second factor" else f"{LOGIN}?next="

    def is_right(row: Row, answer: Any) -> bool:
        if not row.name.startswith("admin:") or row.address.startswith(middleware.OPEN) or row.stranger == "405":
            return bool(row.stranger != "door" or state != "deactivated" or _as("door", answer, row.address))
        return bool(answer.status_code == 302 and answer.headers["Location"].startswith(led_to))

    assert _wrong(client, house, is_right) == {}


def test_nothing_changes_without_the_token_of_a_page(house: dict[str, str]) -> None:
    owner = Person.objects.create_superuser("owner@paper.example", "Owner", "correct horse battery")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner)

    def is_right(row: Row, answer: Any) -> bool:
        return answer.status_code in {403, 405} or row.name in WITHOUT_A_TOKEN

    wrong = {}
    for row in _rows(house):
        answer = strict.post(row.address, {"post": "yes"})
        if not is_right(row, answer):
            wrong[row.name] = answer.status_code
    assert wrong == {}


def _wrong(client: Client, house: dict[str, str], is_right: Callable[["Row", Any], bool]) -> dict[str, Any]:
    """The rows to which this browser gets another answer than it should, with that answer."""
    wrong = {}
    # What signs out comes last.
    for row in sorted(_rows(house), key=lambda row: "logout" in row.name):
        answer = client.get(row.address)
        if not is_right(row, answer):
            wrong[row.name] = (answer.status_code, answer.headers.get("Location", ""))
    return wrong


def _as(expected: str, answer: Any, address: str) -> bool:
    if expected == "door":
        return bool(answer.status_code == 302 and answer.headers["Location"].startswith(f"{LOGIN}?next="))
    return bool(str(answer.status_code) == expected)


def _is_refused(answer: Any) -> bool:
    """A plain no, nothing there, or back to one's desk."""
    return answer.status_code in {403, 404} or (
        answer.status_code == 302 and answer.headers["Location"].partition("?")[0] == "/admin/"
    )


def _rows(house: dict[str, str]) -> list[Row]:
    return [Row(name, house[name], *columns) for name, columns in TABLE.items()]
