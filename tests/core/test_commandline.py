"""Bare ``manage.py`` commands, with the embedded servers and without."""

import subprocess
import sys

import pytest

from tests.core.portal import ROOT, environment, manage

COUNT_PEOPLE = ("shell", "-v0", "-c", "from apps.accounts.models import User; print(User.objects.count())")


@pytest.fixture
def data(tmp_path):
    for one in (tmp_path, *tmp_path.parents[:3]):
        if str(one).startswith("/tmp/pytest"):
            one.chmod(0o755)  # root's servers run as nobody and must get in
    return tmp_path / "data"


def test_command_brings_its_own_database_and_takes_it_away(data):
    first = manage(*COUNT_PEOPLE, PORTAL_DATA=str(data))
    assert (first.returncode, first.stdout) == (0, "0\n"), first.stderr
    assert first.stderr == "Setting up the database…\n"
    assert not (data / "postgres" / "postmaster.pid").exists()

    second = manage(*COUNT_PEOPLE, PORTAL_DATA=str(data))
    assert (second.returncode, second.stdout, second.stderr) == (0, "0\n", "")


def test_commands_at_once_share_one_database(data):
    slow = (*COUNT_PEOPLE[:-1], f"import time; {COUNT_PEOPLE[-1].replace('; ', '; time.sleep(2); ', 1)}")
    commands = [
        subprocess.Popen(
            [sys.executable, "manage.py", *command],
            env=environment(PORTAL_DATA=str(data)),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for command in (slow, COUNT_PEOPLE, slow)
    ]
    assert [(command.communicate(timeout=90)[0], command.returncode) for command in commands] == [("0\n", 0)] * 3


def test_unreachable_database_is_told_in_one_line(tmp_path):
    answer = manage(
        *COUNT_PEOPLE, PORTAL_DATA=str(tmp_path), DATABASE_URL="postgres://portal:secret@127.0.0.1:1/x", DEMO="1"
    )
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1, answer.stderr
    assert "The database at postgres://portal:…@127.0.0.1:1/x cannot be reached" in answer.stderr


def test_wrong_setting_is_told_in_one_line(tmp_path):
    answer = manage("check", PORTAL_DATA=str(tmp_path), PORT="eighty")
    assert (answer.returncode, answer.stderr) == (1, "PORT must be a whole number, not “eighty”.\n")
