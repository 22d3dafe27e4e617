"""The account pages and the administrators' pages, as a browser without JavaScript meets them."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from apps.accounts import services
from apps.accounts.models import ApiToken, ConflictStatement, RoleApplication
from apps.accounts.roles import Role
from tests.factories.accounts import RoleApplicationFactory, UserFactory

MINE = ["", "profile/", "role/", "conflicts/", "tokens/"]


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("page", [*MINE, "people/"])
def test_a_stranger_is_asked_to_sign_in_and_comes_back(client, db, page):
    response = client.get(f"/accounts/{page}")
    assert response.status_code == 302
    assert response["Location"] == f"/accounts/login/?next=/accounts/{page}"


@pytest.mark.parametrize("page", MINE)
@pytest.mark.parametrize("who", ["visitor", "curator", "editor", "administrator"])
def test_everybody_sees_their_own_account(client, request, who, page):
    client.force_login(request.getfixturevalue(who))
    assert client.get(f"/accounts/{page}").status_code == 200


# --- profile ------------------------------------------------------------------------------------


def test_the_profile_is_saved(client, visitor):
    client.force_login(visitor)
    said = {"name": "Vera V.", "affiliation": "Institute", "orcid": "https://orcid.org/0000-0002-1825-0097"}
    response = client.post("/accounts/profile/", said, follow=True)
    assert "Your profile is saved." in text_of(response)
    assert "0000-0002-1825-0097" in text_of(response)


def test_a_wrong_orcid_id_is_explained_and_nothing_typed_is_lost(client, visitor):
    client.force_login(visitor)
    said = {"name": "Vera Newname", "affiliation": "Institute", "orcid": "0000-0002-1825-0098"}
    response = client.post("/accounts/profile/", said)
    assert response.status_code == 422
    assert "check digit does not match" in text_of(response)
    assert "Vera Newname" in text_of(response)


def test_the_profile_form_cannot_raise_a_role(client, visitor):
    client.force_login(visitor)
    client.post("/accounts/profile/", {"name": "V", "role": "administrator", "is_staff": "on", "is_superuser": "on"})
    visitor.refresh_from_db()
    assert (visitor.role, visitor.is_staff, visitor.is_superuser) == (Role.VISITOR, False, False)


# --- role ---------------------------------------------------------------------------------------


def application_said(person, **changes):
    said = {"role": "curator", "name": person.name, "affiliation": "Institute", "orcid": "0000-0002-1825-0097"}
    return said | {"reason": "I know the field."} | changes


def test_an_application_saves_the_profile_and_waits(client, visitor):
    client.force_login(visitor)
    page = text_of(client.post("/accounts/role/", application_said(visitor), follow=True))
    assert "Your application is waiting for an answer" in page
    assert "Send the application" not in page
    visitor.refresh_from_db()
    assert visitor.affiliation == "Institute"


def test_an_application_that_is_refused_changes_nothing(client, visitor):
    RoleApplicationFactory(applicant=visitor)
    client.force_login(visitor)
    response = client.post("/accounts/role/", application_said(visitor, affiliation="Elsewhere"))
    assert response.status_code == 422
    visitor.refresh_from_db()
    assert visitor.affiliation != "Elsewhere"


@pytest.mark.parametrize("missing", ["affiliation", "orcid", "reason"])
def test_an_application_names_what_is_missing(client, visitor, missing):
    client.force_login(visitor)
    response = client.post("/accounts/role/", application_said(visitor, **{missing: ""}))
    assert response.context["form"].errors.keys() == {missing}
    assert not RoleApplication.objects.exists()


def test_nobody_applies_for_administrator(client, curator):
    client.force_login(curator)
    client.post("/accounts/role/", application_said(curator, role="administrator"))
    assert not RoleApplication.objects.exists()


# --- conflict statement -------------------------------------------------------------------------


def test_declaring_no_interests_takes_one_click(client, editor):
    client.force_login(editor)
    page = text_of(client.post("/accounts/conflicts/", {"interests": "none"}, follow=True))
    assert "In force until" in page
    assert ConflictStatement.objects.get().declares_none


def test_interests_are_kept_as_written_and_shown_safely(client, editor):
    client.force_login(editor)
    written = "I advise <script>alert(1)</script> & Co."
    page = client.post("/accounts/conflicts/", {"interests": "some", "text": written}, follow=True).content.decode()
    assert ConflictStatement.objects.get().text == written
    assert "<script>alert" not in page


@pytest.mark.parametrize("said", [{}, {"interests": "some", "text": " "}, {"interests": "none", "text": "I advise."}])
def test_an_unclear_statement_is_asked_about(client, editor, said):
    client.force_login(editor)
    assert client.post("/accounts/conflicts/", said).status_code == 422
    assert not ConflictStatement.objects.exists()


def test_renewal_is_asked_for_in_the_last_month(client, editor):
    services.make_conflict_statement(person=editor, text="none")
    with time_machine.travel(timezone.now() + timedelta(days=340)):
        client.force_login(editor)
        assert "please renew it" in text_of(client.get("/accounts/conflicts/"))
        assert "please renew it" in text_of(client.get("/accounts/"))


def test_an_editor_without_a_statement_is_told_what_that_means(client, editor):
    client.force_login(editor)
    assert "neither claim nor decide" in text_of(client.get("/accounts/"))


# --- tokens -------------------------------------------------------------------------------------


def test_a_token_is_shown_once_and_never_kept_by_the_browser(client, visitor):
    client.force_login(visitor)
    response = client.post("/accounts/tokens/", {"name": "notebook", "expires_in_days": "90"})
    plain = response.context["plain"]
    assert plain in text_of(response)
    assert "no-store" in response["Cache-Control"]
    later = text_of(client.get("/accounts/tokens/"))
    assert plain not in later
    assert ApiToken.objects.get().token_key in later


def test_a_token_without_an_end_is_possible(client, visitor):
    client.force_login(visitor)
    client.post("/accounts/tokens/", {"name": "server", "expires_in_days": ""})
    assert ApiToken.objects.get().expiry is None


def test_a_token_is_revoked_by_post_and_by_its_owner_only(client, visitor, curator):
    services.make_token(owner=curator, name="theirs")
    address = f"/accounts/tokens/{ApiToken.objects.get().token_key}/revoke/"
    client.force_login(visitor)
    assert client.post(address).status_code == 404
    client.force_login(curator)
    assert client.get(address).status_code == 405
    assert ApiToken.objects.count() == 1
    assert "is revoked" in text_of(client.post(address, follow=True))
    assert not ApiToken.objects.exists()


def test_only_ones_own_tokens_are_listed(client, visitor, curator):
    services.make_token(owner=curator, name="a secret project")
    client.force_login(visitor)
    assert "a secret project" not in text_of(client.get("/accounts/tokens/"))


def test_the_list_of_tokens_takes_the_same_queries_for_one_and_three(client, curator):
    client.force_login(curator)
    services.make_token(owner=curator, name="one")
    client.get("/accounts/tokens/")
    count = queries_of(client, "/accounts/tokens/")
    services.make_token(owner=curator, name="two")
    services.make_token(owner=curator, name="three")
    assert queries_of(client, "/accounts/tokens/") == count


def queries_of(client, address) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


# --- administrators' pages ----------------------------------------------------------------------


@pytest.mark.parametrize("who", ["visitor", "curator", "editor"])
def test_others_have_no_way_into_the_administrators_pages(client, request, who):
    person = request.getfixturevalue(who)
    application = RoleApplicationFactory(applicant=person)
    client.force_login(person)
    assert client.get("/accounts/people/").status_code == 403
    assert client.get(f"/accounts/people/{person.pk}/").status_code == 403
    for address in (
        f"/accounts/people/{person.pk}/role/",
        f"/accounts/people/{person.pk}/active/",
        f"/accounts/people/applications/{application.pk}/grant/",
        f"/accounts/people/applications/{application.pk}/decline/",
    ):
        assert client.post(address, {"role": "administrator", "reason": "Me", "answer": "Me"}).status_code == 403
    application.refresh_from_db()
    assert application.state == "open"


def test_granting_changes_the_role_and_tells_the_applicant(client, administrator, visitor):
    application = RoleApplicationFactory(applicant=visitor)
    client.force_login(administrator)
    assert client.post(f"/accounts/people/applications/{application.pk}/grant/").status_code == 302
    visitor.refresh_from_db()
    assert visitor.role == Role.CURATOR
    client.force_login(visitor)
    assert "Your application for the role of curator is granted." in text_of(client.get("/accounts/notices/"))


def test_declining_without_an_answer_is_refused_on_the_page(client, administrator):
    application = RoleApplicationFactory()
    client.force_login(administrator)
    page = text_of(client.post(f"/accounts/people/applications/{application.pk}/decline/", {"answer": ""}, follow=True))
    assert "Tell the applicant why" in page
    application.refresh_from_db()
    assert application.state == "open"


def test_an_administrator_cannot_answer_their_own_application(client, administrator):
    application = RoleApplicationFactory(applicant=administrator, role=Role.EDITOR)
    client.force_login(administrator)
    assert "another administrator has to answer it" in text_of(client.get("/accounts/people/"))
    page = client.post(f"/accounts/people/applications/{application.pk}/grant/", follow=True)
    assert "Nobody grants a role to themselves" in text_of(page)


def test_a_role_is_set_on_a_persons_page_with_a_reason(client, administrator, curator):
    client.force_login(administrator)
    address = f"/accounts/people/{curator.pk}/role/"
    assert client.post(address, {"role": "editor", "reason": ""}).status_code == 422
    page = text_of(client.post(address, {"role": "editor", "reason": "Knows the field."}, follow=True))
    assert "now has the role of editor" in page
    assert "Knows the field." in page
    curator.refresh_from_db()
    assert curator.role == Role.EDITOR


def test_ones_own_page_has_no_form_for_the_role(client, administrator):
    client.force_login(administrator)
    page = text_of(client.get(f"/accounts/people/{administrator.pk}/"))
    assert "Set the role" not in page
    response = client.post(f"/accounts/people/{administrator.pk}/role/", {"role": "editor", "reason": "Me."})
    assert response.status_code == 422


def test_an_account_is_closed_and_opened_on_a_persons_page(client, administrator, curator):
    client.force_login(administrator)
    address = f"/accounts/people/{curator.pk}/active/"
    assert client.post(address, {"account-reason": ""}).status_code == 422
    assert "is closed" in text_of(client.post(address, {"account-reason": "Left."}, follow=True))
    assert "is open again" in text_of(client.post(address, {"account-reason": "Came back."}, follow=True))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=zelda", {"Zelda Zimmer"}),
        ("q=zimmer+zelda", {"Zelda Zimmer"}),
        ("role=editor", {"Erik Editor"}),
        ("q=nobody-at-all", set()),
        ("q=utrecht", {"Zelda Zimmer"}),
        ("role=superhero", None),
        ("page=99&q=zelda", {"Zelda Zimmer"}),
    ],
)
def test_people_are_found(client, administrator, query, found):
    UserFactory(name="Zelda Zimmer", affiliation="Utrecht")
    UserFactory(name="Erik Editor", role=Role.EDITOR)
    client.force_login(administrator)
    response = client.get(f"/accounts/people/?{query}")
    names = {person.name for person in response.context["page"].object_list}
    assert response.status_code == 200
    if found is not None:
        assert names == found


def test_the_page_of_people_takes_the_same_queries_for_one_and_three(client, administrator):
    client.force_login(administrator)
    RoleApplicationFactory()
    client.get("/accounts/people/")
    count = queries_of(client, "/accounts/people/")
    RoleApplicationFactory()
    RoleApplicationFactory()
    assert queries_of(client, "/accounts/people/") == count


def test_a_persons_page_takes_the_same_queries_for_one_and_three_events(client, administrator, visitor):
    client.force_login(administrator)
    address = f"/accounts/people/{visitor.pk}/"

    def once(number):
        application = RoleApplicationFactory(applicant=visitor, role=Role.EDITOR)
        services.decline_role(actor=administrator, application=application, answer=f"Not yet {number}.")
        services.update_profile(person=visitor, name=f"V {number}", affiliation="", orcid="")

    once(1)
    client.get(address)
    count = queries_of(client, address)
    once(2)
    once(3)
    assert queries_of(client, address) == count


def test_ones_own_page_of_roles_takes_the_same_queries_for_one_and_three(client, administrator, visitor):
    client.force_login(visitor)

    def once():
        services.decline_role(
            actor=administrator, application=RoleApplicationFactory(applicant=visitor), answer="Not yet."
        )

    once()
    client.get("/accounts/role/")
    count = queries_of(client, "/accounts/role/")
    once()
    once()
    assert queries_of(client, "/accounts/role/") == count


# --- Django's admin -----------------------------------------------------------------------------

LOOK_UPS = ["user", "roleapplication", "conflictstatement", "apitoken", "event"]


@pytest.mark.parametrize("model", LOOK_UPS)
def test_the_admin_shows_and_never_changes(client, administrator, visitor, model):
    services.make_token(owner=visitor, name="notebook")
    client.force_login(administrator)
    assert client.get(f"/admin/accounts/{model}/").status_code == 200
    assert client.get(f"/admin/accounts/{model}/add/").status_code == 403


def test_a_person_is_not_edited_in_the_admin(client, administrator, visitor):
    client.force_login(administrator)
    address = f"/admin/accounts/user/{visitor.pk}/change/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"role": "administrator", "is_staff": "on"}).status_code == 403


@pytest.mark.parametrize("who", ["visitor", "curator", "editor"])
def test_the_admin_is_closed_to_others(client, request, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get("/admin/accounts/event/").status_code in {302, 403}


def test_the_admins_own_sign_in_page_is_not_a_way_around_the_second_step(client, db):
    response = client.get("/admin/login/?next=/admin/")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")
