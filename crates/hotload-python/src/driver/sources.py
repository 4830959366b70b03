# Watched modules run from their source, whatever .pyc lies about, and hotload is told what ran.

# How long a source that had content may be empty or missing while an editor writes it anew.
GRACE = 1.0

# Folders below a watched one that hold other people's code. Hidden folders count as well.
SKIPPED_FOLDERS = ('__pycache__', 'node_modules', 'site-packages', 'dist-packages')


class Sources(object):
    """What is watched, and what was read since hotload was last told."""

    def __init__(self):
        self.roots = []
        self.named = {}     # file -> module name: the targets
        self.targets = {}   # module name -> (file, folder if it is a package)
        self.lengths = {}   # file -> length of the text that was read last
        self.seen = {}      # module name -> file
        self.gone = {}      # file -> True: waited for in vain
        self.read = []      # since hotload was last told
        self.broken = None  # (error, file): the last source that did not compile
        self.folders = {}   # folder -> whether modules in it are watched

    def is_watched(self, path):
        path = os.path.abspath(path)
        if path in self.named:
            return True
        folder = os.path.dirname(path)
        if folder not in self.folders:
            self.folders[folder] = (
                self.is_watched_folder(folder) or self.is_watched_folder(os.path.realpath(folder)))
        return self.folders[folder]

    def is_watched_folder(self, folder):
        folder = os.path.normcase(folder)
        for root in self.roots:
            if folder == root:
                return True
            if folder.startswith(root.rstrip(os.sep) + os.sep):
                below = folder[len(root):].strip(os.sep).split(os.sep)
                skipped = [name for name in below if name[:1] == '.' or name in SKIPPED_FOLDERS]
                if not skipped and not is_below_prefix(folder, root):
                    return True
        return False

    def take_read(self):
        read = self.read
        self.read = []
        return read


def is_below_prefix(folder, root):
    # A virtual environment, or a whole Python, that lies inside the watched folder.
    for prefix in (sys.prefix, getattr(sys, 'base_prefix', sys.prefix)):
        prefix = os.path.normcase(prefix)
        if prefix.startswith(root) and prefix != root and (folder + os.sep).startswith(
                prefix + os.sep):
            return True
    return False


SOURCES = Sources()


def read_source(path):
    """The bytes of a source, and its mtime from before they were read."""
    data, modified = read_once(path)
    deadline = time.time() + GRACE
    while not data and SOURCES.lengths.get(path) and time.time() < deadline:
        time.sleep(0.001)  # Being written: truncated, its text not there yet.
        data, modified = read_once(path)
    SOURCES.lengths[path] = len(data)
    return data, modified


def read_once(path):
    stream = open(path, 'rb')
    try:
        try:
            modified = os.fstat(stream.fileno()).st_mtime
        except TypeError:
            modified = os.stat(path).st_mtime  # Jython: a descriptor is no number.
        return stream.read(), modified
    finally:
        stream.close()


def compile_source(name, path):
    """The code of a watched module as its file is now."""
    import binascii
    data, modified = read_source(path)
    SOURCES.seen[name] = path
    SOURCES.gone.pop(path, None)
    entry = {
        'module': name,
        'file': path,
        'modified': float(modified),
        'source': PlainText(binascii.b2a_base64(data).decode('ascii').rstrip()),
        'ran': False,
    }
    SOURCES.read.append(entry)
    try:
        if PY2:
            check_encoding(data, path)
        code = compile(data, path, 'exec', 0, 1)
    except Exception:
        SOURCES.broken = (sys.exc_info()[1], path)
        raise
    entry['ran'] = True
    return code


if PY2:
    def check_encoding(data, path):
        # compile() takes what import refuses: bytes beyond ASCII without a coding cookie.
        try:
            data.decode('ascii')
            return
        except UnicodeError:
            place = sys.exc_info()[1].start
        import re
        cookie = re.compile(r'[ \t\f]*#.*?coding[:=][ \t]*[-\w.]+')
        first, second = (data.splitlines() + ['', ''])[:2]
        if data.startswith('\xef\xbb\xbf') or cookie.match(first):
            return
        if cookie.match(second) and re.match(r'[ \t\f]*(#.*)?$', first):
            return
        line = data.count('\n', 0, place) + 1
        raise SyntaxError(
            "Non-ASCII character '\\x%02x' in file %s on line %d, but no encoding declared;"
            ' see http://python.org/dev/peps/pep-0263/ for details'
            % (ord(data[place]), path, line), (path, line, None, None))


def wait_for_source(name):
    """Gives a source that was there before the time to come back."""
    path = SOURCES.seen.get(name)
    if path is None or path in SOURCES.gone:
        return
    deadline = time.time() + GRACE
    while not os.path.exists(path):
        if time.time() >= deadline:
            SOURCES.gone[path] = True
            return
        time.sleep(0.001)
