"""People for tests, made through the model with the role asked for."""

import factory

from apps.accounts.models import User
from apps.accounts.roles import Role


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    email = factory.LazyAttribute(lambda person: f"{person.username}@lab.example")
    name = factory.Sequence(lambda n: f"Person {n}")
    role = Role.VISITOR
    password = factory.django.Password("correct horse battery")


class CuratorFactory(UserFactory):
    role = Role.CURATOR


class EditorFactory(UserFactory):
    role = Role.EDITOR


class AdministratorFactory(UserFactory):
    role = Role.ADMINISTRATOR
    is_staff = True
