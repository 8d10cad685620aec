"""Where the frozen program starts: the command `lip`, which opens the window if nothing else is asked for."""

import multiprocessing
import sys

from lipcore.cli.main import main

if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main())
