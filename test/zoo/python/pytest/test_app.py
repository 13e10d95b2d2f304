import flask


def test_client():
    app = flask.Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "ok")
    assert app.test_client().get("/").text == "ok"


def test_warnings(recwarn):
    assert not recwarn.list
