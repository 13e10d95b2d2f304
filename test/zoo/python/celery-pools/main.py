"""A worker for each way in which people choose its pool: main.py PORT WAY... A way is `option:`, `config:` or `celery:` and the pool."""
import os
import subprocess
import sys

port, *ways = sys.argv[1:]
os.environ["BROKER"] = "redis://127.0.0.1:%s/0" % port

from tasks import add, kind

for way in ways:
    how, pool = way.split(":")
    # `celery` is the program, as people call it; the others run the module.
    start = [os.path.join(os.path.dirname(sys.executable), "celery")] if how == "celery" else [sys.executable, "-m", "celery"]
    command = start + ["-A", "tasks", "worker", "--loglevel", "ERROR", "--without-gossip", "--without-mingle"]
    environment = dict(os.environ, CONCURRENCY="2")
    if how == "config":
        environment["POOL"] = pool
    else:
        command.append("--pool=" + pool)
    worker = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        print(way, [add.delay(number, 1).get(timeout=60) for number in range(3)], kind.delay().get(timeout=60), flush=True)
    finally:
        worker.terminate()
        print("code", worker.wait(60), flush=True)
