"""People for tests, made through the model with the role asked for."""

import factory
from allauth.account.models import EmailAddress

from apps.accounts import orcid
from apps.accounts.models import RoleApplication, User
from apps.accounts.roles import Role

PASSWORD = "correct horse battery"


def orcid_number(n: int) -> str:
    """The n-th of the iDs that tests may use; each has a true check character."""
    digits = f"0009{n:011d}"
    return orcid.normalise(digits + orcid.check_character(digits))


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    email = factory.LazyAttribute(lambda person: f"{person.username}@lab.example")
    name = factory.Sequence(lambda n: f"Person {n}")
    affiliation = factory.Sequence(lambda n: f"Institute {n}, Testville")
    orcid = factory.Sequence(orcid_number)
    role = Role.VISITOR
    password = factory.django.Password(PASSWORD)


class CuratorFactory(UserFactory):
    role = Role.CURATOR


class EditorFactory(UserFactory):
    role = Role.EDITOR


class AdministratorFactory(UserFactory):
    role = Role.ADMINISTRATOR
    is_staff = True


def with_confirmed_address(person: User) -> User:
    """The same person, able to sign in on the page: sign-in asks for a confirmed e-mail address."""
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


class RoleApplicationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RoleApplication

    applicant = factory.SubFactory(UserFactory)
    role = Role.CURATOR
    reason = "I work on checkpoint therapy and want to curate its evidence."
