# The hook in sys.meta_path that makes watched modules run from their source.

if PY2:
    import imp

    class SourceLoader(object):
        """Loads one source (PEP 302), or hands it to `runpy` and `inspect`."""

        def __init__(self, file, package):
            self.file = file
            self.package = package

        def is_package(self, name):
            return self.package is not None

        def get_filename(self, name):
            return self.file

        def get_source(self, name):
            return read_once(self.file)[0]

        def get_code(self, name):
            return compile_source(name, self.file)

        def load_module(self, name):
            code = compile_source(name, self.file)
            module = sys.modules.get(name)
            is_first = module is None
            if is_first:
                module = SOURCES.prepared.pop(name, None) or imp.new_module(name)
                sys.modules[name] = module
                module.__package__ = None
            module.__file__ = self.file
            if self.package:
                module.__path__ = [self.package]
            try:
                eval(code, module.__dict__)
            except:
                # As an import does; after sys.exit() what the module has stays.
                if is_first and not issubclass(exc_info()[0], SystemExit):
                    sys.modules.pop(name, None)
                    # Nobody holds it, and 2.7 would take the names from its threads and exit functions.
                    SOURCES.failed = SOURCES.failed[-19:] + [module]
                raise
            return sys.modules[name]

    class SourceFinder(object):
        """Finds watched modules (PEP 302)."""

        def find_module(self, name, path=None):
            if name in SOURCES.targets:
                return SourceLoader(*SOURCES.targets[name])
            load_later()
            return find_watched(name, path)
else:
    import _frozen_importlib as bootstrap
    try:
        import _frozen_importlib_external as bootstrap_files
    except ImportError:
        bootstrap_files = bootstrap  # 3.4

    class SourceLoader(bootstrap_files.SourceFileLoader):
        """Loads one source, whatever its .pyc says."""

        def create_module(self, spec):
            return SOURCES.prepared.pop(spec.name, None)

        def get_code(self, name):
            return compile_source(name, self.get_filename(name))

    class SourceFinder(object):
        """Finds what PathFinder finds, and has watched modules run from their source."""

        def find_spec(self, name, path=None, target=None):
            if name in SOURCES.targets:
                return spec_of_file(name, *SOURCES.targets[name])
            load_later()
            return find_watched(name, path, target)

    def spec_of_file(name, file, package):
        folders = None
        if package:
            folders = [package]
        return bootstrap_files.spec_from_file_location(
            name, file, loader=SourceLoader(name, file), submodule_search_locations=folders)


FINDER = SourceFinder()


def install_finder():
    place = 0
    if not PY2:
        # Directly before PathFinder: at 0 it would shadow built-in and frozen modules, and the
        # finders of pytest and of editable installs.
        place = len(sys.meta_path)
        if bootstrap_files.PathFinder in sys.meta_path:
            place = sys.meta_path.index(bootstrap_files.PathFinder)
    sys.meta_path.insert(place, FINDER)
