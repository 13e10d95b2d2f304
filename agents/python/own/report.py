"""Tells the pipeline once what became of this process, as a log record. Never before the application's own code ran."""
import os
import sys
from time import time

from _odigos import background, settings

_DELAY = 5
_LONGEST = 256
_state = {}


def outcome(word, reason, message):
    _state.update(outcome=word, reason=reason, message=message, pid=None)


def _quoted(text):
    safe = (char if 31 < ord(char) < 127 and char not in '"\\' else "\\u%04x" % min(ord(char), 0xFFFD) for char in text)
    return '"' + "".join(safe) + '"'


def _attributes(pairs):
    return ",".join('{"key":%s,"value":{"stringValue":%s}}' % (_quoted(key), _quoted(value)) for key, value in pairs)


def _version():
    folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    with open(os.path.join(folder, "VERSION")) as file:
        return file.read().strip()


def _message():
    libraries = sys.modules.get("_odigos.libraries")
    if _state["message"] or not libraries:
        return _state["message"][:_LONGEST]
    text = "instrumented: " + (", ".join(libraries.loaded) or "no library yet")
    return (text + ("; failed: " + ", ".join(libraries.failed) if libraries.failed else ""))[:_LONGEST]


def _body():
    given = settings.pairs(os.environ.get("ODIGOS_OTEL_RESOURCE_ATTRIBUTES", ""))
    name = os.environ.get("ODIGOS_OTEL_SERVICE_NAME")
    resource = list(given.items()) + ([("service.name", name)] if name and "service.name" not in given else [])
    message = _message()
    record = [
        ("odigos.agent", "python"),
        ("odigos.outcome", _state["outcome"]),
        ("odigos.reason", _state["reason"]),
        ("odigos.message", message),
        ("odigos.version", _version()),
    ]
    return (
        '{"resourceLogs":[{"resource":{"attributes":[%s]},"scopeLogs":[{"scope":{"name":"odigos.agent"},"logRecords":'
        '[{"timeUnixNano":"%d","body":{"stringValue":%s},"attributes":[%s]}]}]}]}'
        % (_attributes(resource), time() * 1e9, _quoted(message), _attributes(record))
    ).encode("ascii")


def send():
    """Once in each process; to the endpoint of ours, and nowhere where there is none."""
    endpoint = os.environ.get("ODIGOS_OTEL_EXPORTER_OTLP_ENDPOINT")
    if not endpoint or not _state or _state["pid"] == os.getpid():
        return
    _state["pid"] = os.getpid()
    from _odigos import http

    http.post(endpoint.rstrip("/") + "/v1/logs", {"content-type": "application/json"}, _body(), 1)


def when_it_runs():
    """After some seconds, for a process that sends nothing else; a one-off tool is gone by then."""
    if os.environ.get("ODIGOS_OTEL_EXPORTER_OTLP_ENDPOINT"):
        background.after(_DELAY, send)
