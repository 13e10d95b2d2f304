import os
import sys

print("child", sorted(name for name in os.environ if name in ("ONLY", "LAST")), sys.argv)
