"""The parts of the embedded servers that can be looked at alone."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import pytest

from apps.core.addresses import without_password
from apps.core.embedded import addresses
from apps.core.embedded.binaries import postgres_folder, redis_server
from apps.core.embedded.child import Child, Program, stop_all
from apps.core.embedded.data_folder import DataFolder, own_folder, reaches, server_account
from apps.core.embedded.failures import CannotStart
from apps.core.embedded.servers import EmbeddedServers, await_predecessor
from tests.core.portal import ROOT, descendants, wait_until_gone


def test_sockets_are_told_apart_and_short_however_deep_the_data_lies(tmp_path):
    deep = tmp_path / ("a long folder name " * 10)
    assert addresses.socket_dir(deep) != addresses.socket_dir(tmp_path)
    assert len(str(addresses.socket_dir(deep) / ".s.PGSQL.5432")) <= addresses.LONGEST_SOCKET_PATH


def test_sockets_do_not_move_with_tmpdir(tmp_path, monkeypatch):
    before = addresses.socket_dir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert addresses.socket_dir(tmp_path) == before


@pytest.mark.parametrize(
    ("url", "for_broker"),
    [
        ("unix:///tmp/x/redis.sock?db=3", "redis+socket:///tmp/x/redis.sock?virtual_host=3"),
        ("unix:///tmp/x/redis.sock", "redis+socket:///tmp/x/redis.sock?virtual_host=0"),
        ("redis://host:6379/2", "redis://host:6379/2"),
    ],
)
def test_broker_address_is_spelt_as_kombu_wants_it(url, for_broker):
    assert addresses.broker_url(url) == for_broker


def test_passwords_stay_out_of_messages():
    assert without_password("postgres://me:pa55@host/db") == "postgres://me:…@host/db"
    assert without_password("redis://:pa55@host/0") == "redis://:…@host/0"
    assert without_password("unix:///tmp/redis.sock?db=0") == "unix:///tmp/redis.sock?db=0"


def test_secret_is_kept_private_and_the_same(tmp_path):
    first = addresses.kept_secret(tmp_path / "made" / "secret", 30)
    assert len(first) >= 30
    assert addresses.kept_secret(tmp_path / "made" / "secret", 30) == first
    assert (tmp_path / "made" / "secret").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "made").iterdir()] == ["secret"]


def test_processes_that_start_at_once_agree_on_the_secret(tmp_path):
    imports = "from pathlib import Path; from apps.core.embedded import kept_secret"
    code = f"{imports}; print(kept_secret(Path({str(tmp_path / 'secret')!r}), 30))"
    started = [
        subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    assert len({process.communicate()[0] for process in started}) == 1


def test_lock_is_for_one_and_names_its_holder(tmp_path):
    first, second = DataFolder(tmp_path), DataFolder(tmp_path)
    first.lock("the first")
    with pytest.raises(CannotStart, match=rf"in use by the first \(process {os.getpid()}\): stop it first"):
        second.lock("the second")
    first.unlock()
    second.lock("the second")


def test_folder_that_somebody_else_put_there_is_refused(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(CannotStart, match="belongs to somebody else"):
        own_folder(tmp_path / "link", 0o700)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the servers to another user")
def test_servers_of_root_fall_back_where_nobody_cannot_come(tmp_path):
    data = tmp_path / "closed" / "data"
    data.mkdir(parents=True)
    data.parent.chmod(0o700)
    assert not reaches(server_account(), data)
    said = []
    servers = EmbeddedServers(DataFolder(data), durable=False, say=said.append)
    servers.start()
    try:
        assert servers.answer()
        assert str(servers.home).startswith("/var/tmp/tme-portal-")
        assert said == [
            f"PostgreSQL and Redis keep their files in {servers.home}: when they were first started, their user "
            f"“nobody” could not reach {data}."
        ]
    finally:
        servers.stop()
        subprocess.run(["rm", "-rf", str(servers.home)], check=True)
    assert not servers.sockets.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the servers to another user")
@pytest.mark.parametrize("made_while", ["open", "closed"])
def test_a_database_stays_where_it_was_made(made_while):
    # Not below pytest's own folder: that one is closed to others.
    with tempfile.TemporaryDirectory(prefix="tme-home-") as above:
        data = Path(above) / "data"
        data.mkdir(mode=0o755)
        Path(above).chmod(0o755 if made_while == "open" else 0o700)
        home = DataFolder(data).servers_home()
        try:
            assert (home == data) == (made_while == "open")
            (home / "postgres").mkdir()
            (home / "postgres" / "PG_VERSION").write_text("18\n")
            Path(above).chmod(0o700 if made_while == "open" else 0o755)
            if made_while == "open":
                with pytest.raises(CannotStart, match=r"cannot reach the database in .* any more"):
                    DataFolder(data).servers_home()
            else:
                assert DataFolder(data).servers_home() == home
        finally:
            shutil.rmtree(home, ignore_errors=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the servers to another user")
def test_programs_that_nobody_cannot_reach_are_copied(tmp_path, monkeypatch):
    from apps.core.embedded import binaries

    for one in (tmp_path, *tmp_path.parents[:3]):
        if str(one).startswith("/tmp/pytest"):
            one.chmod(0o755)
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0o700)
    (hidden / "redis-server").write_bytes(redis_server().read_bytes())
    (hidden / "redis-server").chmod(0o755)
    monkeypatch.setattr(binaries, "redis_server", lambda: hidden / "redis-server")
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    servers = EmbeddedServers(DataFolder(data), database=False, durable=False)
    servers.start()
    try:
        assert servers.children[0].program.argv[0].startswith(f"{data}/programs/redis-server-")
    finally:
        servers.stop()


def test_programs_are_the_versions_promised():
    postgres = subprocess.run([postgres_folder() / "bin" / "postgres", "--version"], capture_output=True, text=True)
    assert " 18." in postgres.stdout
    redis = subprocess.run([redis_server(), "--version"], capture_output=True, text=True)
    assert redis.returncode == 0


def test_redis_may_be_named(monkeypatch):
    monkeypatch.setenv("REDIS_SERVER", "/bin/sh")
    assert redis_server() == Path("/bin/sh")


def test_child_that_will_not_stop_is_killed_with_all_it_started():
    stubborn = "trap '' TERM; sleep 600 & echo $!; wait; sleep 600"
    log = Path(f"/tmp/stubborn-{os.getpid()}.log")
    try:
        child = Child(Program("stubborn", ["/bin/sh", "-c", stubborn], grace=0.3, log=log))
        while not log.exists() or not (said := log.read_text().strip()):
            time.sleep(0.02)
        orphan = descendants(child.pid)
        assert int(said) in orphan
        stop_all([child])
        assert not child.alive
        assert wait_until_gone(orphan) == []
    finally:
        log.unlink(missing_ok=True)


def test_child_dies_with_a_parent_that_was_killed(tmp_path):
    code = textwrap.dedent("""
        import time
        from apps.core.embedded.child import Child, Program
        print(Child(Program("sleeper", ["sleep", "600"])).pid, flush=True)
        time.sleep(600)
    """)
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 5
    while Path(f"/proc/{child}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path(f"/proc/{child}").exists()


def test_number_of_a_dead_server_that_another_process_got_is_no_predecessor(tmp_path):
    pid_file = tmp_path / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n")
    await_predecessor(pid_file, "no such command line")
    assert not pid_file.exists()
