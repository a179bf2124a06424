"""Runs a program; prints its seconds from exec to exit and the most memory it held, as JSON.

timed.py PROGRAM [ARGUMENT...]: what the program prints is dropped, its complaints are passed on. The time is taken
here and not around this script, so Python's own start costs nothing.
"""

import json
import os
import sys
import time

NOWHERE = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
# Darwin counts bytes, everyone else KiB (getrusage(2)).
UNIT = 1024**2 if sys.platform == "darwin" else 1024

start = time.monotonic()
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=NOWHERE)
_, status, usage = os.wait4(pid, 0)
seconds = time.monotonic() - start

print(json.dumps({"seconds": seconds, "mebibytes": usage.ru_maxrss / UNIT}))
sys.exit(0 if status == 0 else 1)
