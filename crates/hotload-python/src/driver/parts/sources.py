# Watched modules run from their source, whatever .pyc lies about, and hotload is told what ran.


class Sources(object):
    """What is watched, and what was read since hotload was last told."""

    roots = []      # folders
    named = {}      # file -> module name: the targets
    targets = {}    # module name -> (file, folder if it is a package)
    lengths = {}    # file -> length of the text that was read last
    seen = {}       # module name -> file
    gone = {}       # file -> True: waited for in vain
    read = []       # since hotload was last told: [module, file, mtime, bytes, whether it compiled]
    loaded = {}     # file -> (bytes, code) of its last loads, the latest last
    failed = []     # modules of 2.7 whose first load has failed
    broken = None   # (error, file): the last source that did not compile
    newer_api = None    # a hotload.py that is newer than what `import hotload` gives
    changed = []    # files: what caused this cycle
    prepared = {}   # module name -> the module, without names, that its first load fills
    clean_ups = {}  # module name -> what is called before it runs again


SOURCES = Sources()


def read_once(path):
    """The bytes of a source, and its mtime from before they were read."""
    stream = open(path, 'rb')
    try:
        try:
            modified = os.fstat(stream.fileno()).st_mtime
        except (TypeError, OSError):
            modified = os.stat(path).st_mtime  # Jython: a descriptor is no number.
        return stream.read(), modified
    finally:
        stream.close()


def compile_source(name, path):
    """The code of a watched module as its file is now."""
    data, modified = read_once(path)
    if not data:
        load_later()
        data, modified = wait_for_content(path)
    SOURCES.lengths[path] = len(data)
    SOURCES.seen[name] = path
    SOURCES.gone.pop(path, None)
    entry = [name, path, modified, data, False]
    SOURCES.read.append(entry)
    try:
        if PY2:
            check_encoding(data, path)
        code = compile(data, path, 'exec', 0, 1)
    except Exception:
        SOURCES.broken = (exc_info()[1], path)
        raise
    entry[-1] = True
    SOURCES.loaded[path] = SOURCES.loaded.get(path, [])[-3:] + [(data, code)]
    if name in SOURCES.clean_ups:
        clean_up(name)
    return code


if PY2:
    def check_encoding(data, path):
        # compile() takes what import refuses: bytes beyond ASCII without a coding cookie.
        try:
            data.decode('ascii')
        except UnicodeError:
            load_later()
            check_cookie(data, path, exc_info()[1].start)
