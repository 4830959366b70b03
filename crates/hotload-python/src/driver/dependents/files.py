# Which watched files user code opens, besides its modules, and which C extensions it has loaded.
# Uses: archives, base, finder, graph, openings, sources, watched


class Files(object):

    readers = {}    # file -> {module whose code has opened it for reading: when it last did}
    new_reads = {}  # since the last report: file -> True
    new_writes = {}
    extensions = {} # file -> the module
    looked_at = {}  # name of a loaded module -> True


FILES = Files()

# They open the sources of modules, on the way to a traceback or an import.
READERS_OF_SOURCES = MACHINERY + ('linecache', 'tokenize', 'inspect', 'traceback', 'zipimport')

WRITE_FLAGS = os.O_WRONLY | os.O_RDWR


def note_opening(path, mode, flags, frame):
    """Notes that the code of a frame opens a file."""
    names = frame.f_globals
    if names.get('__name__') in READERS_OF_SOURCES:
        return
    if type(path) is not str:
        path = as_text(path)
    if path is None or not is_watched(path):
        return
    path = os.path.abspath(path)
    if is_for_writing(mode, flags):
        FILES.new_writes[path] = True
    else:
        importer = importer_on(frame)[0]
        if importer is not None and path != SOURCES.seen.get(importer):
            if path not in FILES.readers:
                FILES.new_reads[path] = True
            FILES.readers.setdefault(path, {})[importer] = GRAPH.time


def as_text(path):
    if not isinstance(path, (bytes, type(u''))):
        path = getattr(path, '__fspath__', int)()  # `int`: a descriptor has no path
    if isinstance(path, type(u'')) and PY2:
        path = path.encode(sys.getfilesystemencoding() or 'ascii')
    if isinstance(path, bytes) and not PY2:
        path = os.fsdecode(path)
    return path if isinstance(path, str) else None


def is_for_writing(mode, flags):
    if isinstance(mode, (str, type(u''))):
        for letter in 'wax+':
            if letter in mode:
                return True
        return False
    return isinstance(flags, int) and bool(flags & WRITE_FLAGS)


if PY2:
    # It loads `io` when user code first asks for it.
    def wrap_opening_of(io):
        if STATE.observes and STATE.running:
            wrap_opening()

    AFTER_IMPORT['io'] = wrap_opening_of


def take_files():
    """What is new since the last report."""
    new_reads, FILES.new_reads = FILES.new_reads, {}
    new_writes, FILES.new_writes = FILES.new_writes, {}
    return {'reads': sorted(new_reads), 'writes': sorted(new_writes), 'extensions': new_extensions()}


def new_extensions():
    """The C extensions and zip files in the watched folders that modules have newly been loaded from."""
    found = []
    if len(sys.modules) != len(FILES.looked_at):
        for name in list(sys.modules):
            # Most of them are from watched sources.
            if name not in FILES.looked_at and name not in SOURCES.seen:
                module = sys.modules.get(name)
                if isinstance(module, type(os)):
                    look_at(name, module, found)
            FILES.looked_at[name] = True
    return found


def look_at(name, module, found):
    """Notes if a module is a C extension, or from a zip file: adds its file to `found`."""
    file = extension_of(module)
    if file is not None:
        FILES.extensions[file] = name
    file = file or note_archive(name, module)
    if file is not None:
        found.append(file)


def extension_of(module):
    file = names_of(module).get('__file__')
    if type(file) is str and file.endswith(('.so', '.pyd', '.dll')) and is_watched(file):
        return os.path.abspath(file)
    return None
