import os

from celery import Celery

app = Celery("tasks", broker=os.environ["BROKER"], backend=os.environ["BROKER"])
app.conf.broker_connection_retry_on_startup = True
app.conf.beat_schedule = {"tick": {"task": "tasks.tick", "schedule": 1.0}}


@app.task(ignore_result=True)
def tick():
    app.backend.client.incr("ticks")
