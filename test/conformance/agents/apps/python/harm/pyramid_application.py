from pyramid.config import Configurator
from pyramid.response import Response
from webob import Request

tweens = {"pyramid.tweens": "pyramid.tweens.excview_tween_factory"}
for args, named in (((), {}), ((), {"settings": None}), ((None, None, tweens), {})):
    config = Configurator(*args, **named)
    print(config.package.__name__, tweens)
    config.add_route("item", "/items/{number}")
    config.add_view(lambda request: Response(request.matchdict["number"]), route_name="item")
    print(Request.blank("/items/7").get_response(config.make_wsgi_app()).text)
