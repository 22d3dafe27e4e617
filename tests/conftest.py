"""The people every test knows. ``visitor`` has an account and no role."""

import hypothesis
import pytest

from tests.factories.accounts import AdministratorFactory, CuratorFactory, EditorFactory, UserFactory

# What holds, holds on a busy machine too.
hypothesis.settings.register_profile("portal", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("portal")


def pytest_make_parametrize_id(val, argname):
    """Bytes name no test: what is packed carries the time, and parallel workers must agree on every name."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture
def visitor(db):
    return UserFactory(username="visitor", name="Vera Visitor")


@pytest.fixture
def curator(db):
    return CuratorFactory(username="curator", name="Carla Curator")


@pytest.fixture
def other_curator(db):
    return CuratorFactory(username="other-curator", name="Omar Curator")


@pytest.fixture
def editor(db):
    return EditorFactory(username="editor", name="Edda Editor")


@pytest.fixture
def other_editor(db):
    return EditorFactory(username="other-editor", name="Odile Editor")


@pytest.fixture
def administrator(db):
    return AdministratorFactory(username="administrator", name="Ada Administrator")


@pytest.fixture
def releases_root(settings, tmp_path):
    """A place of the test's own for the files of releases."""
    settings.RELEASES_ROOT = tmp_path / "releases"
    return settings.RELEASES_ROOT
