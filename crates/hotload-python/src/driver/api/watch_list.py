# Watch lists: what a launch script wants to have watched.

# Written by Python itself, and what editors leave beside a file: no reason to run again.
GENERATED = ('.pyc', '.pyo', '~')


class FileList(list):
    """What `listfiles` returns: a list that knows its folder, so that new files there are seen.

    A path that is taken out is not watched; one that is added is.
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
        # Without this a plain list in front of it would make it a plain list, too.
        both = FileList(list(other) + list(self), self.folders)
        both.listed = list(self.listed)
        return both


def listfiles(folder, ext=""):
    """The files below a folder whose names end with `ext`: a list of paths.

    Left out are hidden folders, `__pycache__`, `node_modules`, virtual environments and
    `site-packages`; without `ext`, also hidden, compiled and backup files. As part of a watch list
    it stands for the files that are there by then.
    """
    if not os.path.isdir(folder):
        refuse('there is no folder `%s` to list files of' % path_text(folder))
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
    """The argument `watch` of `hotload`: paths, lists of them, callables that return them."""

    def __init__(self, watch):
        # What can be gone through only once is kept as it is now.
        self.watch = kept(watch)
        self.lists = lists_in(self.watch)
        self.current_folder = os.getcwd()
        self.first = found = self.collect(True)
        missing = [path for path in found.named if not os.path.exists(path)]
        if missing:
            refuse('there is no file `%s` to watch' % path_text(missing[0]))
        if not found.files and not found.folders and not found.is_live:
            refuse('the watch list is empty')

    def has_changed(self):
        """Whether a list in it has been changed since this was last asked."""
        before, self.lists = self.lists, lists_in(self.watch)
        return before != self.lists

    def collect(self, is_first=False):
        """What there is to watch by now."""
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
        self.is_live = False    # whether it has to be asked again

    def add(self, entry, name, is_named):
        if isinstance(entry, FileList):
            self.add_listed(entry)
        elif is_path(entry):
            self.add_path(path_text(entry), is_named)
        elif callable(entry):
            self.is_live = True
            self.add(self.result_of(entry, name), name + '()', False)
        else:
            try:
                members = list(entry)
            except TypeError:
                members = None
            if members is None:
                refuse('%s is of type %s: no path, no list of paths and no callable'
                       % (name, type(entry).__name__))
            for place, member in enumerate(members):
                self.add(member, '%s[%d]' % (name, place), is_named)

    def result_of(self, entry, name):
        if not self.is_first:
            return entry()
        try:
            return entry()
        except Exception:
            # In the call of `hotload`: the script cannot be used.
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
        absolute = [os.path.join(self.current_folder, path_text(path)) for path in entry]
        there = dict([(os.path.abspath(path), True) for path in absolute])
        left_out = [os.path.abspath(os.path.join(self.current_folder, path))
                    for path in entry.listed]
        left_out = [path for path in left_out if path not in there]
        for folder, ending in entry.folders:
            self.folders.append((folder, ending, left_out))
        listed = dict([(path, True) for path in entry.listed])
        self.files.extend([os.path.abspath(os.path.join(self.current_folder, path_text(path)))
                           for path in entry if path not in listed])


def lists_in(entry):
    """Copies of the lists, down to the second level: nobody nests them deeper."""
    if isinstance(entry, list):
        return [list(member) if isinstance(member, list) else id(member) for member in entry]
    return None


def kept(entry):
    """An entry with the iterators in it as lists."""
    if isinstance(entry, FileList) or is_path(entry) or callable(entry):
        return entry
    if hasattr(entry, '__next__') or hasattr(entry, 'next'):
        return [kept(member) for member in entry]
    if isinstance(entry, tuple):
        return [kept(member) for member in entry]
    if isinstance(entry, list):
        for place, member in enumerate(entry):
            if hasattr(member, '__next__') or hasattr(member, 'next'):
                # In place: who appends to this list later means it.
                entry[place] = kept(member)
    return entry


def is_path(value):
    return (isinstance(value, (str, bytes, type(u'')))
            or hasattr(value, '__fspath__')
            or type(value).__module__.startswith('pathlib'))  # 3.4 and 3.5


def path_text(path):
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
