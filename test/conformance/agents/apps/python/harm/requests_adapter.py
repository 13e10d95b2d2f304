# An adapter of the application's that leaves out what it does not know.
import requests


class Adapter(requests.adapters.BaseAdapter):
    def send(self, request, **options):
        response = requests.Response()
        response.request = request
        return response

    def close(self):
        pass


session = requests.Session()
session.mount("mine://", Adapter())
print(session.get("mine://here").status_code)
