"""Settings of gunicorn. Two workers, because most Python services run under a forking server."""

import os

wsgi_app = "app:app"
bind = f"0.0.0.0:{os.environ.get('PORT', '8081')}"
workers = 2
threads = 4
worker_class = "gthread"
graceful_timeout = 10
# The root file system may be read-only; gunicorn's heartbeat files can be in memory.
worker_tmp_dir = "/dev/shm"
control_socket_disable = True
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "json_log.JsonFormatter"}},
    "handlers": {"stdout": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stdout"}},
    "root": {"level": "INFO", "handlers": ["stdout"]},
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": ["stdout"], "propagate": False},
        "gunicorn.access": {"level": "WARNING", "handlers": ["stdout"], "propagate": False},
    },
}


def post_worker_init(_worker):
    from app import announce

    announce()
