"""Logs: one shape for all, readable or JSON."""

import json
import logging
import logging.config

import pytest
import structlog

from apps.core.logs import configure_structlog, drop_probes, logging_configuration


@pytest.fixture
def restored_logging():
    root = logging.getLogger()
    before = (root.level, list(root.handlers))
    yield
    root.setLevel(before[0])
    root.handlers[:] = before[1]


def test_json_lines_carry_level_logger_time_and_fields(restored_logging, capsys):
    logging.config.dictConfig(logging_configuration(readable=False, level="INFO"))
    configure_structlog()
    structlog.get_logger("portal.test").info("import_finished", run=7)
    logging.getLogger("portal.old").warning("said the %s way", "old")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["import_finished", "said the old way"]
    assert lines[0] | {"timestamp": ""} == {
        "event": "import_finished",
        "run": 7,
        "level": "info",
        "logger": "portal.test",
        "timestamp": "",
    }


def test_readable_lines_have_no_colours_where_there_is_no_terminal(restored_logging, capsys):
    logging.config.dictConfig(logging_configuration(readable=True, level="INFO"))
    logging.getLogger("portal").info("hello")
    line = capsys.readouterr().err
    assert "hello" in line
    assert "\x1b" not in line


def test_probes_leave_no_line():
    with pytest.raises(structlog.DropEvent):
        drop_probes(None, "info", {"event": "request_finished", "request": "GET /readyz"})
    kept = {"event": "request_finished", "request": "GET /entries/"}
    assert drop_probes(None, "info", kept) == kept
