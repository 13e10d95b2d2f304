import urllib.request

import email

print(urllib.request.__name__)
