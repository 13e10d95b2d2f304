import falcon
import falcon.app
import falcon.asgi
import falcon.testing


class Item:
    def on_get(self, request, response, number):
        response.text = number

    def on_post(self, request, response, number):
        raise falcon.HTTPConflict()


class Mine(falcon.App):
    def __call__(self, env, start_response):
        return super().__call__(env, start_response)


print(falcon.App is falcon.app.App, falcon.App.__name__, issubclass(falcon.asgi.App, falcon.App), falcon.App[falcon.Request, falcon.Response])
for make in (falcon.App, Mine, falcon.asgi.App):
    app = make()
    print(isinstance(app, falcon.App), type(app) is make, app._unprepared_middleware)
    if make is falcon.asgi.App:
        continue
    app.add_route("/items/{number}", Item())
    client = falcon.testing.TestClient(app)
    print(client.simulate_get("/items/7").text, client.simulate_post("/items/7").status)
