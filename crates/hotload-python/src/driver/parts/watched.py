# Which modules are watched, and what a watched source has to be.

# LATER

# How often a source that had content and is empty or missing is looked at again, a millisecond
# apart, while an editor writes it anew. Counted, since the clock may be set back.
LOOKS = 1000

# Folders below a watched one that hold other people's code. Hidden folders count as well.
SKIPPED_FOLDERS = ('__pycache__', 'node_modules', 'site-packages', 'dist-packages')

# What a virtual environment has; virtualenv's for 2.7 has no pyvenv.cfg.
ENVIRONMENT_MARKS = (
    'pyvenv.cfg', 'conda-meta', 'bin/activate_this.py', 'Scripts/activate_this.py')

WATCHED_FOLDERS = {}  # folder -> whether modules in it are watched


def is_watched(path):
    path = os.path.abspath(path)
    if path in SOURCES.named:
        return True
    folder = os.path.dirname(path)
    if folder not in WATCHED_FOLDERS:
        WATCHED_FOLDERS[folder] = (
            is_watched_folder(folder) or is_watched_folder(os.path.realpath(folder)))
    return WATCHED_FOLDERS[folder]


def is_watched_folder(folder):
    folder = os.path.normcase(folder)
    for root in SOURCES.roots:
        if folder == root:
            return True
        if folder.startswith(root.rstrip(os.sep) + os.sep):
            if not is_below_prefix(folder, root) and not is_others(folder[len(root):], root):
                return True
    return False


def is_others(below, root):
    """Whether a folder below a watched one holds other people's code."""
    folder = root
    for name in below.strip(os.sep).split(os.sep):
        folder = os.path.join(folder, name)
        if is_skipped_folder(folder, name):
            return True
    return False


def is_skipped_folder(folder, name):
    """Whether a folder holds code that is generated or other people's, and everything below it."""
    if name[:1] == '.' or name in SKIPPED_FOLDERS:
        return True
    for mark in ENVIRONMENT_MARKS:
        if os.path.exists(os.path.join(folder, mark)):
            return True
    return False


def is_below_prefix(folder, root):
    # A virtual environment, or a whole Python, that lies inside the watched folder.
    for prefix in (sys.prefix, getattr(sys, 'base_prefix', sys.prefix)):
        prefix = os.path.normcase(prefix)
        if prefix.startswith(root) and prefix != root and (folder + os.sep).startswith(
                prefix + os.sep):
            return True
    return False


def wait_for_content(path):
    """An empty source, or, if it had content, what an editor that has emptied it is about to write."""
    data, modified = read_once(path)
    looks = 0
    while not data and SOURCES.lengths.get(path) and looks < LOOKS:
        sleep(0.001)
        data, modified = read_once(path)
        looks = looks + 1
    return data, modified


def wait_for_source(name):
    """Gives a source that was there before the time to come back."""
    path = SOURCES.seen.get(name)
    if path is None or path in SOURCES.gone:
        return
    for look in range(LOOKS):
        if os.path.exists(path):
            return
        sleep(0.001)
    SOURCES.gone[path] = True


if PY2:
    def check_cookie(data, path, place):
        """Refuses a source that has a byte beyond ASCII at `place` and does not say what it is."""
        re = import_own('re')
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
