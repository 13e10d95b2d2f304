from flask import Flask

app = Flask(__name__)


@app.route("/items/<number>")
def item(number):
    return number


if __name__ == "__main__":
    print(app.test_client().get("/items/7").text)
