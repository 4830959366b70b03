# How hotload itself imports, whatever user code has done to imports.
# Uses: base

# LATER

OWN_MODULES = {}  # name -> module, even if user code has put another one in its place


def with_own_imports(action, *arguments):
    """Runs `action` with the paths, finders and builtins from before user code."""
    path, finders, patched = sys.path, sys.meta_path, patched_builtins()
    try:
        sys.path, sys.meta_path = STATE.path[:], STATE.finders[:]
        # Importing needs the original ones, and so does what is imported.
        for name in patched:
            setattr(builtins, name, OWN_BUILTINS[name])
        return action(*arguments)
    finally:
        sys.path, sys.meta_path = path, finders
        builtins.__dict__.update(patched)


def patched_builtins():
    """The builtins that user code has replaced, by name."""
    found = builtins.__dict__
    return {name: found[name] for name in OWN_BUILTINS
            if name in found and found[name] is not OWN_BUILTINS[name]}


def import_own(name):
    """A module of the standard library, as an import before user code would have found it."""
    if name not in OWN_MODULES:
        with_own_imports(__import__, name)
        OWN_MODULES[name] = sys.modules[name]
    return OWN_MODULES[name]
