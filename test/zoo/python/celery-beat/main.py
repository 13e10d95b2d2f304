"""Beat beside a worker, and beat within a worker: main.py PORT."""
import os
import signal
import subprocess
import sys
import tempfile
import time

import redis

port = sys.argv[1]
os.environ["BROKER"] = "redis://127.0.0.1:%s/0" % port
store = redis.Redis(port=int(port))
folder = tempfile.mkdtemp()


def start(*words):
    command = [sys.executable, "-m", "celery", "-A", "tasks"] + list(words) + ["--loglevel", "ERROR"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def run(title, *processes):
    store.flushall()
    for _ in range(600):
        if int(store.get("ticks") or 0) >= 2:
            break
        time.sleep(0.1)
    print(title, int(store.get("ticks") or 0) >= 2)
    time.sleep(1.5)  # spans of a process that a signal ends are sent after a second
    for process in processes:
        process.send_signal(signal.SIGTERM)
    print("codes", [process.wait(30) for process in processes])


schedule = os.path.join(folder, "schedule")
run("beside", start("worker", "-c", "1"), start("beat", "--schedule", schedule, "--pidfile", ""))
run("within", start("worker", "-c", "1", "--beat", "--schedule-filename", schedule))
