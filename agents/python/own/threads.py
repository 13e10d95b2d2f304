"""Threads of ours: they take no signal of the application's, and are gone when it forks.

From Python 3.12 on, a process with more than one thread, whosever it is, is warned of its fork. The kernel refuses it some new
namespaces.
"""
import _signal
import os
import sys
from _thread import allocate_lock, start_new_thread
from time import monotonic

_PATIENCE = 0.05  # seconds that a fork waits for a thread, once
_LONG_PATIENCE = 1  # and what fails beside a thread
_known = []


class _Thread(object):
    def __init__(self, action, hurry):
        self._action = action
        self.hurry = hurry
        self._number = None  # of the kernel's
        self.is_awaited = False

    def run(self):
        if sys.version_info >= (3, 8):
            from _thread import get_native_id

            self._number = get_native_id()
        self._action()

    def is_alive(self):
        return self._number is None or os.path.exists("/proc/self/task/%d" % self._number)


def _all_signals():
    known = getattr(_signal, "valid_signals", None)
    return known() if known else range(1, 32)


def _alone(patience=_PATIENCE):
    """Lets what runs come to its end first."""
    waiting = [each for each in _known if patience > _PATIENCE or not each.is_awaited]
    for each in waiting:
        each.is_awaited = True
        each.hurry()
    never = allocate_lock()  # time.sleep may be that of gevent
    never.acquire()
    deadline = monotonic() + patience
    while any(each.is_alive() for each in waiting) and monotonic() < deadline:
        never.acquire(True, 0.0005)


def start(action, hurry=lambda: None):
    """Throws RuntimeError where the interpreter ends, or there are too many; and what a signal handler throws.

    `hurry`: is called when `action` is to come to its end.
    """
    thread = _Thread(action, hurry)
    _known[:] = [each for each in _known if each.is_alive()]
    before = _signal.pthread_sigmask(_signal.SIG_BLOCK, ())
    try:
        _signal.pthread_sigmask(_signal.SIG_BLOCK, _all_signals())
        start_new_thread(thread.run, ())
        _known.append(thread)
    finally:
        _signal.pthread_sigmask(_signal.SIG_SETMASK, before)


def _let_finish(name):
    """Before the application calls this function of the system."""
    real = getattr(os, name, None)
    if real is None:
        return

    def call(*args, **kwargs):
        _alone(_LONG_PATIENCE)
        return real(*args, **kwargs)

    call.__name__ = call.__qualname__ = name
    call.__module__ = real.__module__
    call.__doc__ = real.__doc__
    call.__wrapped__ = real
    for module in (os, sys.modules[real.__module__]):
        setattr(module, name, call)


if sys.version_info >= (3, 12):
    os.register_at_fork(before=_alone)
    for _name in ("unshare", "setns"):
        _let_finish(_name)
