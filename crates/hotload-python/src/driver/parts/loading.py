# Loading a module for the first time.


class Missing(Exception):
    """A target's file is not there yet."""


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
            if not issubclass(exc_info()[0], SystemExit):
                sys.modules.pop(name, None)
            raise
