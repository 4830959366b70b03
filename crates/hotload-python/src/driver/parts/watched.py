# Which modules are watched.
# Uses: base, sources

# LATER

# Folders below a watched one that hold other people's code. So do hidden folders.
SKIPPED_FOLDERS = ('__pycache__', 'node_modules', 'site-packages', 'dist-packages')

# Files and folders that mark a virtual environment. Those of virtualenv for 2.7 have no pyvenv.cfg.
ENVIRONMENT_MARKS = (
    'pyvenv.cfg', 'conda-meta', 'bin/activate_this.py', 'Scripts/activate_this.py')

WATCHED_FOLDERS = {}  # folder -> whether modules in it are watched


def is_watched(path):
    path = os.path.abspath(path)
    if path in SOURCES.named:
        return True
    folder = os.path.dirname(path)
    if folder not in WATCHED_FOLDERS:
        WATCHED_FOLDERS[folder] = is_watched_folder(folder, SOURCES.roots) or is_watched_folder(
            real_path(folder), [real_path(root) for root in SOURCES.roots])
    return WATCHED_FOLDERS[folder]


def real_path(path):
    # Windows' asks for the current folder, by a function that user code may have replaced.
    try:
        return os.path.realpath(path)
    except Exception:
        return path


def is_watched_folder(folder, roots):
    folder = os.path.normcase(folder)
    for root in roots:
        if folder == root:
            return True
        if folder.startswith(root.rstrip(os.sep) + os.sep):
            if not is_below_prefix(folder, root) and not is_foreign(folder[len(root):], root):
                return True
    return False


def is_foreign(below, root):
    """Whether a folder below a watched one holds other people's code."""
    folder = root
    for name in below.strip(os.sep).split(os.sep):
        folder = os.path.join(folder, name)
        if is_skipped_folder(folder, name):
            return True
    return False


def is_skipped_folder(folder, name):
    """Whether all code in a folder, and below it, is generated or other people's."""
    if name[:1] == '.' or name in SKIPPED_FOLDERS:
        return True
    for mark in ENVIRONMENT_MARKS:
        if os.path.exists(os.path.join(folder, mark)):
            return True
    return False


def is_below_prefix(folder, root):
    # A virtual environment, or a whole Python, inside the watched folder.
    for prefix in (sys.prefix, getattr(sys, 'base_prefix', sys.prefix)):
        prefix = os.path.normcase(prefix)
        if prefix.startswith(root) and prefix != root and (folder + os.sep).startswith(
                prefix + os.sep):
            return True
    return False
