# How a module is loaded for the first time, and how it is reloaded.
# Uses: base, finder, imports, sources, watched


class Missing(Exception):
    """A target's file is not there yet."""


def load_first(name):
    # Not with `import`: on 2.7 that holds the import lock while the module's body runs, and the first
    # import of any thread that it starts would hang.
    path = None
    if '.' in name:
        load_later()
        path = path_of_parent(name)
        if name in sys.modules:
            return  # its package has imported it
    load_from(name, path)
    if path is not None:
        bind_to_parent(name)


def load_from(name, path):
    """Runs a module that is not loaded; `path` is where its package looks for it."""
    if PY2:
        loader = loader_of(name, path)
        if loader is None:
            __import__(name)
        else:
            loader.load_module(name)
    else:
        spec = spec_of(name, path)
        if spec is None or not hasattr(spec.loader, 'exec_module'):
            __import__(name)
        else:
            load_spec(name, spec)


if PY2:
    def loader_of(name, path):
        """What an import would find, by the finders of user code as well."""
        for finder in sys.meta_path:
            if finder is FINDER and name in SOURCES.targets:
                return SourceLoader(name, *SOURCES.targets[name])
            loader = finder.find_module(name, path)
            if loader is not None:
                return loader
        return None
else:
    def spec_of(name, path):
        """What an import would find, by the finders of user code as well; of a target, in its own file."""
        if name not in SOURCES.targets:
            return bootstrap._find_spec(name, path)
        file, package = SOURCES.targets[name]
        if [finder for finder in sys.meta_path[:sys.meta_path.index(FINDER)]
                if finder not in STATE.finders]:
            spec = bootstrap._find_spec(name, path)
            if spec is not None and os.path.realpath(spec.origin or '') == os.path.realpath(file):
                return spec
        return spec_of_file(name, file, package)

    def load_spec(name, spec):
        if hasattr(bootstrap, 'module_from_spec'):
            module = bootstrap.module_from_spec(spec)
        else:
            module = bootstrap._SpecMethods(spec).create()  # 3.4
        sys.modules[name] = module
        spec._initializing = True  # "partially initialized module"
        try:
            spec.loader.exec_module(module)
        except:
            # As import does; after sys.exit() the module stays, with the names that it has.
            if not issubclass(exc_info()[0], SystemExit):
                sys.modules.pop(name, None)
            raise
        finally:
            spec._initializing = False


# LATER

if PY2:
    reload_module = reload
else:
    def reload_module(module):
        import_own('importlib').reload(module)


def forget_absences():
    """Lets imports find files that were not there when Python last looked."""
    if PY2:
        # `sys.modules['pkg.name'] is None` says that `pkg` has no `name`, for good.
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
    """Where the package of a dotted name looks for its modules; loads the package if need be."""
    parent = name.rpartition('.')[0]
    if parent not in sys.modules:
        load_first(parent)
    return sys.modules[parent].__path__


def bind_to_parent(name):
    parent, _, last = name.rpartition('.')
    setattr(sys.modules[parent], last, sys.modules[name])
