import click
import flask

app = flask.Flask(__name__)


@app.get("/items/<int:number>")
def item(number):
    return "item %d" % number


@click.command()
@click.argument("port", type=int)
def main(port):
    app.run("127.0.0.1", port)


main()
