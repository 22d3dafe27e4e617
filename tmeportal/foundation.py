"""What a portal needs before it can open: tables, static files, demo people, seeds.

Every step may run again at every start; what is done is skipped. Import it once Django is set up.
"""

import hashlib
import os
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.staticfiles.finders import get_finders
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.accounts.services import conflict_statement_in_force, create_person, make_conflict_statement, record_event
from apps.catalogue.models import Entry
from apps.core.addresses import without_password
from apps.core.embedded.failures import CannotStart
from apps.vocabularies.models import Target

# Any number, the same in every portal: two that start on one database take turns.
FOUNDATION_LOCK = 7_036_001


def lay() -> None:
    """All steps in their order; ``CannotStart`` or a ``DatabaseError`` where one is impossible."""
    try:
        cache.get("foundation")
    except Exception as error:
        reason = " ".join(str(error).split())
        raise CannotStart(f"Redis at {without_password(settings.REDIS_URL)} cannot be reached: {reason}") from error
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [FOUNDATION_LOCK])
    migrate()
    collect_static_files()
    if settings.DEMO:
        make_demo_people()
    else:
        close_demo_accounts()
    load_seeds()


def migrate() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


def collect_static_files() -> None:
    """``collectstatic``, unless the very same files were collected before."""
    stamp = Path(f"{settings.STATIC_ROOT}.stamp")
    inputs = static_inputs()
    if Path(settings.STATIC_ROOT).is_dir() and stamp.exists() and stamp.read_text() == inputs:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(inputs)


def static_inputs() -> str:
    """A digest of every static file's name, size and time."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list(None):
            state = os.stat(storage.path(name))
            digest.update(f"{name}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


@transaction.atomic
def make_demo_people() -> None:
    """The demo users, ready to work: confirmed address, role, the known password, conflict statement in force."""
    present = set(User.objects.filter(username__in=settings.DEMO_PEOPLE).values_list("username", flat=True))
    for username in settings.DEMO_PEOPLE.keys() - present:
        create_person(
            username=username,
            email=f"{username}@demo.example",
            password=settings.DEMO_PASSWORD,
            name=username.replace("-", " ").capitalize(),
            affiliation="Demonstration Institute",
            role=Role(settings.DEMO_PEOPLE[username]),
            check_password=False,
        )
    people = User.objects.filter(username__in=settings.DEMO_PEOPLE)
    # One hash for all of them: to check a password costs a third of a second, at every start.
    hashes = set(people.values_list("password", flat=True))
    if len(hashes) != 1 or not check_password(settings.DEMO_PASSWORD, hashes.pop()):
        people.update(password=make_password(settings.DEMO_PASSWORD))
    people.filter(is_active=False).update(is_active=True)
    for person in people:
        if conflict_statement_in_force(person) is None:
            make_conflict_statement(person=person, text="none")


@transaction.atomic
def close_demo_accounts() -> None:
    """Outside the demo nobody signs in with a password that was printed on a terminal."""
    for person in User.objects.filter(username__in=settings.DEMO_PEOPLE, is_active=True):
        person.is_active = False
        person.save(update_fields=["is_active"])
        record_event(
            actor=None,
            verb="close_account",
            obj=person,
            from_state="open",
            to_state="closed",
            reason="The portal no longer runs as a demonstration.",
        )


@transaction.atomic
def load_seeds() -> None:
    """The seeds, all or none of them, into a catalogue that has nothing in it."""
    if not Target.objects.exists() and not Entry.objects.exists():
        print("Loading the seeds…", flush=True)
        call_command("load_seeds", verbosity=0)
