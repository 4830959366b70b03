# Watch lists: what a launch script wants to have watched.
# Uses: base, loop, watched

# Written by Python itself or left by editors beside a file: no reason to run again.
GENERATED = ('.pyc', '.pyo', '~')


class FileList(list):
    """What `listfiles` returns: a list that knows its folder, so that new files there are found.

    A path that is removed from it is not watched; one that is added is.
    """

    def __init__(self, files, folders):
        list.__init__(self, files)
        self.folders = folders      # (folder, ending)
        self.listed = list(files)

    def __add__(self, other):
        both = FileList(list(self) + list(other), self.folders + getattr(other, 'folders', []))
        both.listed = self.listed + getattr(other, 'listed', [])
        return both

    def __radd__(self, other):
        # Without this, adding it to a plain list would make a plain list.
        both = FileList(list(other) + list(self), self.folders)
        both.listed = list(self.listed)
        return both


def listfiles(folder, ext=""):
    """The files below a folder whose names end with `ext`: a list of paths.

    It leaves out hidden folders, `__pycache__`, `node_modules`, virtual environments and
    `site-packages`; without `ext`, hidden, compiled and backup files as well. In a watch list it
    stands for the files that are there at the time.
    """
    if not os.path.isdir(folder):
        refuse('cannot list the files of `%s`: there is no such folder' % native_path(folder))
    files = []
    for parent, names, file_names in os.walk(folder):
        names[:] = [name for name in sorted(names)
                    if not is_skipped_folder(os.path.join(parent, name), name)]
        files.extend([os.path.join(parent, name) for name in sorted(file_names)
                      if is_listed(name, ext)])
    return FileList(files, [(os.path.abspath(folder), ext)])


def is_listed(name, ext):
    if ext:
        return name.endswith(ext)
    return name[:1] != '.' and not name.endswith(GENERATED)


class WatchList(object):
    """The argument `watch` of `hotload`: paths, lists of paths, callables that return paths."""

    def __init__(self, watch):
        # What can be iterated over only once is kept as it is now.
        self.watch = without_iterators(watch)
        self.lists = lists_in(self.watch)
        self.current_folder = os.getcwd()
        self.first = found = self.collect(True)
        missing = [path for path in found.named if not os.path.exists(path)]
        if missing:
            refuse('cannot watch `%s`: there is no such file' % native_path(missing[0]))
        if not found.files and not found.folders and not found.is_live:
            refuse('the watch list is empty')

    def has_changed(self):
        """Whether a list in it has changed since this was last called."""
        before, self.lists = self.lists, lists_in(self.watch)
        return before != self.lists

    def collect(self, is_first=False):
        """What there is to watch now."""
        found = Watched(self.current_folder, is_first)
        found.add(self.watch, 'watch', True)
        return found


class Watched(object):
    """What a watch list stands for."""

    def __init__(self, current_folder, is_first):
        self.current_folder = current_folder
        self.is_first = is_first
        self.files = []     # absolute
        self.named = []     # those of them that the script itself names
        self.folders = []   # (folder, ending, files that are left out)
        self.is_live = False    # whether it may change without a change to a list

    def add(self, entry, name, is_named):
        if isinstance(entry, FileList):
            self.add_listed(entry)
        elif is_path(entry):
            self.add_path(native_path(entry), is_named)
        elif callable(entry):
            self.is_live = True
            self.add(self.result_of(entry, name), name + '()', False)
        else:
            try:
                members = list(entry)
            except TypeError:
                members = None
            if members is None:
                refuse('%s is of type %s, not a path, a list of paths or a callable'
                       % (name, type(entry).__name__))
            for index, member in enumerate(members):
                self.add(member, '%s[%d]' % (name, index), is_named)

    def result_of(self, entry, name):
        if not self.is_first:
            return entry()
        try:
            return entry()
        except Exception:
            # While `hotload` is being called: the script cannot be used.
            kind, value, trace = exc_info()
            while trace.tb_next is not None:
                trace = trace.tb_next
            refuse('%s() failed in %s, line %d: %s: %s' % (
                name, trace.tb_frame.f_code.co_filename, trace.tb_lineno, kind.__name__, value))

    def add_path(self, path, is_named):
        path = os.path.join(self.current_folder, path)
        if os.path.isdir(path):
            self.folders.append((os.path.abspath(path), '.py', []))
            return
        self.files.append(os.path.abspath(path))
        if is_named:
            self.named.append(self.files[-1])

    def add_listed(self, entry):
        if entry == entry.listed:
            self.folders.extend([(folder, ending, []) for folder, ending in entry.folders])
            return
        present = {self.absolute(path) for path in entry}
        listed = [self.absolute(path) for path in entry.listed]
        left_out = [path for path in listed if path not in present]
        for folder, ending in entry.folders:
            self.folders.append((folder, ending, left_out))
        before = set(entry.listed)
        self.files.extend([self.absolute(path) for path in entry if path not in before])

    def absolute(self, path):
        return os.path.abspath(os.path.join(self.current_folder, native_path(path)))


def lists_in(entry):
    """Copies of the lists, down to the second level: lists are hardly ever nested deeper."""
    if isinstance(entry, list):
        return [list(member) if isinstance(member, list) else id(member) for member in entry]
    return None


def without_iterators(entry):
    """An entry with the iterators in it as lists."""
    if isinstance(entry, FileList) or is_path(entry) or callable(entry):
        return entry
    if hasattr(entry, '__next__') or hasattr(entry, 'next'):
        return [without_iterators(member) for member in entry]
    if isinstance(entry, tuple):
        return [without_iterators(member) for member in entry]
    if isinstance(entry, list):
        for index, member in enumerate(entry):
            if hasattr(member, '__next__') or hasattr(member, 'next'):
                # In place: a script that appends to this list later means this one.
                entry[index] = without_iterators(member)
    return entry


def is_path(value):
    return (isinstance(value, (str, bytes, type(u'')))
            or hasattr(value, '__fspath__')
            or type(value).__module__.startswith('pathlib'))  # 3.4 and 3.5


def native_path(path):
    """A path as this Python's str."""
    if hasattr(path, '__fspath__'):
        path = path.__fspath__()
    if PY2:
        if isinstance(path, unicode):
            return path.encode(sys.getfilesystemencoding() or 'utf-8')
        return str(path)
    else:
        if isinstance(path, bytes):
            return os.fsdecode(path)
        return str(path)
