"""Settings of ours have names of ours, and the SDK's names only while our code reads them."""
import os

PREFIX = "ODIGOS_"
_OURS = PREFIX + "OTEL_"
_ATTRIBUTES = "OTEL_RESOURCE_ATTRIBUTES"


def pairs(text):
    return dict(pair.strip().split("=", 1) for pair in text.split(",") if "=" in pair)


def effective():
    """The variables that the SDK is to see and the user has not set."""
    environ = os.environ
    given = {name[len(PREFIX) :]: value for name, value in environ.items() if name.startswith(_OURS)}
    users = pairs(environ.get(_ATTRIBUTES, ""))
    attributes = dict(pairs(given.pop(_ATTRIBUTES, "")), **users)
    if "service.name" in users:
        given.pop("OTEL_SERVICE_NAME", None)
    added = {name: value for name, value in given.items() if not environ.get(name)}
    if attributes:
        added[_ATTRIBUTES] = ",".join("%s=%s" % pair for pair in attributes.items())
    return added


class applied(object):
    """While it is entered, os.environ has our settings under the SDK's names. It may be entered again inside."""

    _depth = 0
    _before = {}

    def __enter__(self):
        if applied._depth == 0:
            added = effective()
            applied._before = {name: os.environ.get(name) for name in added}
            os.environ.update(added)
        applied._depth += 1

    def __exit__(self, *_):
        applied._depth -= 1
        if applied._depth:
            return
        for name, value in applied._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def get(name, default=""):
    """The SDK's setting, as it is in effect."""
    return effective().get(name) or os.environ.get(name) or default


def number(name, default):
    try:
        return float(get(name, str(default)))
    except ValueError:
        return default
