# Watched modules run from their source, whatever .pyc files lie about, and what ran is reported.
# Uses: base, imports, state


class Sources(object):
    """What is watched, and what was read since the last report."""

    roots = []      # folders
    named = {}      # file -> module name: the targets
    targets = {}    # module name -> (file, folder if it is a package)
    lengths = {}    # file -> length of the text that was last read
    seen = {}       # module name -> file
    gone = {}       # file -> True: did not come back in time
    read = []       # since the last report: [module, file, mtime, bytes, whether it compiled]
    loaded = {}     # file -> (bytes, code) of its last loads, the latest last
    failed = []     # on 2.7: modules whose first load failed
    broken = None   # (error, file): the last source that did not compile
    spelled = {}    # name of a file in its code -> the file, where 2.7's code page lacks that name
    newer_api = None    # a hotload.py that is newer than what `import hotload` gives
    changed = []    # files: what caused this cycle
    removed = []    # files: what has been gone for a while when it began
    saved = {}      # file -> True: was saved since this Python started
    prepared = {}   # module name -> the module, still without names, that its first load fills
    open = staticmethod(open)   # on Windows another function
    clean_ups = {}  # module name -> what to call before it runs again


SOURCES = Sources()

# Called with the name, file and code of each watched module that is about to run.
BEFORE_RUN = []

# Compiling a longer one takes gigabytes, and the frame that reports it would be too long.
LONGEST_SOURCE = 16 << 20


def read_once(path):
    """The bytes of a source, and its mtime from before they were read."""
    if not os.path.isfile(path) and os.path.exists(path):
        # Opening a FIFO waits for whoever writes into it, and a device may never end.
        raise IOError(22, 'not a regular file', path)
    with SOURCES.open(path, 'rb') as stream:
        try:
            status = os.fstat(stream.fileno())
        except (TypeError, OSError):
            status = os.stat(path)  # Jython: a descriptor is not a number.
        if status.st_size > LONGEST_SOURCE:
            raise IOError(27, 'sources of more than 16 MiB are not loaded', path)
        return stream.read(), status.st_mtime


def read_filled(path):
    """The same, once an editor that has emptied the file has written it."""
    data, modified = read_once(path)
    if not data:
        load_later()
        data, modified = wait_for_content(path)
    return data, modified


def _call_with_frames_removed(function, *arguments):
    # 3.x knows this name: it leaves out the frames of importing around it.
    return function(*arguments)


def compile_text(data, path):
    if PY2:
        if isinstance(path, unicode):
            name = path.encode('utf-8')
            SOURCES.spelled[name], path = path, name
        check_encoding(data, path)
    return _call_with_frames_removed(compile, data, path, 'exec', 0, 1)


def compile_source(name, path, compile_data=None):
    """The code of a watched module, from its file as it is now; a loader may compile it in its way."""
    data, modified = read_filled(path)
    SOURCES.lengths[path] = len(data)
    SOURCES.seen[name] = path
    SOURCES.gone.pop(path, None)
    entry = [name, path, modified, data, False]
    SOURCES.read.append(entry)
    try:
        if compile_data is None:
            code = compile_text(data, path)
        else:
            code = compile_data(data)
    except Exception:
        SOURCES.broken = exc_info()[1], path
        raise
    entry[-1] = True
    for prepare in BEFORE_RUN:
        prepare(name, path, code)
    SOURCES.loaded[path] = SOURCES.loaded.get(path, [])[-3:] + [(data, code)]
    if name in SOURCES.clean_ups:
        clean_up(name)
    return code


if PY2:
    def check_encoding(data, path):
        # compile() accepts what import rejects: bytes beyond ASCII without a coding cookie.
        try:
            data.decode('ascii')
        except UnicodeError as error:
            load_later()
            check_cookie(data, path, error.start)


# LATER

# How often a source that had content and is now empty or missing is looked at again, a millisecond
# apart, in case an editor is just writing it. Counted, since the clock may be set back.
LOOKS = 1000


def wait_for_content(path):
    """Reads an empty source; if it had content, waits for what an editor is about to write."""
    data, modified = read_once(path)
    looks = 0
    while not data and SOURCES.lengths.get(path) and looks < LOOKS:
        sleep(0.001)
        data, modified = read_once(path)
        looks += 1
    return data, modified


def wait_for_source(name):
    """Gives a source that was there before time to come back."""
    path = SOURCES.seen.get(name)
    if path is None or path in SOURCES.gone:
        return
    for _ in range(LOOKS):
        if os.path.exists(path):
            return
        sleep(0.001)
    SOURCES.gone[path] = True


if PY2:
    def check_cookie(data, path, index):
        """Rejects a source that has a byte beyond ASCII, at `index`, and does not name its encoding."""
        re = import_own('re')
        cookie = re.compile(r'[ \t\f]*#.*?coding[:=][ \t]*[-\w.]+')
        first, second = (data.splitlines() + ['', ''])[:2]
        if data.startswith('\xef\xbb\xbf') or cookie.match(first):
            return
        if cookie.match(second) and re.match(r'[ \t\f]*(#.*)?$', first):
            return
        line = data.count('\n', 0, index) + 1
        raise SyntaxError(
            "Non-ASCII character '\\x%02x' in file %s on line %d, but no encoding declared;"
            ' see http://python.org/dev/peps/pep-0263/ for details'
            % (ord(data[index]), path, line), (path, line, None, None))
