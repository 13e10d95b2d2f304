from pyramid.config import Configurator
from pyramid.response import Response

with Configurator() as config:
    config.add_route("item", "/items/{number}")
    config.add_view(lambda request: Response("item " + request.matchdict["number"]), route_name="item")
    app = config.make_wsgi_app()
