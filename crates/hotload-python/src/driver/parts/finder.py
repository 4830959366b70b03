# The hook in sys.meta_path that makes watched modules run from their source.
# Uses: base, sources, watched

if PY2:
    import imp

    RUNS = [eval]  # the last one runs the code of a module

    class SourceLoader(object):
        """Loads one source (PEP 302), or gives it to `runpy` and `inspect`."""

        def __init__(self, name, file, package):
            self.name = self.fullname = name
            self.file = self.filename = file
            self.package = package

        # The same as what `pkgutil` has for a module that was found without a hook.

        def is_package(self, fullname):
            return self.package is not None

        def get_filename(self, fullname=None):
            return self.file

        def get_source(self, fullname=None):
            return read_once(self.file)[0]

        def get_code(self, fullname=None):
            return compile_source(fullname or self.name, self.file)

        def get_data(self, pathname):
            return read_once(pathname)[0]

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
                RUNS[-1](code, module.__dict__)
            except:
                # As import does; after sys.exit() the module stays, with the names that it has.
                if is_first and not issubclass(exc_info()[0], SystemExit):
                    sys.modules.pop(name, None)
                    # Unless it is kept, 2.7 clears the names that its threads and exit functions use.
                    SOURCES.failed = SOURCES.failed[-19:] + [module]
                raise
            return sys.modules.get(name, module)

    class SourceFinder(object):
        """Finds watched modules (PEP 302)."""

        def find_module(self, name, path=None):
            if name in SOURCES.targets and not STATE.observes:
                return SourceLoader(name, *SOURCES.targets[name])
            load_later()
            return SEARCHES[-1](name, path)
else:
    import _frozen_importlib as bootstrap
    try:
        import _frozen_importlib_external as bootstrap_files
    except ImportError:
        bootstrap_files = bootstrap  # 3.4

    SourceLoader = bootstrap_files.SourceFileLoader
    PLAIN_GET_CODE, PLAIN_GET_DATA = SourceLoader.get_code, SourceLoader.get_data
    PLAIN_COMPILE = SourceLoader.source_to_code

    def get_code(loader, fullname):
        """The code of a module, of a watched one from its source, whatever its .pyc says.

        In the class itself, so that it counts for whoever finds a source, and for derived loaders.
        """
        path = loader.get_filename(fullname)
        if path not in SOURCES.named:
            load_later()
            if not is_watched(path) or type(loader).get_data is not PLAIN_GET_DATA:
                return PLAIN_GET_CODE(loader, fullname)
        if type(loader).source_to_code is PLAIN_COMPILE:
            return compile_source(fullname, path)
        return compile_source(fullname, path, lambda data: loader.source_to_code(data, path))

    SourceLoader.get_code = get_code

    def fill_prepared(loader):
        """Has a loader fill the module that was prepared for its first load."""
        def create_module(spec):
            del loader.create_module
            return SOURCES.prepared.pop(spec.name, None)

        loader.create_module = create_module

    class SourceFinder(object):
        """Finds what PathFinder finds, but has watched modules run from their source."""

        def find_spec(self, name, path=None, target=None):
            if name in SOURCES.targets and not STATE.observes:
                return spec_of_file(name, *SOURCES.targets[name])
            load_later()
            return SEARCHES[-1](name, path, target)

    def spec_of_file(name, file, package):
        loader = SourceLoader(name, file)
        if name in SOURCES.prepared:
            fill_prepared(loader)
        return bootstrap_files.spec_from_file_location(
            name, file, loader=loader, submodule_search_locations=[package] if package else None)


FINDER = SourceFinder()


def install_finder():
    """Puts the finder after those of user code, which is where Python's own comes."""
    if FINDER in sys.meta_path:
        sys.meta_path.remove(FINDER)
    index = len(sys.meta_path)
    if not PY2:
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


def watch_loaded():
    for name in AFTER_IMPORT:
        if sys.modules.get(name) is not None:
            run_after_import(sys.modules[name])


if PY2:
    def find_watched(name, path):
        if name in PROVIDED:
            return PROVIDED[name]
        if path is None and (imp.is_builtin(name) or imp.is_frozen(name)):
            return None
        finders = sys.meta_path if FINDER in sys.meta_path else [FINDER]
        for finder in finders[finders.index(FINDER) + 1:]:
            # Added since this step began: user code's finders come before Python's own.
            loader = finder.find_module(name, path)
            if loader is not None:
                return loader
        wait_for_source(name)
        entries = sys.path if path is None else path
        last = name.rpartition('.')[2]
        for index, entry in enumerate(entries):
            found = look_in(entry, last)
            if found is None:
                continue
            if is_found_by_hook(name, entry) or index and is_found_earlier(
                    name, last, entries[:index]):
                return None
            return SourceLoader(name, *found)
        if SOURCES.seen.get(name) in SOURCES.gone and is_left_over(name, last, path):
            raise ImportError('No module named ' + last)
        if name in AFTER_IMPORT:
            try:
                return AfterImportLoader(imp.find_module(last, path))
            except ImportError:
                pass    # it may be in an archive
        return None

    def is_left_over(name, last, path):
        """Whether Python would load the .pyc that is left of a deleted source."""
        try:
            found = imp.find_module(last, path)
        except (ImportError, SyntaxError):
            return True
        if found[0] is not None:
            found[0].close()
        folder = os.path.dirname(SOURCES.seen[name])
        return os.path.dirname(os.path.abspath(found[1] or '')) == folder

    class AfterImportLoader(object):
        """Loads a module as Python does, then calls what AFTER_IMPORT has for it."""

        def __init__(self, found):
            self.found = found

        def load_module(self, name):
            try:
                module = imp.load_module(name, *self.found)
            finally:
                if self.found[0] is not None:
                    self.found[0].close()
            run_after_import(module)
            return module

    def look_in(entry, last):
        entry = path_entry(entry)
        if entry is None:
            return None
        folder = os.path.join(os.path.abspath(entry), last)
        places = [(os.path.join(folder, '__init__.py'), folder)]
        # What Python looks for, in its order: an extension comes before a source.
        places += [(folder + suffix, None) for suffix, _, _ in SUFFIXES]
        for file, package in places:
            if os.path.isfile(file) and has_this_case(file, package):
                if file.endswith(SOURCE_SUFFIXES) and is_watched(file):
                    return file, package
                return None
        return None

    SUFFIXES = imp.get_suffixes()
    SOURCE_SUFFIXES = tuple([suffix for suffix, _, kind in SUFFIXES if kind == imp.PY_SOURCE])

    def path_entry(entry):
        """An entry of `sys.path` as the str that Python makes of it; None for what it passes over."""
        if isinstance(entry, unicode):
            try:
                return entry.encode(sys.getfilesystemencoding() or 'ascii')
            except UnicodeError:
                return None
        return entry if isinstance(entry, str) else None

    def is_found_by_hook(name, entry):
        """Whether one of `sys.path_hooks` is for this entry and finds the module."""
        if entry not in sys.path_importer_cache:
            for hook in sys.path_hooks:
                try:
                    sys.path_importer_cache[entry] = hook(entry)
                    break
                except ImportError:
                    pass  # not for this entry
        importer = sys.path_importer_cache.get(entry)
        return hasattr(importer, 'find_module') and importer.find_module(name) is not None

    def is_found_earlier(name, last, entries):
        for entry in entries:
            if is_found_by_hook(name, entry):
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
        if type(spec.loader) is bootstrap_files.SourcelessFileLoader and seen in SOURCES.gone:
            # The .pyc that is left of a deleted source: PathFinder would load it.
            raise NotFound('No module named %r' % name, name=name)
        if type(spec.loader) is SourceLoader:
            if name in AFTER_IMPORT:
                note_import(spec.loader)
            if name in SOURCES.prepared:
                fill_prepared(spec.loader)
        return spec

    def note_import(loader):
        """Has AFTER_IMPORT's function called once this loader has loaded its module."""
        def exec_module(module):
            del loader.exec_module
            loader.exec_module(module)
            run_after_import(module)

        loader.exec_module = exec_module

    def forget_path_caches():
        # Not importlib.invalidate_caches: from 3.10 on it imports importlib.metadata, 20 ms.
        for importer in list(sys.path_importer_cache.values()):
            forget = getattr(importer, 'invalidate_caches', None)
            if forget is not None:
                forget()


SEARCHES = [find_watched]  # the last one is in use


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
        # Of a module that comes with the driver, the file is looked for that it hides.
        find = bootstrap_files.PathFinder.find_spec if name in PROVIDED else bootstrap._find_spec
        spec = find(name, path)
        if spec is None or not isinstance(spec.loader, bootstrap_files.SourceFileLoader):
            return None
        folders = spec.submodule_search_locations
        if folders is None:
            return spec.origin, None
        return spec.origin, list(folders)[0]
