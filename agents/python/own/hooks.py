"""Runs an instrumentor right after the application has imported its library, and at no other time."""
import sys

import _frozen_importlib

from _odigos import libraries, needed, settings

_waiting = {}  # by module, what is to be done after it
_begun = []  # modules that the SDK needs and that are half imported
_postponed = []


def _is_disabled(name):
    listed = settings.get("OTEL_PYTHON_DISABLED_INSTRUMENTATIONS")
    names = [each.strip() for each in listed.split(",")]
    return name in names or "*" in names


def _find(name, path, target):
    """What the import system would find without us."""
    for finder in sys.meta_path:
        if finder is _FINDER:
            continue
        find_spec = getattr(finder, "find_spec", None)
        if find_spec is not None:
            spec = find_spec(name, path, target)
        elif hasattr(_frozen_importlib, "_find_spec_legacy"):  # before Python 3.12
            spec = _frozen_importlib._find_spec_legacy(finder, name, path)
        else:
            spec = None
        if spec is not None:
            return spec
    return None


def _instrument(library):
    if library.name in libraries.loaded or _is_disabled(library.name):
        return
    libraries.loaded.append(library.name)
    try:
        with settings.applied():
            from _odigos import start

            start.ensure()
            library.load()
    except BaseException as error:
        libraries.loaded.remove(library.name)
        libraries.failed.append("%s: %s" % (library.name, type(error).__name__))


def when_imported(name, action):
    _waiting.setdefault(name, []).append(action)


def _do(action, name):
    try:
        with settings.applied():
            action()
    except Exception as error:
        libraries.failed.append("%s: %s" % (name, type(error).__name__))


def _is_watched(name):
    return name in libraries.BY_MODULE or name in _waiting


def _after(name):
    """Not within the import of a module that the SDK needs, too: it would find half of it."""
    if _begun:
        _postponed.append(name)
        return
    for library in libraries.BY_MODULE.get(name, ()):
        _instrument(library)
    for action in _waiting.pop(name, ()):
        _do(action, name)


def _after_all():
    while _postponed and not _begun:
        _after(_postponed.pop(0))


def _is_needed(name):
    return name.partition(".")[0] in needed.NAMES


def _is_lazy(module):
    """Asking it for anything would load it."""
    return type(module).__getattribute__ is not type(sys).__getattribute__


class _Loader(object):
    """In place of a loader until its module is made: what the module says of itself is as without us."""

    _method = "exec_module"

    def __init__(self, spec):
        self._spec = spec
        self._real = spec.loader

    def create_module(self, spec):
        create = getattr(self._real, "create_module", None)
        return None if create is None else create(spec)

    def exec_module(self, module):
        module.__loader__ = self._real
        self._load(module)

    def _load(self, argument):
        """Returns what the real loader returns."""
        self._spec.loader = self._real
        name = self._spec.name
        is_needed = _is_needed(name)
        if is_needed:
            _begun.append(name)
        try:
            result = getattr(self._real, self._method)(argument)
        finally:
            if is_needed:
                _begun.remove(name)
        if _is_watched(name):
            self._done(sys.modules.get(name))
        _after_all()
        return result

    def _done(self, module):
        if module is None:
            return
        if _is_lazy(module):
            libraries.failed.append(self._spec.name + ": lazy")
        else:
            _after(self._spec.name)


class _OldLoader(_Loader):
    """Of one that makes the module itself."""

    _method = "load_module"
    create_module = exec_module = property()  # as if there were none

    def load_module(self, name):
        return self._load(name)


def _watch(spec):
    if isinstance(spec.loader, type):  # of built-in modules
        return
    if hasattr(spec.loader, "exec_module"):
        spec.loader = _Loader(spec)
    elif hasattr(spec.loader, "load_module"):
        spec.loader = _OldLoader(spec)


def _is_import(name):
    """Of this module, and no question where it is: an answer is the application's to compare and keep."""
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_code is _frozen_importlib._find_and_load_unlocked.__code__:
            return frame.f_locals.get("name") == name
        frame = frame.f_back
    return False


class _Finder(object):
    """First in sys.meta_path; finds nothing of its own, but for the API of an application that has it."""

    alias_api = True

    def find_spec(self, name, path=None, target=None):
        if _is_watched(name) or _is_needed(name):
            spec = _find(name, path, target)
            if spec is not None and _is_import(name):
                _watch(spec)
            return spec
        if name.startswith("opentelemetry."):
            return self._of_api(name, path, target)
        return None

    def _of_api(self, name, path, target):
        try:
            from _odigos import api

            return api.find(name, _find(name, path, target)) if self.alias_api else None
        except Exception:
            return None


_FINDER = _Finder()


def _patch_uvicorn():
    from _odigos import uvicorn

    uvicorn.patch()


def install(has_own_sdk):
    """`has_own_sdk`: both SDKs run, each with the API that it came with."""
    from _odigos import report

    _FINDER.alias_api = not has_own_sdk
    when_imported("uvicorn.server", _patch_uvicorn)
    for name in libraries.BY_MODULE:
        if name in sys.modules:  # by a .pth file
            _after(name)
    sys.meta_path.insert(0, _FINDER)
    report.outcome("Loaded", "AgentLoaded", "")
    report.when_it_runs()


def uninstall():
    if _FINDER in sys.meta_path:
        sys.meta_path.remove(_FINDER)
