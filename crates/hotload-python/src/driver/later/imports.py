# Imports of hotload itself, whatever user code has done to imports.


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
