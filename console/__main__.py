"""python3 -m console: see that this interpreter can run the console, then hand over to the command line."""

import sys

from console import bootstrap

if __name__ == "__main__":
    bootstrap.ensure(sys.argv[1:])

    from console import cli

    sys.exit(cli.main())
