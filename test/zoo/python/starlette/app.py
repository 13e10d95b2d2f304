from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route


async def item(request):
    return PlainTextResponse("item %s" % request.path_params["number"])


app = Starlette(routes=[Route("/items/{number:int}", item)])
