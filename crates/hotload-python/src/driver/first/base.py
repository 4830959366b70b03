"""hotload's driver: reloads modules, calls functions and reports what happened."""
# One program in two texts, sent by hotload over a socket and generated for this Python's major
# version from parts that parse on all. User code should not wait for it: this first text is what
# has to be there before user code runs; LATER holds the second, and behind it what is compiled when
# it is needed. Nothing here imports anything slow.
import os
import sys
import time

PY2 = sys.version_info[0] == 2
DRIVER_FILE = '<hotload driver>'
NAMES = globals()

# What user code may have replaced by the time it is needed.
getpid = os.getpid
sleep = time.sleep
STARTED = {'time': time.time()}  # and sys.path and sys.meta_path as they were before user code
RUNNING = []  # not empty while a step runs


# Keeps .pyc files from lying beside the user's. Reading is the finder's business, which
# compiles watched modules from source.
sys.dont_write_bytecode = True


def load_later():
    """Compiles what can wait until user code has run, or until it imports something."""
    text = NAMES['LATER']
    if text is not None:
        text, _, NAMES['ON_DEMAND'] = text.partition('\n# ON DEMAND '.encode('ascii'))
        eval(compile(text, DRIVER_FILE, 'exec', 0, 1), NAMES)
        # Last: an interrupt before this line only has it done again.
        NAMES['LATER'] = None
