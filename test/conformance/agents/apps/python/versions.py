# Which versions of the agent's own dependencies the application gets.
import requests
import urllib3

print(requests.__version__, urllib3.__version__)
