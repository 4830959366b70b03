# How hotload itself imports, whatever user code has done to imports.
# Uses: base

# Name of a library module that is also a user's file -> the library's, if the driver has imported it.
SHADOWED = {}


# LATER

OWN_MODULES = {}  # name -> module, even if user code has put another one in its place


def with_own_imports(action, *arguments):
    """Runs `action` with the paths, finders and builtins from before user code."""
    path, finders, patched = sys.path, sys.meta_path, patched_builtins()
    patched_exc_info = sys.__dict__.get('exc_info', exc_info)  # `types` asks it when it is imported
    users = swap_shadowed(SHADOWED)
    try:
        sys.path, sys.meta_path, sys.exc_info = STATE.path[:], STATE.finders[:], exc_info
        # Importing needs the original ones, and so does what is imported.
        for name in patched:
            setattr(builtins, name, OWN_BUILTINS[name])
        return action(*arguments)
    finally:
        sys.path, sys.meta_path, sys.exc_info = path, finders, patched_exc_info
        builtins.__dict__.update(patched)
        SHADOWED.update(swap_shadowed(users))


def swap_shadowed(modules):
    """Puts these in the places of the modules that both the library and the user have."""
    replaced = {}
    for name in SHADOWED:
        replaced[name] = sys.modules.pop(name, None)
        if modules[name] is not None:
            sys.modules[name] = modules[name]
    return replaced


def patched_builtins():
    """The builtins that user code has replaced, by name."""
    found = builtins.__dict__
    return {name: found[name] for name in OWN_BUILTINS
            if name in found and found[name] is not OWN_BUILTINS[name]}


def import_own(name):
    """A module of the standard library, as an import before user code would have found it."""
    if name not in OWN_MODULES:
        OWN_MODULES[name] = with_own_imports(import_named, name)
    return OWN_MODULES[name]


def import_named(name):
    __import__(name)
    return sys.modules[name]
