# Imports of the driver itself, whatever user code has done to imports.


def import_own(name):
    """A module of the library, as an import before user code would have found it."""
    path, finders = sys.path, sys.meta_path
    try:
        sys.path, sys.meta_path = STARTED['path'][:], STARTED['finders'][:]
        __import__(name)
        return sys.modules[name]
    finally:
        sys.path, sys.meta_path = path, finders
