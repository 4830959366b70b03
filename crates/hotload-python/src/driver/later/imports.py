# Imports of the driver itself, whatever user code has done to imports, and what is compiled only
# when it is needed.

COMPILED = {}  # names of texts in ON_DEMAND


def need(name):
    """Compiles one of the texts in ON_DEMAND, once."""
    if name not in COMPILED:
        for text in NAMES['ON_DEMAND'].decode('ascii').split('\n# ON DEMAND '):
            title, line_end, program = text.partition('\n')
            if title == name:
                eval(compile(program, DRIVER_FILE, 'exec', 0, 1), NAMES)
        COMPILED[name] = True


def with_own_imports(action, *arguments):
    """Runs `action` with the paths and finders from before user code."""
    path, finders = sys.path, sys.meta_path
    try:
        sys.path, sys.meta_path = STARTED['path'][:], STARTED['finders'][:]
        return action(*arguments)
    finally:
        sys.path, sys.meta_path = path, finders


def import_own(name):
    """A module of the library, as an import before user code would have found it."""
    with_own_imports(__import__, name)
    return sys.modules[name]
