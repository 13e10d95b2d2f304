"""OpenTelemetry's API for an application that has it installed: its modules are ours, so that its spans join ours."""
import sys

_API = ("_events", "_logs", "attributes", "baggage", "context", "environment_variables", "metrics", "propagate", "propagators", "trace", "util")


class _Alias(object):
    def __init__(self, module):
        self._module = module
        self._spec = module.__spec__

    def create_module(self, _spec):
        return self._module

    def exec_module(self, module):
        module.__spec__ = self._spec


def _is_ours(name):
    words = name.split(".")
    # Of these two namespaces, some packages are no part of the API.
    return words[1] in _API and words[1:3] not in (["util", "http"], ["propagators", "b3"], ["propagators", "aws"])


def find(name, found):
    """`found`: the specification without us. Nothing is found where there is none."""
    if name == "opentelemetry.sdk" and found is not None:
        from _odigos import start

        start.give_way()
    if not _is_ours(name) or found is None:
        return None
    from _odigos import settings, start

    with settings.applied():
        start.ensure()
        ours = "_odigos." + name
        __import__(ours)
    return type(found)(name, _Alias(sys.modules[ours]), origin=found.origin, is_package=hasattr(sys.modules[ours], "__path__"))
