from bottle import Bottle

app = Bottle()


@app.get("/items/<number:int>")
def item(number):
    return {"number": number}
