"""As in uWSGI without threads: the interpreter's lock is held between requests, no other thread runs, and no code at the end."""
import ctypes
import os
import sys
import types

sys.modules["uwsgi"] = types.ModuleType("uwsgi")

import flask

sys.setswitchinterval(1000)
keeping_the_lock = ctypes.PyDLL(None)
app = flask.Flask(__name__)


@app.get("/")
def root():
    return "ok"


client = app.test_client()
for _ in range(6):
    if client.get("/").status_code != 200:
        sys.exit("no answer")
    keeping_the_lock.usleep(700000)
os._exit(0)
