"""The middleware of aiohttp's applications: ours is among them only while an application prepares itself to run."""


class _StandIn(object):
    def __init__(self, middlewares):
        self.middleware = middlewares[0]


def patch(library, web):
    # The older instrumentor expects a list.
    ours = library.instrument(web, "Application", _StandIn)(middlewares=[]).middleware
    real = web.Application
    original = real.pre_freeze

    @web.middleware
    async def middleware(request, handler):
        apps = request.match_info.apps
        if apps and apps[0] is not request.match_info.current_app:  # within another: it has its span
            return await handler(request)
        return await ours(request, handler)

    def pre_freeze(self):
        existing = self._middlewares
        if self.pre_frozen:
            return original(self)
        self._middlewares = type(existing)([middleware] + list(existing))
        try:
            return original(self)
        finally:
            existing.freeze()
            self._middlewares = existing

    pre_freeze.__wrapped__ = original
    real.pre_freeze = pre_freeze
