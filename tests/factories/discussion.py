"""Comments for tests, written through the services by people who may."""

from apps.curation import services
from tests.factories.accounts import UserFactory, with_confirmed_address


def commenter(**values):
    """Somebody signed up, with a confirmed address."""
    return with_confirmed_address(UserFactory(**values))


def make_comment(about, author=None, text="Is the *effect* seen in patients?"):
    """The first comment of a thread about a submission, a record or a target."""
    return services.open_thread(actor=author or commenter(), about=about, text=text)
