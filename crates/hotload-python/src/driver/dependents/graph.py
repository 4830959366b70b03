# Who imports whom, and what an import did not find: noted while it happens.
# Uses: base, finder, imports, sources, watched


class Graph(object):
    """What the watched modules have imported.

    A time is the number of things that had been noted by then.
    """

    time = 0
    began = {}      # module -> when it last began to run
    imports = {}    # module -> {module that it imported: when it first did since it began to run}
    importers = {}  # module -> {module that has ever imported it: True}
    ran = []        # since the last report: modules in the order in which they began to run
    unindexed = {}  # module that has run since the last save -> True
    modules = {}    # module -> what its code runs in, which may put something else in its place
    absent = {}     # name that an import did not find among the watched files -> {the importer: True}
    namespaces = {} # package without a file of its own -> True
    outside = {}    # module -> True: code that is not watched has imported it
    import_module = None    # the one of `importlib`, once another one is in its place


GRAPH = Graph()
IMPORTS, BEGAN, frame_above = GRAPH.imports, GRAPH.began, sys._getframe  # each import asks for them

# The modules whose frames lie between an import and what is asked for it.
MACHINERY = (
    'importlib', 'importlib._bootstrap', 'importlib._bootstrap_external', '_frozen_importlib',
    '_frozen_importlib_external')

# The names of the code of Python's own import, whose frames come first.
if PY2:
    IMPORT_NAMES = None  # it is in C
else:
    IMPORT_NAMES = bootstrap.__dict__

# The functions of hotload that run a module: what called them does not import it.
BORDERS = ('run_user_code', 'run_anew', 'run_step')


def note_start(name, path=None, code=None):
    """Notes that a watched module begins to run."""
    GRAPH.time += 1
    GRAPH.began[name] = GRAPH.time
    GRAPH.imports.setdefault(name, {})
    GRAPH.ran.append(name)
    GRAPH.unindexed[name] = True
    if not PY2:
        GRAPH.modules[name] = sys.modules.get(name)
        observe(spec_in(GRAPH.modules[name]))


def importer_on(frame):
    """The nearest watched module on the stack, and whether none that is not watched comes before it."""
    is_direct = True
    while frame is not None and frame.f_globals is IMPORT_NAMES:
        frame = frame.f_back
    while frame is not None:
        names = frame.f_globals
        if names is NAMES:
            if frame.f_code.co_name in BORDERS:
                break
        else:
            name = dict.get(names, '__name__')
            if type(name) is str:
                if name in GRAPH.imports:
                    return name, is_direct
                if name not in MACHINERY:
                    is_direct = False
        frame = frame.f_back
    return None, is_direct


def note_edge(importer, name):
    edges = GRAPH.imports[importer]
    if edges.get(name, -1) < GRAPH.began[importer] and name != importer:
        GRAPH.time += 1
        edges[name] = GRAPH.time
        GRAPH.importers.setdefault(name, {})[importer] = True


def note_importer_of(name, frame):
    """Notes that the code of a frame imports a watched module."""
    importer, is_direct = importer_on(frame)
    if importer is not None:
        note_edge(importer, name)
    if not is_direct:
        # A library may keep what it has imported, and not import it again.
        GRAPH.outside[name] = True


def note_absence(name, frame, is_certain):
    """Notes that an import found no watched module of this name; `is_certain`: nor any other."""
    importer, is_direct = importer_on(frame)
    if importer is not None and (is_direct or is_certain):
        GRAPH.absent.setdefault(name, {})[importer] = True


def find_and_note(name, *arguments):
    """Finds a module, and notes who has asked for it."""
    found = None
    try:
        if name in SOURCES.targets:
            found = find_target(name)
        else:
            found = find_watched(name, *arguments)
        return found
    finally:
        # The first one is the finder's. Where a thread begins with an import there is no other one.
        note_search(name, found, frame_above(1).f_back)
        if name in SOURCES.prepared and found is not None:
            renew(SOURCES.prepared[name], found)


if PY2:
    def find_target(name):
        return SourceLoader(name, *SOURCES.targets[name])

    def renew(module, loader):
        """Gives a module that runs again what an import would give to a new one."""
        names_of(module).pop('__path__', None)

    def note_search(name, found, frame):
        if isinstance(found, SourceLoader):
            note_importer_of(name, frame)
        elif found is None:
            note_absence(name, frame, False)
else:
    def find_target(name):
        return spec_of_file(name, *SOURCES.targets[name])

    def renew(module, spec):
        """Gives a module that runs again what an import would give to a new one."""
        names = names_of(module)
        names['__loader__'], names['__package__'] = spec.loader, spec.parent
        for name in ('__path__', '__file__', '__cached__'):
            names.pop(name, None)

    def note_search(name, found, frame):
        if found is None:
            note_absence(name, frame, True)
        elif type(found.loader) is SourceLoader and is_watched_source(found.origin):
            note_importer_of(name, frame)
        elif is_watched_namespace(found):
            observe(found)
            GRAPH.namespaces[name] = True
            note_importer_of(name, frame)
        elif name not in PROVIDED:
            note_absence(name, frame, False)

    def is_watched_source(path):
        # Mostly the folder is known; the whole question takes 5 us.
        known = WATCHED_FOLDERS.get(path.rpartition(os.sep)[0])
        return known or known is None and is_watched(path) or path in SOURCES.named

    def is_watched_namespace(spec):
        if spec.has_location or not spec.submodule_search_locations:
            return False
        folders = list(spec.submodule_search_locations)
        return bool([folder for folder in folders if is_watched(os.path.join(folder, 'x'))])

    class ObservedSpec(bootstrap.ModuleSpec):
        """The spec of a watched module, which hears of each import of it.

        An import that finds its module loaded asks the spec whether that is still being loaded.
        Python's own import is left as it is: a function in its place would slow every import down,
        and stand in every traceback.
        """

        @property
        def _initializing(self):
            frame, names = frame_above().f_back, self.__dict__
            name, importer = names['name'], frame and frame.f_globals.get('__name__')
            if type(importer) is not str or importer not in IMPORTS:
                note_importer_of(name, frame)
            elif IMPORTS[importer].get(name, -1) < BEGAN[importer]:
                note_edge(importer, name)
            return names.get('_initializing', False)

        @_initializing.setter
        def _initializing(self, value):
            self.__dict__['_initializing'] = value

        def __reduce__(self):
            # Other processes have no driver: they get Python's own.
            return bootstrap.ModuleSpec, (self.name, self.loader), self.__dict__

    ObservedSpec.__name__ = ObservedSpec.__qualname__ = 'ModuleSpec'

    def observe(spec):
        if type(spec) is bootstrap.ModuleSpec:
            spec.__class__ = ObservedSpec

    def hears_imports():
        """Whether this Python asks the spec."""
        name = '_hotload_probe'
        module = type(os)(name)
        module.__spec__ = bootstrap.ModuleSpec(name, None)
        observe(module.__spec__)
        GRAPH.outside.pop(name, None)
        sys.modules[name] = module
        try:
            # Not with the builtins of now, which user code may have patched.
            names = {'__name__': '?', '__builtins__': OWN_BUILTINS}
            eval(compile('import ' + name, DRIVER_FILE, 'exec'), names)
        finally:
            del sys.modules[name]
        return GRAPH.outside.pop(name, False)


def note_result(module, name, names):
    """Notes what `__import__` has returned for `name` and the `names` taken from it."""
    found = module_name(module)
    if found is None:
        return
    if not names and '.' in name:
        found += '.' + name.partition('.')[2]
    importer = importer_on(sys._getframe(3))[0]
    if importer is None:
        return
    noted = with_packages(found)
    noted += [found + '.' + taken for taken in names or () if type(taken) is str]
    for each in noted:
        if each in IMPORTS:
            note_edge(importer, each)
    if PY2:
        # It has looked in the importer's package first, and remembers that there is none.
        package = package_of(importer)
        first = name.partition('.')[0]
        if package and sys.modules.get(package + '.' + first, '') is None:
            GRAPH.absent.setdefault(package + '.' + first, {})[importer] = True


def with_packages(name):
    """A module's name, after those of the packages that it is in."""
    if '.' not in name:
        return [name]
    return with_packages(name.rpartition('.')[0]) + [name]


def module_name(module):
    if isinstance(module, type(os)):
        name = names_of(module).get('__name__')
        if type(name) is str:
            return name
    return None


def names_of(module):
    """The names of a module, whatever its class makes of attributes."""
    return type(os).__dict__['__dict__'].__get__(module)


def package_of(name):
    """The package that the relative imports of a module are relative to."""
    # By its file: while a step runs it may not be in `sys.modules`.
    key = name, SOURCES.seen.get(name, '')
    if key not in PACKAGES:
        is_package = os.path.basename(key[1]) == '__init__.py'
        PACKAGES[key] = name if is_package else name.rpartition('.')[0]
    return PACKAGES[key]


PACKAGES = {}  # (module, its file) -> what `package_of` has found


def note_import_call(module, name, arguments, keywords):
    try:
        note_result(module, name, names_taken(arguments, keywords))
    except Exception:
        pass  # a name or a list that is an object of the user's


def names_taken(arguments, keywords):
    return arguments[2] if len(arguments) > 2 else keywords.get('fromlist')


if PY2:
    CALL = compile('_function(*_arguments, **_keywords)', DRIVER_FILE, 'eval')

    def wrapped_import(name, *arguments, **keywords):
        frame = sys._getframe().f_back
        call = [OWN_BUILTINS['__import__'], (name,) + arguments, keywords]
        if frame is None or is_all_loaded(name, names_taken(arguments, keywords)):
            module = call[0](*call[1], **keywords)
        else:
            # Not in a function: a chain of imports would reach the limit of recursion early.
            module = eval(call_in_line(frame.f_lineno), frame.f_globals, names_of_call(*call))
        note_import_call(module, name, arguments, keywords)
        return module

    def is_all_loaded(name, taken):
        """Whether no module has to run for an import."""
        module = sys.modules.get(name) if type(name) is str else None
        if not isinstance(module, type(os)) or type(taken) not in (tuple, type(None)):
            return False
        return not [each for each in taken or () if each not in names_of(module)]

    def names_of_call(function, arguments, keywords):
        return {'_function': function, '_arguments': arguments, '_keywords': keywords}

    def call_in_line(line):
        """Code that calls a function which runs a module: to run below a frame with the importer's names.

        That is where a warning in the module looks for its place, if it has a `stacklevel`.
        """
        if not hasattr(CALL, 'co_code'):
            return CALL  # Jython
        return type(CALL)(
            CALL.co_argcount, CALL.co_nlocals, CALL.co_stacksize, CALL.co_flags, CALL.co_code,
            CALL.co_consts, CALL.co_names, CALL.co_varnames, CALL.co_filename, CALL.co_name, line,
            CALL.co_lnotab)
else:
    def wrapped_import(name, *arguments, **keywords):
        module = OWN_BUILTINS['__import__'](name, *arguments, **keywords)
        note_import_call(module, name, arguments, keywords)
        return module


def wrapped_import_module(name, package=None):
    module = GRAPH.import_module(name, package)
    if type(name) is str and type(package) in (str, type(None)):
        dots = len(name) - len(name.lstrip('.'))
        if dots:
            name = package.rsplit('.', dots - 1)[0] + '.' + name[dots:]
        if name in GRAPH.imports:
            note_importer_of(name, sys._getframe(1))
    return module


def wrap_import_module(importlib):
    if importlib.import_module is not wrapped_import_module:
        GRAPH.import_module = importlib.import_module
        importlib.import_module = wrapped_import_module


def observe_imports():
    """Has each import noted where Python gives no sign of it, whatever user code has restored."""
    wrap_import()
    if 'importlib' in AFTER_IMPORT and GRAPH.import_module is None:
        # The first reload would load it in a way that our finder does not see.
        run_after_import(import_own('importlib'))


def wrap_import():
    if WRAPS_IMPORT and builtins.__import__ is OWN_BUILTINS['__import__']:
        builtins.__import__ = wrapped_import


if PY2:
    WRAPS_IMPORT = True
else:
    def spec_in(module):
        return names_of(module).get('__spec__') if isinstance(module, type(os)) else None

    WRAPS_IMPORT = not hears_imports()


if PY2:
    def run_and_note(code, names):
        name = names.get('__name__')
        if type(name) is str:
            GRAPH.modules[name] = sys.modules.get(name)
        frame = sys._getframe(1)
        while frame and frame.f_globals is NAMES and frame.f_code.co_name not in BORDERS:
            frame = frame.f_back
        if frame is None or frame.f_globals is NAMES:
            eval(code, names)
        else:
            eval(call_in_line(frame.f_lineno), frame.f_globals, names_of_call(eval, (code, names), {}))

    RUNS.append(run_and_note)


def start_to_observe():
    """From now on imports are noted."""
    BEFORE_RUN.append(note_start)
    for name in SOURCES.seen:
        note_start(name)
    SEARCHES.append(find_and_note)
    if not PY2:
        if sys.version_info < (3, 11):
            # An import of a module that is loaded asks nothing there.
            AFTER_IMPORT['importlib'] = wrap_import_module
            if sys.modules.get('importlib') is not None:
                run_after_import(sys.modules['importlib'])
    wrap_import()
