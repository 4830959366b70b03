# Loading and reloading the targets.

if not PY2:
    def reload(module):
        import importlib
        return importlib.reload(module)


def free_name(name, file):
    """The name to load a target under: its own, unless a module of this Python has it.

    Running `types.py` of the user's in the module that all of Python uses would break both.
    """
    loaded = sys.modules.get(name)
    if loaded is None and name not in sys.builtin_module_names:
        return name
    if os.path.splitext(getattr(loaded, '__file__', None) or '')[0] == os.path.splitext(file)[0]:
        return name
    return free_name(name + '_', file)


class Missing(Exception):
    """A target's file is not there yet."""


def load_target(name):
    """Runs a target: its first load, or a reload that keeps its names."""
    file = SOURCES.targets[name][0]
    if not os.path.exists(file):
        wait_for_source(name)
        if not os.path.exists(file):
            raise Missing(file)
    forget_absences()
    module = sys.modules.get(name)
    if isinstance(module, type(sys)):
        reload(module)
    else:
        load_first(name)


def load_first(name):
    # Not by `import`: on 2.7 that holds the import lock while the module's body runs, and
    # threads that it starts would hang at their first import.
    parent, _, last = name.rpartition('.')
    if parent and parent not in sys.modules:
        load_first(parent)
    path = None
    if parent:
        path = sys.modules[parent].__path__
    if PY2:
        loader = SourceFinder().find_module(name, path)
        if loader is None:
            __import__(name)
            return
        loader.load_module(name)
    else:
        spec = SourceFinder().find_spec(name, path)
        if spec is None or spec.loader is None or not hasattr(spec.loader, 'exec_module'):
            __import__(name)
            return
        load_spec(name, spec)
    if parent:
        setattr(sys.modules[parent], last, sys.modules[name])


if not PY2:
    def load_spec(name, spec):
        module = bootstrap.module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except:
            # As an import does; after sys.exit() what the module has stays.
            if not isinstance(sys.exc_info()[1], SystemExit):
                sys.modules.pop(name, None)
            raise


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
    return file is not None and SOURCES.is_watched(file)


def call_in(name, function):
    """Calls `function`, a dotted name, in the module `name`."""
    value = sys.modules[name]
    for part in function.split('.'):
        value = getattr(value, part)
    value()


def execute_in(name, text):
    """Runs statements in the module `name`."""
    if PY2:
        text = '\xef\xbb\xbf' + text
    eval(compile(text, '<exec step>', 'exec', 0, 1), sys.modules[name].__dict__)
