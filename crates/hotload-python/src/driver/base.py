"""hotload's driver: reloads modules, calls functions and reports what happened."""
# One program, sent by hotload over a socket and generated for this Python's major version from
# parts that parse on all. It imports nothing that is slow: user code should not wait for it.
import os
import sys
import time

PY2 = sys.version_info[0] == 2
DRIVER_FILE = '<hotload driver>'

# Keeps .pyc files from lying beside the user's. Reading is the finder's business, which
# compiles watched modules from source.
sys.dont_write_bytecode = True


def native(text):
    """The str that paths, names and arguments have in this Python, from text."""
    if PY2:
        if os.name == 'nt':
            encoding = 'mbcs'
        else:
            # In the C locale 2.7 names ASCII here, but paths are bytes, and ours came as UTF-8.
            encoding = 'utf-8'
        try:
            return text.encode(encoding)
        except UnicodeError:
            return text
    else:
        return text


def text_of(value):
    """Text from a str of either Python, whatever bytes it holds."""
    if PY2:
        if isinstance(value, str):
            return value.decode('utf-8', 'replace')
        return value
    else:
        return value
