# Loading the targets.


class Missing(Exception):
    """A target's file is not there yet."""


def free_name(name):
    """The name to load a target under: its own, unless a module of this Python has it.

    Running `types.py` of the user's in the module that all of Python uses would break both.
    """
    loaded = sys.modules.get(name)
    if loaded is None and name not in sys.builtin_module_names:
        return name
    return free_name(name + '_')


def load_target(name):
    """Runs a target: its first load, or a reload that keeps its names."""
    if NAMES['LATER'] is None:
        forget_absences()
    file = SOURCES.targets[name][0]
    if not os.path.exists(file):
        raise Missing(file)
    if isinstance(sys.modules.get(name), type(sys)):
        load_later()
        reload_module(sys.modules[name])
    else:
        load_first(name)


def load_first(name):
    # Not by `import`: on 2.7 that holds the import lock while the module's body runs, and
    # threads that it starts would hang at their first import.
    path = None
    if '.' in name:
        load_later()
        path = path_of_parent(name)
    if PY2:
        loader = FINDER.find_module(name, path)
        if loader is None:
            __import__(name)
        else:
            loader.load_module(name)
    else:
        spec = FINDER.find_spec(name, path)
        if spec is None or not hasattr(spec.loader, 'exec_module'):
            __import__(name)
        else:
            load_spec(name, spec)
    if path is not None:
        bind_to_parent(name)


if not PY2:
    def load_spec(name, spec):
        if hasattr(bootstrap, 'module_from_spec'):
            module = bootstrap.module_from_spec(spec)
        else:
            module = bootstrap._SpecMethods(spec).create()  # 3.4
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except:
            # As an import does; after sys.exit() what the module has stays.
            if not isinstance(sys.exc_info()[1], SystemExit):
                sys.modules.pop(name, None)
            raise
