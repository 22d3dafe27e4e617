"""``import_references`` from a shell: one answer for each file, and an exit code that scripts can trust."""

import gzip
import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from apps.literature.models import ImportRun, Reference, ReferenceText
from tests.factories.literature import article, article_set, many
from tests.literature import services_stub as faults


def run(*args: str, capsys) -> tuple[int, str]:
    """Exit code and output."""
    code = 0
    try:
        call_command("import_references", *args)
    except SystemExit as ended:
        code = ended.code
    return code, capsys.readouterr().out


@pytest.fixture
def files(tmp_path):
    content = {
        "good.xml": many(3),
        "packed.xml.gz": gzip.compress(many(2, first=50)),
        "cut.xml": many(30)[:-400],
        "table.csv": b"a,b\n1,2\n",
        "mixed.xml": article_set(article(1, doi="10.1000/a"), article("x"), article(2, doi="nonsense")),
    }
    for name, data in content.items():
        (tmp_path / name).write_bytes(data)
    return {name: str(tmp_path / name) for name in [*content, "missing.xml"]}


@pytest.mark.django_db
def test_imports_each_file_and_answers_in_json(files, capsys):
    code, out = run(files["mixed.xml"], files["packed.xml.gz"], "--json", capsys=capsys)
    mixed, packed = (json.loads(line) for line in out.splitlines())
    assert code == 0
    assert (mixed["created"], mixed["updated"], mixed["unchanged"], mixed["failed"]) == (2, 0, 0, 1)
    assert [(each["position"], each["identifier"]) for each in mixed["issues"]] == [(2, ""), (3, "PMID 2")]
    assert (packed["created"], packed["complete"], packed["format"], packed["issues"]) == (2, True, "pubmed_xml", [])
    assert ReferenceText.objects.count() == 4


@pytest.mark.django_db
def test_importing_again_says_unchanged(files, capsys):
    run(files["good.xml"], capsys=capsys)
    code, out = run(files["good.xml"], "--json", capsys=capsys)
    answer = json.loads(out)
    assert (code, answer["created"], answer["updated"], answer["unchanged"]) == (0, 0, 0, 3)


@pytest.mark.django_db
def test_one_bad_file_never_stops_the_others(files, capsys):
    names = ["missing.xml", "table.csv", "cut.xml", "good.xml"]
    code, out = run(*(files[name] for name in names), "--json", capsys=capsys)
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [each["complete"] for each in answers] == [False, False, False, True]
    assert all(each["issues"] for each in answers[:3])
    assert answers[2]["created"] > 20
    assert Reference.objects.filter(pmid__lt=1003).count() == 3


@pytest.mark.django_db
def test_says_it_in_words_without_json(files, capsys):
    code, out = run(files["mixed.xml"], capsys=capsys)
    assert "2 created, 0 updated, 0 unchanged, 1 failed" in out
    assert "record 2: “Macrophages in the margin” has no PMID" in out
    assert code == 0


@pytest.mark.django_db
def test_names_whose_import_it_is(files, curator, capsys):
    run(files["good.xml"], "--user", "curator", capsys=capsys)
    assert ImportRun.objects.get().requested_by == curator


@pytest.mark.django_db
def test_a_list_is_fetched_from_services(services_stub, tmp_path, capsys):
    services_stub.know(31234567)
    (tmp_path / "list.txt").write_text("31234567\n30000001\n")
    code, out = run(str(tmp_path / "list.txt"), "--json", capsys=capsys)
    answer = json.loads(out)
    assert (code, answer["format"], answer["created"], answer["failed"]) == (0, "id_list", 1, 1)
    assert answer["issues"][0]["identifier"] == "PMID 30000001"


@pytest.mark.django_db
def test_a_service_that_does_not_answer_is_not_waited_for(services_stub, tmp_path, slept, capsys):
    services_stub.fail(*[faults.status(500)] * 20)
    (tmp_path / "list.txt").write_text("31234567\n")
    code, out = run(str(tmp_path / "list.txt"), "--json", capsys=capsys)
    answer = json.loads(out)
    assert (code, answer["complete"]) == (1, False)
    assert answer["issues"][-1]["reason"] == "PubMed gave no usable answer in 5 tries: error 500."


@pytest.mark.django_db
def test_who_may_not_import_is_refused(files, visitor, capsys):
    code, out = run(files["good.xml"], "--user", "visitor", "--json", capsys=capsys)
    assert code == 1
    assert json.loads(out)["issues"]
    assert not Reference.objects.exists()


@pytest.mark.django_db
def test_an_unknown_person_is_a_bad_argument(files, capsys):
    with pytest.raises(CommandError) as refusal:
        call_command("import_references", files["good.xml"], "--user", "nobody")
    assert refusal.value.returncode == 2


# --- dry run ----------------------------------------------------------------------------------


def dry_run(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own that has no server to reach."""
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    command = [sys.executable, "manage.py", "import_references", *args, "--dry-run"]
    return subprocess.run(
        command, cwd=settings.BASE_DIR, env={**kept, **environment}, capture_output=True, text=True, timeout=60
    )


def test_a_dry_run_needs_no_server_and_prints_one_object_for_each_file(files, tmp_path):
    done = dry_run(files["mixed.xml"], files["table.csv"], files["cut.xml"], "--json", PORTAL_DATA=str(tmp_path / "d"))
    mixed, table, cut = (json.loads(line) for line in done.stdout.splitlines())
    assert done.returncode == 1
    assert (mixed["file"], mixed["format"], mixed["complete"]) == (files["mixed.xml"], "pubmed_xml", True)
    assert mixed["records"][0] == {
        "position": 1,
        "pmid": "1",
        "doi": "10.1000/a",
        "pmcid": None,
        "title": "Macrophages in the margin",
        "year": 2020,
        "journal": "Journal of Examples",
        "authors": [{"family": "Noe", "given": "Una", "collective": ""}],
        "has_abstract": False,
        "retracted": False,
    }
    assert [each["position"] for each in mixed["issues"]] == [2, 2, 3]
    assert (table["complete"], table["records"], len(table["issues"])) == (False, [], 1)
    assert (cut["complete"], len(cut["issues"])) == (False, 1)
    assert len(cut["records"]) > 20
    assert "Traceback" not in done.stderr


def test_a_dry_run_of_good_files_ends_well(files):
    done = dry_run(files["good.xml"])
    assert done.returncode == 0
    assert "3 records would be imported" in done.stdout


@pytest.mark.parametrize("args", [[], ["--format", "word", "x"]])
def test_bad_arguments_end_with_2(args):
    assert dry_run(*args).returncode == 2
