"""Uvicorn ends its process by the signal that it was sent, and no code runs after that: what waits is sent before."""
import sys


def patch():
    server = sys.modules["uvicorn.server"].Server
    original = getattr(server, "_serve", None)  # older ones leave the process by its end
    if original is None:
        return

    async def _serve(self, *args, **kwargs):
        try:
            return await original(self, *args, **kwargs)
        finally:
            export = sys.modules.get("_odigos.export")
            if export:
                export.flush()

    server._serve = _serve
