import urllib.request

print(__name__, urllib.request.__name__)
