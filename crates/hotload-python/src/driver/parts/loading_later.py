# Reloading a module, and what a first load needs of its package.

if PY2:
    reload_module = reload
else:
    def reload_module(module):
        import_own('importlib').reload(module)


def forget_absences():
    """Lets imports find files that were not there when Python looked before."""
    if PY2:
        # `sys.modules['pkg.name'] is None` says that `pkg` has no `name`, for ever.
        for name, module in list(sys.modules.items()):
            if module is None and is_in_watched_package(name):
                del sys.modules[name]
    else:
        forget_path_caches()


def is_in_watched_package(name):
    package = sys.modules.get(name.rpartition('.')[0])
    file = getattr(package, '__file__', None)
    return file is not None and is_watched(file)


def path_of_parent(name):
    """Where the package of a dotted name looks for its modules; loads it if need be."""
    parent = name.rpartition('.')[0]
    if parent not in sys.modules:
        load_first(parent)
    return sys.modules[parent].__path__


def bind_to_parent(name):
    parent, _, last = name.rpartition('.')
    setattr(sys.modules[parent], last, sys.modules[name])
