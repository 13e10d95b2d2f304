"""Threads that gevent and eventlet do not know: taken before they patch, started when there is something to do.

A thread of `threading` would become a greenlet of the application, or be one too many when it is patched or forks.
"""
import os
import sys
from _thread import RLock, allocate_lock
from time import monotonic

from _odigos import threads

_PATIENCE = 2  # seconds that the end of a process waits for a request that has begun
_OVERDUE = 0.5  # seconds after which a thread that should have run does not get to run
_WAY = 0.005  # seconds for which a request gives way to it, at most


class Batch(object):
    """Collects items of a process, and hands them to `send(items)` in a thread that lives as long as there are any."""

    def __init__(self, send, delay, most, size):
        self._send = send
        self._delay = delay
        self._most = most
        self._size = size
        self._reset()

    def _reset(self):
        self._pid = os.getpid()
        self._items = []
        self._guard = RLock()  # a signal handler may end a span while one is being added
        self._wake = allocate_lock()
        self._wake.acquire()
        self._busy = allocate_lock()  # while items are on their way
        self._runs = False
        self._hurries = False
        # Without threads it keeps the interpreter's lock between requests: no thread of Python runs.
        self._may_starve = "uwsgi" in sys.modules
        self._starves = False
        self._due = float("inf")

    def add(self, item, is_last=True):
        """`is_last`: nothing else is to be expected of the request that is being served."""
        if self._pid != os.getpid():  # forked: the thread and what it had are the parent's
            self._reset()
        with self._guard:
            if len(self._items) >= self._most:
                return
            self._items.append(item)
            if len(self._items) == self._size:
                self._awake()
            if not self._runs:
                self._start()
        if self._may_starve and is_last and monotonic() > self._due:
            self._give_way()

    def _give_way(self):
        """Lets the thread run, within a request: nothing else would. From then on at most once in the usual delay."""
        self._starves = True
        self._due = monotonic() + self._delay
        self._awake()
        never = allocate_lock()  # time.sleep may be that of gevent
        never.acquire()
        deadline = monotonic() + _WAY
        while (self._items or self._busy.locked()) and monotonic() < deadline:
            never.acquire(True, 0.0005)

    def _postpone(self):
        if not self._starves:
            self._due = monotonic() + self._delay + _OVERDUE

    def _awake(self):
        if self._wake.locked():
            self._wake.release()

    def _hurry(self):
        with self._guard:
            self._hurries = True
            self._awake()

    def _start(self):
        self._runs = True
        self._hurries = False
        self._postpone()
        try:
            threads.start(self._run, self._hurry)
        except BaseException as error:
            self._runs = False
            if not isinstance(error, RuntimeError):  # the interpreter ends, or there are too many
                raise

    def _take(self):
        with self._guard:
            items, self._items = self._items[: self._size], self._items[self._size :]
            return items

    def _send_some(self):
        """Returns how many were taken; none where another thread does not come to its end."""
        if not self._busy.acquire(True, _PATIENCE):
            return 0
        try:
            items = self._take()
            if items:
                self._send(items)
            return len(items)
        finally:
            self._busy.release()

    def _is_done(self):
        with self._guard:
            self._runs = bool(self._items) and not self._hurries
            return not self._runs

    def _run(self):
        while True:
            self._wake.acquire(True, self._delay)
            try:
                while self._send_some() == self._size:
                    pass
            except Exception:  # of the network
                pass
            if self._is_done():
                return
            self._postpone()

    def flush(self):
        """Sends what there is, in this thread. Stops at the first failure: the process ends."""
        while self._pid == os.getpid() and self._send_some():
            pass


def _when_old(seconds, action, repeats):
    """Calls `action` in a thread once the process is that old, as seen when it next collects garbage.

    No timer, no thread that waits: an application that patches or forks at its start meets neither.
    """
    import gc

    begun = [os.getpid(), monotonic()]

    def look(phase, _info):
        if begun[0] != os.getpid():
            begun[:] = [os.getpid(), monotonic()]
        elif phase == "stop" and monotonic() - begun[1] > seconds:
            begun[1] = monotonic() if repeats else float("inf")  # until it forks
            try:
                threads.start(lambda: quietly(action))
            except RuntimeError:
                pass

    gc.callbacks.append(look)


def after(seconds, action):
    """Once in each process."""
    _when_old(seconds, action, False)


def every(seconds, action):
    """Again and again; never while the process does nothing."""
    _when_old(seconds, action, True)


def quietly(action):
    try:
        action()
    except Exception:
        pass
