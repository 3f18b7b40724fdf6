"""`doorlight serve` with a fifth of its patience, so that a test of it takes a few seconds; all else is as it is."""

import sys

from api import bodies, connections
from api.cli import main

bodies.WHOLE_WITHIN_S /= 5
connections.HEAD_WITHIN_S /= 5
connections.READ_WITHIN_S /= 5
sys.argv[1:] = ["serve"]
main()
