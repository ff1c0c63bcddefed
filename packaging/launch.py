"""Where the bundled program begins."""

import sys

from kisopt_gui.__main__ import main

sys.exit(main())
