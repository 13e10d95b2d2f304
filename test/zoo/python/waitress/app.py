import sys

import flask
import waitress

app = flask.Flask(__name__)


@app.get("/items/<int:number>")
def item(number):
    return "item %d" % number


@app.get("/stream")
def stream():
    return flask.Response((part for part in ("a", "b")), mimetype="text/plain")


waitress.serve(app, listen="127.0.0.1:" + sys.argv[1], threads=4)
