"""hotload's driver: reloads modules, calls functions and reports what happened."""
# hotload generates this program for one major version of Python, from files that parse on all of
# them, and sends it in parts. User code has to wait while the first part is compiled, so that part
# holds only what is needed before user code runs. PARTS has all of them; the others are compiled when
# they are needed. Nothing here imports anything slow.
# Uses: shim
import os
import sys
import time

PY2 = sys.version_info[0] == 2
DRIVER_FILE = sys._getframe().f_code.co_filename
NAMES = globals()

# What user code may have replaced by the time it is needed. The builtins become globals: if
# `__builtins__` were not the module's own dictionary, 2.7 would restrict the driver, and PyPy would
# run it slowly.
if PY2:
    import __builtin__ as builtins
    HELD = sys.modules.copy()  # 2.7 empties a module once nothing refers to it.
    clear_handled = getattr(sys, 'exc_clear', int)
    if sys.maxunicode == 0xffff:
        # Looked up here: later user code may have replaced what that needs.
        for codec in ('ascii', 'latin-1', 'utf-8', 'utf-16-le', 'utf-32-le'):
            u''.encode(codec, 'ignore')
    __file__ = 'sys'  # what a warning names whose `stacklevel` reaches beyond user code
else:
    import builtins
OWN_BUILTINS = builtins.__dict__.copy()
NAMES.update(dict(OWN_BUILTINS, **NAMES))
exc_info = sys.exc_info
getpid = os.getpid
gettrace, settrace = sys.gettrace, sys.settrace
sleep = time.sleep
LOADED = {}  # names of the parts that have run


class State(object):
    """What the driver notes about itself."""

    started = time.time()
    path = sys.path[:]          # as it was before user code, and so are the finders
    finders = sys.meta_path[:]
    last_words = None           # the file for them
    observes = False            # whether imports are noted
    store = None                # the file for code of watched sources
    preloaded = {}              # module -> True: what was asked to be loaded before the targets
    hook = sys.excepthook       # before user code
    native = False              # whether errors are reported as Python prints them, too
    running = False             # whether a step is running
    target = None               # name of the module whose steps run
    errors = []                 # what has failed in that step
    before = list(sys.modules)  # names of what was loaded before user code
    handler = None              # what user code has for SIGINT
    tracer = None               # what user code has given to sys.settrace()
    when_idle = None            # what an interrupt calls while no request is being answered
    describing = None           # the thread that describes the outcome of a step: interrupts are for it
    sending = None              # the thread that is sending a message
    reads = False               # whether a thread reads what hotload sends


STATE = State()

# Keeps .pyc files from being written beside the user's. Reading is up to the finder, which compiles
# watched modules from source.
sys.dont_write_bytecode = True


def need(name):
    """Runs one of the parts that can wait, once."""
    if name not in LOADED:
        eval(CODE_OF(PARTS[name]), NAMES)
        # Comes last: after an interrupt before this line the part only runs again.
        LOADED[name] = True


def load_later():
    """Runs what can wait until user code has run, or until it imports something."""
    need('later')
    if STATE.observes:
        need('graph')
