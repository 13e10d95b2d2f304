import os
import threading

from celery import Celery

app = Celery("tasks", broker=os.environ["BROKER"], backend=os.environ["BROKER"])
app.conf.broker_connection_retry_on_startup = True
app.conf.worker_pool = os.environ.get("POOL", "prefork")
if "CONCURRENCY" in os.environ:
    app.conf.worker_concurrency = int(os.environ["CONCURRENCY"])


@app.task
def add(left, right):
    return left + right


@app.task
def kind():
    return type(threading.current_thread()).__name__, os.getpid() == os.getppid()
