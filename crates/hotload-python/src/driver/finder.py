# The hook in sys.meta_path that makes watched modules run from their source.

if PY2:
    import imp

    class SourceFinder(object):
        """Finds and loads watched modules (PEP 302)."""

        def find_module(self, name, path=None):
            if name in SOURCES.targets:
                return SourceLoader(*SOURCES.targets[name])
            if path is None and (imp.is_builtin(name) or imp.is_frozen(name)):
                return None
            wait_for_source(name)
            entries = path
            if entries is None:
                entries = sys.path
            last = name.rpartition('.')[2]
            for place, entry in enumerate(entries):
                found = self.look_in(entry, last)
                if found is None:
                    continue
                if place and self.is_found_earlier(name, last, entries[:place]):
                    return None
                return SourceLoader(*found)
            if SOURCES.seen.get(name) in SOURCES.gone:
                # Its orphaned .pyc would be loaded otherwise.
                raise ImportError('No module named ' + last)
            return None

        def look_in(self, entry, last):
            if not isinstance(entry, basestring):
                return None
            folder = os.path.join(os.path.abspath(entry), last)
            for file, package in ((os.path.join(folder, '__init__.py'), folder),
                                  (folder + '.py', None)):
                if os.path.isfile(file) and has_this_case(file, package):
                    if SOURCES.is_watched(file):
                        return file, package
                    return None
            return None

        def is_found_earlier(self, name, last, entries):
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

    class SourceLoader(object):

        def __init__(self, file, package):
            self.file = file
            self.package = package

        def load_module(self, name):
            code = compile_source(name, self.file)
            module = sys.modules.get(name)
            is_first = module is None
            if is_first:
                module = sys.modules[name] = imp.new_module(name)
                module.__package__ = None
            module.__file__ = self.file
            if self.package:
                module.__path__ = [self.package]
            try:
                eval(code, module.__dict__)
            except:
                if is_first and not isinstance(sys.exc_info()[1], SystemExit):
                    sys.modules.pop(name, None)
                raise
            return sys.modules[name]

    def has_this_case(file, package):
        # Windows and macOS find `Lib.py` for `lib`; an import must not.
        if os.name == 'posix' and sys.platform != 'darwin':
            return True
        named = package or file
        return os.path.basename(named) in os.listdir(os.path.dirname(named))
else:
    import _frozen_importlib as bootstrap
    try:
        import _frozen_importlib_external as bootstrap_files
    except ImportError:
        bootstrap_files = bootstrap  # 3.4

    class SourceFinder(object):
        """Finds what PathFinder finds, and has watched modules run from their source."""

        def find_spec(self, name, path=None, target=None):
            if name in SOURCES.targets:
                return spec_of_file(name, *SOURCES.targets[name])
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
                return None  # an orphaned .pyc of a source that was deleted
            if loader is bootstrap_files.SourceFileLoader and SOURCES.is_watched(spec.origin):
                spec.loader = SourceLoader(spec.loader.name, spec.loader.path)
            return spec

    class SourceLoader(bootstrap_files.SourceFileLoader):

        def get_code(self, name):
            return compile_source(name, self.get_filename(name))

    def spec_of_file(name, file, package):
        folders = None
        if package:
            folders = [package]
        return bootstrap_files.spec_from_file_location(
            name, file, loader=SourceLoader(name, file), submodule_search_locations=folders)

    def forget_path_caches():
        # Not importlib.invalidate_caches: it imports importlib.metadata, 20 ms, from 3.10 on.
        for importer in list(sys.path_importer_cache.values()):
            forget = getattr(importer, 'invalidate_caches', None)
            if forget is not None:
                forget()


def install_finder():
    place = 0
    if not PY2:
        # Directly before PathFinder: at 0 it would shadow built-in and frozen modules, and the
        # finders of pytest and of editable installs.
        place = len(sys.meta_path)
        if bootstrap_files.PathFinder in sys.meta_path:
            place = sys.meta_path.index(bootstrap_files.PathFinder)
    sys.meta_path.insert(place, SourceFinder())


def find_file(name):
    """The source and, for a package, the folder of a module that is not loaded; None without."""
    path = None
    found = None
    parts = name.split('.')
    for count in range(1, len(parts) + 1):
        found = find_part('.'.join(parts[:count]), path)
        if found is None:
            return None
        path = found[1] and [found[1]]
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
