import importlib.metadata
import importlib.util
import os
import sys

import flask  # the agent has begun
import urllib.request

for name in (
    "asgiref certifi charset_normalizer deprecated google.protobuf idna importlib_metadata opentelemetry opentelemetry.sdk packaging "
    "psutil requests typing_extensions urllib3 wrapt zipp"
).split():
    try:
        print(name, __import__(name).__name__)
    except ImportError as error:
        print(error)
print(importlib.util.find_spec("opentelemetry"), sorted(each.metadata["Name"] for each in importlib.metadata.distributions()))
print([path for path in sys.path if "odigos" in path and "zoo" not in path][1:], sorted(name for name in os.environ if name.startswith("OTEL_")))
