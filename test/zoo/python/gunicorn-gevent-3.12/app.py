import flask
import requests

app = flask.Flask(__name__)


@app.get("/items/<int:number>")
def item(number):
    return "item %d" % number


@app.get("/tls")
def tls():
    # The server itself, which speaks no TLS: what fails is to be the handshake.
    try:
        return requests.get("https://%s/" % flask.request.host, timeout=5).text
    except Exception as error:
        return type(error).__name__
