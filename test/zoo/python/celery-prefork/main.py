"""Starts a worker, gives it tasks, waits for their results, and ends it: main.py POOL PORT."""
import os
import subprocess
import sys

pool, port = sys.argv[1:]
os.environ["BROKER"] = "redis://127.0.0.1:%s/0" % port
command = [sys.executable, "-m", "celery", "-A", "tasks", "worker", "-P", pool, "-c", "2"]
worker = subprocess.Popen(command + ["--loglevel", "ERROR", "--without-gossip", "--without-mingle"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

from tasks import add, app, fail

try:
    print([add.delay(number, 1).get(timeout=30) for number in range(3)])
    try:
        fail.delay().get(timeout=30)
    except ValueError as error:
        print(repr(error))
finally:
    app.control.shutdown()
    print("code", worker.wait(30))
