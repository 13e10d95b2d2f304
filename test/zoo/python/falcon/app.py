import falcon


class Item:
    def on_get(self, request, response, number):
        response.text = "item %d" % number


app = falcon.App()
app.add_route("/items/{number:int}", Item())
