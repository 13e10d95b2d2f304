import flask
import requests

app = flask.Flask(__name__)


@app.get("/items/<int:number>")
def item(number):
    return "item %d" % number


@app.get("/error")
def error():
    raise ValueError("on purpose")


@app.get("/call")
def call():
    # The server itself, which has another process for it; where it has none, that is said.
    try:
        return requests.get("http://%s/items/8" % flask.request.host, timeout=10).text
    except requests.RequestException:
        return "nobody answers"
