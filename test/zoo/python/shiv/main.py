import sys

import flask

app = flask.Flask(__name__)


@app.get("/items/<int:number>")
def item(number):
    return "item %d" % number


def run():
    app.run(port=int(sys.argv[1]))
