"""`python -m lipcore` is the command `lip`."""

from __future__ import annotations

import sys

from lipcore.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
