"""``make run`` as a person meets it: real processes, real signals, a data folder of their own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time

import pytest

from tests.core.portal import ROOT, Portal, environment, manage, wait_until_gone


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("portal") / "data"
    folder.mkdir()
    for one in (folder, *folder.parents[:3]):
        if str(one).startswith("/tmp/pytest"):
            one.chmod(0o755)  # root's servers run as nobody and must get in
    return folder


@pytest.fixture(scope="module")
def portal(data):
    portal = Portal(data)
    portal.start()
    yield portal
    if portal.process.poll() is None:
        portal.end(signal.SIGKILL)


def test_says_where_it_is_and_who_may_sign_in(portal):
    for name in ("demo-curator", "demo-second-curator", "demo-editor", "demo-second-editor", "demo-admin"):
        assert name in portal.output()
    assert re.search(r"password \S{8,}", portal.said)


def test_is_alive_and_ready(portal):
    assert portal.get("/healthz") == (200, "ok\n")
    assert portal.get("/readyz") == (200, '{"database": "ok", "redis": "ok", "migrations": "ok"}')


def test_shows_its_figures_to_nobody_who_has_no_right(portal):
    assert portal.get("/metrics")[0] == 403


def test_second_portal_on_the_same_data_is_refused_in_one_line(portal, data):
    answer = manage("run", PORTAL_DATA=str(data), PORT="0")
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert answer.stderr.count("\n") == 1
    assert f"The data folder {data} is in use by the portal that runs as “make run”" in answer.stderr


def test_port_in_use_is_told_in_one_line(portal, tmp_path):
    port = portal.address.rpartition(":")[2]
    answer = manage("run", PORTAL_DATA=str(tmp_path), PORT=port)
    assert (answer.returncode, answer.stderr.count("\n")) == (1, 1)
    assert f"Port {port} on 127.0.0.1 cannot be used (Address already in use)" in answer.stderr


def test_bare_command_uses_the_running_servers(portal, data):
    answer = manage(
        "shell",
        "-v0",
        "-c",
        "from apps.accounts.models import User; print(User.objects.count())",
        PORTAL_DATA=str(data),
    )
    assert answer.returncode == 0, answer.stderr
    assert int(answer.stdout) >= 5


def test_program_that_dies_is_started_anew(portal):
    beat = _pid_of(portal, "beat")
    os.kill(beat, signal.SIGKILL)
    deadline = time.monotonic() + 15
    while (found := _pid_of(portal, "beat")) in {None, beat} and time.monotonic() < deadline:
        time.sleep(0.2)
    assert found not in {None, beat}
    assert "beat ended (code -9); starting it anew in 1 s." in portal.output()


def test_killed_supervisor_leaves_no_process_and_its_data_is_found_again(portal, data):
    processes = portal.processes()
    assert len(processes) > 10
    assert portal.end(signal.SIGKILL) == -signal.SIGKILL
    assert wait_until_gone(processes) == []

    password = re.search(r"password (\S+)", portal.said)[1]
    again = Portal(data)
    try:
        again.start()
        assert f"password {password}\n" in again.output()
        assert "Loading the seeds" not in again.said
        processes = again.processes()
        began = time.monotonic()
    finally:
        code = again.end(signal.SIGTERM)
    assert code == 0
    assert time.monotonic() - began < 15
    assert wait_until_gone(processes, timeout=0) == []
    assert "Traceback" not in again.said


def _pid_of(portal, word):
    for pid in portal.processes():
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                if word in file.read().decode().split("\0"):
                    return pid
        except OSError:
            continue
    return None


# --- what cannot work is said in one line ---------------------------------------------------------


def refusal(**values):
    answer = manage("run", **values)
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1, answer.stderr
    return answer.stderr.strip()


def test_unreachable_database_is_told_in_one_line(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"postgres://portal:secret@127.0.0.1:{free.getsockname()[1]}/portal"
        line = refusal(
            PORTAL_DATA=str(tmp_path),
            PORT="0",
            DATABASE_URL=url,
            REDIS_URL=os.environ["REDIS_URL"],
            SECRET_KEY="x" * 60,
        )
    assert "The database at postgres://portal:…@127.0.0.1" in line
    assert "refused" in line
    assert "secret" not in line


def test_unreachable_redis_is_told_in_one_line(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        line = refusal(
            PORTAL_DATA=str(tmp_path),
            PORT="0",
            DATABASE_URL=os.environ["DATABASE_URL"],
            REDIS_URL=f"redis://127.0.0.1:{free.getsockname()[1]}/0",
            SECRET_KEY="x" * 60,
        )
    assert "Redis at redis://127.0.0.1" in line


def test_data_folder_that_is_a_file_is_told_in_one_line(tmp_path):
    (tmp_path / "data").write_text("")
    assert f"The data folder {tmp_path}/data is not a folder" in refusal(PORTAL_DATA=str(tmp_path / "data"), PORT="0")


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"PORT": "many"}, "PORT must be a whole number"),
        ({"PORT": "99999"}, "PORT must be at most 65535"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR"),
        ({"DATABASE_URL": "mysql://db.example/portal", "DEMO": "on"}, "DATABASE_URL must begin with postgres://"),
        ({"REDIS_URL": "localhost:6379"}, "REDIS_URL must begin with redis://"),
        ({"DEMO": "perhaps"}, "DEMO must be on or off"),
        ({"HOST": "0.0.0.0"}, "DEMO is refused on the public host 0.0.0.0"),
        ({"HOST": "no.such.host.example"}, "is not an address of this machine"),
        ({"DEMO": "off"}, "SECRET_KEY must be set"),
        ({"REDIS_SERVER": "no-such-program"}, "REDIS_SERVER names no-such-program"),
    ],
)
def test_wrong_environment_is_told_in_one_line(tmp_path, values, line):
    tmp_path.chmod(0o755)
    given = {"PORTAL_DATA": str(tmp_path / "data"), "PORT": "0"} | values
    if "HOST" in values and "DEMO" not in values and "no." in values["HOST"]:
        given |= {"DEMO": "off", "SECRET_KEY": "x" * 60, "ALLOWED_HOSTS": "portal.example"}
    assert line in refusal(**given)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can put on another user's shoes")
def test_read_only_data_folder_is_told_in_one_line(tmp_path):
    (tmp_path / "data").mkdir(mode=0o555)
    script = (
        "import os; os.setgroups([]); os.setgid(65534); os.setuid(65534);"
        "from apps.core import supervisor; raise SystemExit(supervisor.main([]))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", f"import django.conf; django.conf.settings.HOST; import apps.core.supervisor; {script}"],
        env=environment(PORTAL_DATA=str(tmp_path / "data"), PORT="0", DJANGO_SETTINGS_MODULE="tmeportal.settings"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (answer.returncode, answer.stderr.count("\n")) == (1, 1), answer.stderr
    assert f"The data folder {tmp_path}/data cannot be written to by this user" in answer.stderr


def test_full_data_folder_is_told_in_one_line(tmp_path, monkeypatch):
    from apps.core.embedded import data_folder
    from apps.core.embedded.failures import CannotStart

    monkeypatch.setattr(data_folder, "LEAST_FREE_BYTES", 2**62)
    with pytest.raises(CannotStart, match=r"has only \d+ MB left; .* Make room") as refused:
        data_folder.DataFolder(tmp_path).prepare()
    assert "\n" not in str(refused.value)
