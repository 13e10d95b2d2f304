import flask

app = flask.Flask(__name__)


@app.get("/items/<int:number>")
def item(number):
    return {"number": number}


@app.get("/error")
def error():
    raise ValueError("on purpose")
