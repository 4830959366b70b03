"""hotload for launch scripts, and where its program is.

`python -m hotload` starts the program. `hotload.hotload` in this folder is the one-file `hotload.py`,
which can be copied elsewhere and also runs on Python 2.7. Code that hotload reloads imports hotload's
own copy instead.
"""

from hotload.hotload import *  # noqa: F401,F403
from hotload.hotload import __all__, __version__  # noqa: F401
