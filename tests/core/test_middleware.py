"""What holds for every request."""

import pytest


def test_every_answer_closes_what_our_pages_do_not_need(client):
    answer = client.get("/healthz")
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/healthz"])
def test_body_that_is_too_large_is_refused_unread(client, settings, path):
    answer = client.post(path, data=b"", content_type="application/octet-stream", CONTENT_LENGTH=str(6 * 1024 * 1024))
    assert answer.status_code == 413
    assert answer.content == b"Too large: at most 5 MB can be sent here.\n"


def test_files_may_be_larger_where_files_are_taken(client, settings, db):
    settings.UPLOAD_LIMIT_BYTES = 8 * 1024 * 1024
    path = settings.UPLOAD_PATHS[0]
    headers = {"content_type": "multipart/form-data; boundary=x", "data": b"--x--"}
    assert client.post(path, CONTENT_LENGTH=str(6 * 1024 * 1024), **headers).status_code != 413
    assert client.post(path, CONTENT_LENGTH=str(9 * 1024 * 1024), **headers).status_code == 413


def test_what_is_no_file_may_not_be_larger_there(client, settings, db):
    headers = {"content_type": "application/json", "data": b"{}"}
    answer = client.post(settings.UPLOAD_PATHS[-1], CONTENT_LENGTH=str(6 * 1024 * 1024), **headers)
    assert answer.status_code == 413


@pytest.mark.parametrize("length", ["-1", "many", "1e9"])
def test_length_that_is_no_number_is_refused(client, length):
    assert client.post("/", data=b"", content_type="text/plain", CONTENT_LENGTH=length).status_code == 400
