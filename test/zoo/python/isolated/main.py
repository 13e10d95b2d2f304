import sys

print(sys.flags, sys.path[:1] != [''])
