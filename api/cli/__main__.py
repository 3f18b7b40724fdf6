"""`python -m api.cli`: the same as `doorlight`."""

from api.cli.main import main

main()
