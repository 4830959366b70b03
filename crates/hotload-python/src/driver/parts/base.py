"""hotload's driver: reloads modules, calls functions and reports what happened."""
# One program in parts, sent by hotload over a socket and generated for this Python's major version
# from files that parse on all. User code should not wait for it: this first part is what has to be
# there before user code runs; PARTS holds them all, the others for when they are needed. Nothing here
# imports anything slow.
import os
import sys
import time

PY2 = sys.version_info[0] == 2
DRIVER_FILE = '<hotload driver>'
NAMES = globals()

# What user code may have replaced by the time it is needed. The builtins are globals here: with
# `__builtins__` of its own, 2.7 would restrict the driver, and PyPy slow it down.
if PY2:
    import __builtin__ as builtins
    HELD = sys.modules.copy()  # 2.7 empties modules that nobody holds.
else:
    import builtins
OWN_BUILTINS = builtins.__dict__.copy()
NAMES.update(dict(OWN_BUILTINS, **NAMES))
exc_info = sys.exc_info
getpid = os.getpid
gettrace, settrace = sys.gettrace, sys.settrace
sleep = time.sleep
STARTED = {'time': time.time()}  # and sys.path and sys.meta_path as they were before user code
RUNNING = []  # not empty while a step runs
LOADED = {}  # names of the parts that have run


# Keeps .pyc files from lying beside the user's. Reading is the finder's business, which
# compiles watched modules from source.
sys.dont_write_bytecode = True


def need(name):
    """Runs one of the parts that can wait, once."""
    if name not in LOADED:
        eval(CODE_OF(PARTS[name]), NAMES)
        # Last: an interrupt before this line only has it done again.
        LOADED[name] = True


def load_later():
    """Runs what can wait until user code has run, or until it imports something."""
    need('later')
