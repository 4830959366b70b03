# The hook in sys.meta_path that makes watched modules run from their source.
# Uses: base, sources, watched

if PY2:
    import imp

    class SourceLoader(object):
        """Loads one source (PEP 302), or gives it to `runpy` and `inspect`."""

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
                # As import does; after sys.exit() the module stays, with the names that it has.
                if is_first and not issubclass(exc_info()[0], SystemExit):
                    sys.modules.pop(name, None)
                    # Unless it is kept, 2.7 clears the names that its threads and exit functions use.
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
        """Finds what PathFinder finds, but has watched modules run from their source."""

        def find_spec(self, name, path=None, target=None):
            if name in SOURCES.targets:
                return spec_of_file(name, *SOURCES.targets[name])
            load_later()
            return find_watched(name, path, target)

    def spec_of_file(name, file, package):
        return bootstrap_files.spec_from_file_location(
            name, file, loader=SourceLoader(name, file),
            submodule_search_locations=[package] if package else None)


FINDER = SourceFinder()


def install_finder():
    index = 0
    if not PY2:
        # Directly before PathFinder: at 0 it would shadow built-in and frozen modules, and the
        # finders of pytest and of editable installs.
        index = len(sys.meta_path)
        if bootstrap_files.PathFinder in sys.meta_path:
            index = sys.meta_path.index(bootstrap_files.PathFinder)
    sys.meta_path.insert(index, FINDER)


# LATER

AFTER_IMPORT = {}  # module name -> what to call with the module once it has been imported
PROVIDED = {}  # module name -> the loader of a module that has no file


def run_after_import(module):
    try:
        AFTER_IMPORT[module.__name__](module)
    except Exception:
        pass  # another module of that name


if PY2:
    def find_watched(name, path):
        if name in PROVIDED:
            return PROVIDED[name]
        if path is None and (imp.is_builtin(name) or imp.is_frozen(name)):
            return None
        wait_for_source(name)
        entries = sys.path if path is None else path
        last = name.rpartition('.')[2]
        for index, entry in enumerate(entries):
            found = look_in(entry, last)
            if found is None:
                continue
            if index and is_found_earlier(name, last, entries[:index]):
                return None
            return SourceLoader(*found)
        if SOURCES.seen.get(name) in SOURCES.gone:
            # Python would load the .pyc that is left of it.
            raise ImportError('No module named ' + last)
        if name in AFTER_IMPORT:
            return AfterImportLoader()
        return None

    class AfterImportLoader(object):
        """Loads a module as Python does, then calls what AFTER_IMPORT has for it."""

        def load_module(self, name):
            module = imp.load_module(name, *imp.find_module(name))
            run_after_import(module)
            return module

    def look_in(entry, last):
        if not isinstance(entry, basestring):
            return None
        folder = os.path.join(os.path.abspath(entry), last)
        for file, package in ((os.path.join(folder, '__init__.py'), folder),
                              (folder + '.py', None)):
            if os.path.isfile(file) and has_this_case(file, package):
                if is_watched(file):
                    return file, package
                return None
        return None

    def is_found_earlier(name, last, entries):
        for entry in entries:
            importer = sys.path_importer_cache.get(entry)
            if hasattr(importer, 'find_module') and importer.find_module(name):
                return True
        try:
            found = imp.find_module(last, list(entries))
        except (ImportError, SyntaxError):
            return False
        if found[0] is not None:
            found[0].close()
        return True

    def has_this_case(file, package):
        # Windows and macOS find `Lib.py` for `lib`; an import must not.
        if os.name == 'posix' and sys.platform != 'darwin':
            return True
        named = package or file
        return os.path.basename(named) in os.listdir(os.path.dirname(named))
else:
    try:
        NotFound = ModuleNotFoundError
    except NameError:
        NotFound = ImportError  # 3.4 and 3.5

    def find_watched(name, path, target):
        if name in PROVIDED:
            return bootstrap.ModuleSpec(name, PROVIDED[name])
        spec = bootstrap_files.PathFinder.find_spec(name, path, target)
        seen = SOURCES.seen.get(name)
        if seen and (spec is None or spec.origin != seen):
            wait_for_source(name)
            forget_path_caches()
            spec = bootstrap_files.PathFinder.find_spec(name, path, target)
        if spec is None or not spec.has_location:
            return spec
        loader = type(spec.loader)
        if loader is bootstrap_files.SourcelessFileLoader and seen in SOURCES.gone:
            # The .pyc that is left of a deleted source: PathFinder would load it.
            raise NotFound('No module named %r' % name, name=name)
        if loader is bootstrap_files.SourceFileLoader and is_watched(spec.origin):
            spec.loader = SourceLoader(spec.loader.name, spec.loader.path)
        elif loader is bootstrap_files.SourceFileLoader and name in AFTER_IMPORT:
            spec.loader = AfterImportLoader(spec.loader.name, spec.loader.path)
        return spec

    class AfterImportLoader(bootstrap_files.SourceFileLoader):
        """Loads a module as Python does, then calls what AFTER_IMPORT has for it."""

        def exec_module(self, module):
            bootstrap_files.SourceFileLoader.exec_module(self, module)
            run_after_import(module)

    def forget_path_caches():
        # Not importlib.invalidate_caches: from 3.10 on it imports importlib.metadata, 20 ms.
        for importer in list(sys.path_importer_cache.values()):
            forget = getattr(importer, 'invalidate_caches', None)
            if forget is not None:
                forget()


def find_file(name):
    """The source, and the folder of a package, of a module that is not loaded; None without a source."""
    path = None
    found = None
    parts = name.split('.')
    for count in range(1, len(parts) + 1):
        found = find_part('.'.join(parts[:count]), path)
        if found is None:
            return None
        path = [found[1]] if found[1] else None
        if path is None and count < len(parts):
            return None
    return found


def find_part(name, path):
    if PY2:
        try:
            stream, file, description = imp.find_module(name.rpartition('.')[2], path)
        except ImportError:
            return None
        if stream is not None:
            stream.close()
        if description[2] == imp.PKG_DIRECTORY:
            return os.path.abspath(os.path.join(file, '__init__.py')), os.path.abspath(file)
        if description[2] == imp.PY_SOURCE:
            return os.path.abspath(file), None
        return None
    else:
        spec = bootstrap_files.PathFinder.find_spec(name, path)
        if spec is None or not isinstance(spec.loader, bootstrap_files.SourceFileLoader):
            return None
        folders = spec.submodule_search_locations
        if folders is None:
            return spec.origin, None
        return spec.origin, list(folders)[0]
