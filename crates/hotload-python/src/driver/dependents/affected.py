# Which modules a save concerns.
# Uses: archives, base, code_imports, files, finder, graph, sources, watched

FOLDERS = {}  # folder -> (the same one with its links resolved, its device and inode)
KEYS = {}  # path -> what all names of the same file have in common


def key_of(path):
    """What stands for a file whatever links lead to its folder. The links in it may change."""
    if path not in KEYS:
        folder, name = os.path.split(os.path.abspath(path))
        if folder not in FOLDERS:
            FOLDERS[folder] = real_path(folder), inode_of(folder)
        KEYS[path] = os.path.normcase(os.path.join(FOLDERS[folder][0], name))
    return KEYS[path]


def inode_of(folder):
    if os.name != 'posix':
        return None  # links are for administrators there, and each look takes long
    try:
        status = os.stat(folder)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def forget_replaced_folders():
    """Forgets what links have led to, if one of them leads elsewhere by now."""
    if [folder for folder in FOLDERS if inode_of(folder) != FOLDERS[folder][1]]:
        FOLDERS.clear()
        KEYS.clear()
        Index.names.clear()
        GRAPH.unindexed.update(dict.fromkeys(SOURCES.seen, True))


class Index(object):
    """The watched modules that are known, so that a save need not look at each of them."""

    names = {}      # key of a file -> {name of a module that it has been: True}
    inside = {}     # package -> {module in it: True}
    packages = {}   # module that has others in it -> True


def index_new():
    """Takes in the modules that have run since the last save."""
    new, GRAPH.unindexed = GRAPH.unindexed, {}
    for name in new:
        if name in SOURCES.seen:
            Index.names.setdefault(key_of(SOURCES.seen[name]), {})[name] = True
            Index.inside.setdefault(name.rpartition('.')[0], {})[name] = True
            if folders_of(sys.modules.get(name)):
                Index.packages[name] = True


def is_script(name):
    """Whether a module is a launch script, or a host's own, which no save runs as a module."""
    return name == '__main__' and name not in SOURCES.targets


def modules_of(path):
    """The names under which a file is known."""
    return [name for name in Index.names.get(path, ())
            if not is_script(name) and key_of(SOURCES.seen[name]) == path]


class Save(object):
    """What has been saved, and which modules that concerns."""

    def __init__(self, request, targets):
        self.targets = targets
        self.keep = dict.fromkeys(request['keep'])
        self.with_importers = request['level'] != 'changed'
        self.because = {}       # module -> {the saved module or file: True}
        self.own = {}           # module -> True: its own text was saved
        self.restart = []       # files of C extensions that are loaded
        self.gone = []          # modules whose file was removed, or that come from a saved zip file
        self.inside = {}        # module -> True: its package is another one from now on
        self.kept = {}          # module -> why it does not run, though what it imports was saved
        forget_replaced_folders()
        index_new()
        changed = [key_of(path) for path in request['changed'] + request.get('created', [])]
        removed = [key_of(path) for path in request['removed']]
        if request['level'] == 'module':
            return
        for path in changed:
            self.take_changed(path)
        for path in removed:
            self.take_removed(path)
        for path in changed + removed:
            self.take_archive(path)
        for path in changed:
            self.take_new(path)
            self.take_read(path)
        extensions = {key_of(file): file for file in FILES.extensions}
        self.restart = [extensions[path] for path in changed + removed if path in extensions]

    def take_changed(self, path):
        for name in modules_of(path):
            self.own[name] = True
            self.spread(name, name)

    def take_removed(self, path):
        for name in modules_of(path):
            if name in SOURCES.targets or os.path.exists(SOURCES.seen[name]):
                continue
            self.gone.append(name)
            SOURCES.gone[SOURCES.seen[name]] = True
            self.spread_from(name, name)
            self.spread_inside(name, name)

    def take_archive(self, path):
        """What was loaded from a zip file is loaded anew, by what imports it."""
        for file in ARCHIVES:
            if key_of(file) == path:
                forget_archive(file)
                for name in ARCHIVES[file]:
                    self.gone.append(name)
                    self.spread_to_users(name, path)

    def take_read(self, path):
        """A file may be data that a module has read."""
        for file in list(FILES.readers):
            if key_of(file) == path:
                for name in list(FILES.readers[file]):
                    has_read = FILES.readers[file][name] >= GRAPH.began.get(name, 0)
                    if has_read and self.runs_for(name):
                        self.spread(name, path)

    def runs_for(self, name):
        return name in SOURCES.seen and name in sys.modules and not self.is_kept(name)

    def take_new(self, path):
        """A file may be what an import has not found so far, or has found elsewhere."""
        for name in names_for(path):
            if name in SOURCES.seen and key_of(SOURCES.seen[name]) == path:
                continue
            for importer in list(GRAPH.absent.get(name, ())):
                self.spread(importer, path)
            if name in sys.modules and is_found_at(name, path):
                self.move(name, path)

    def move(self, name, path):
        """A module that is loaded is found in another file from now on."""
        module = sys.modules.get(name)
        if module is None or name in SOURCES.targets or name in STATE.before:
            return
        if name in SOURCES.seen:
            SOURCES.seen[name] = path
            GRAPH.unindexed[name] = True
            index_new()
            self.own[name] = True
            self.spread(name, path)
            self.spread_inside(name, path)
            return
        self.gone.append(name)
        if name in GRAPH.namespaces:
            self.spread_from(name, path)
            self.spread_inside(name, path)
        else:
            self.spread_to_users(name, path)

    def spread_to_users(self, name, origin):
        """What imports a module that is not watched is known by the names in its code only."""
        for importer in list(GRAPH.imports):
            if mentions(importer, name.rpartition('.')[2]):
                self.spread(importer, origin)

    def spread_inside(self, package, origin):
        """What a package contains runs again as soon as it is imported: it belongs to another one."""
        for name in modules_in(package):
            self.inside[name] = True
            self.spread(name, origin)

    def spread(self, name, origin):
        """Notes that a module has to run, and so has everything that imports it."""
        self.because.setdefault(name, {})
        if origin not in self.because[name]:
            self.because[name][origin] = True
            self.spread_from(name, origin)

    def spread_from(self, name, origin):
        stack = [name]
        while stack and self.with_importers:
            name = stack.pop()
            for importer in self.importers_of(name):
                if self.is_kept(importer):
                    continue
                origins = self.because.setdefault(importer, {})
                if origin not in origins:
                    origins[origin] = True
                    stack.append(importer)

    def is_kept(self, name):
        if name in self.own:
            return False
        if name in self.keep:
            self.kept[name] = 'keep'
        elif name in STATE.preloaded and name not in self.targets:
            self.kept[name] = 'preload'
        return name in self.kept

    def importers_of(self, name):
        found = [each for each in GRAPH.importers.get(name, ())
                 if not is_script(each) and uses(each, name, name in self.own)]
        package, _, last = name.rpartition('.')
        while package:
            # `package.module` may stand there without an import of its own, and one that loads the
            # package finds the module loaded by that.
            for importer in GRAPH.importers.get(package, ()):
                is_known = importer in found or importer == name or is_script(importer)
                if not is_known and mentions(importer, last):
                    found.append(importer)
            package = package.rpartition('.')[0]
        return found


def mentions(importer, last):
    """Whether a module's code mentions one by the last part of its name, or imports everything."""
    names = names_used_by(importer)
    if last in names or '*' in names:
        return True
    return bool([name for name in names if name.endswith('.' + last)])


def uses(importer, name, is_saved):
    """Whether a module that has once imported another one still depends on it.

    `is_saved`: whether the text of that one has changed, or is only affected by what it imports.
    """
    if code_of(importer) is None:
        return True
    statements = [each for each in import_statements_of(importer)
                  if name in imported_by_statement(importer, each, SOURCES.seen)]
    if not statements:
        return name in edges_beside(importer)
    if is_saved or not modules_in(name):
        return True
    for statement in statements:
        used = used_by_statement(importer, statement, SOURCES.seen)
        if name in used or is_caught_at(name, importer, statement, used):
            return True
    return name in edges_beside(importer)


def is_caught_at(package, importer, statement, used):
    """Whether an import may have failed at a package, and the importer has caught the error.

    What it does then depends on the package, although it uses only what is below it.
    """
    edges, began = GRAPH.imports.get(importer, {}), GRAPH.began.get(importer, 0)
    has_come_further = bool([each for each in used if edges.get(each, -1) >= began])
    return statement[3] and edges.get(package, -1) >= began and not has_come_further


def import_statements_of(name):
    """All import statements of a module."""
    if code_of(name) is None:
        return []
    at_once, in_functions = remembered(IMPORTS_IN, imports_in, name, code_of(name))
    return at_once + in_functions


def edges_beside(importer):
    """What a module has imported by other means than its statements, as far as it may do so again."""
    if not is_free(names_used_by(importer)):
        return []
    ran, stated = loaded_code(SOURCES.seen.get(importer)), []
    for statement in sum(imports_in(ran), []) if ran else ():
        stated += imported_by_statement(importer, statement, SOURCES.seen)
    edges, began = GRAPH.imports.get(importer, {}), GRAPH.began.get(importer, 0)
    return [each for each in sorted(edges) if edges[each] >= began and each not in stated]


def modules_in(package):
    """The watched modules below a package."""
    return [name for name in list(SOURCES.seen) if name.startswith(package + '.')]


def code_of(name):
    """The code that a module has run last, or that it runs next."""
    file = SOURCES.seen.get(name)
    if file in CHECKED:
        return CHECKED[file][1]
    return loaded_code(file)


def loaded_code(file):
    loaded = SOURCES.loaded.get(file)
    return loaded[-1][1] if loaded else None


def names_used_by(name):
    code = code_of(name)
    if code is None:
        return ()
    return remembered(NAMES_IN, names_in, name, code)


CHECKED = {}  # file -> (bytes, code) of the text that its module runs next


def names_for(path):
    """The names under which an import may find a new file, or the package that it is in."""
    entries = {}
    for entry in sys.path:
        if isinstance(entry, (str, type(u''))):
            entries.setdefault(key_of(os.path.join(entry, 'x'))[:-2], []).append('')
    for name in list(Index.packages) + list(GRAPH.namespaces):
        for entry in folders_of(sys.modules.get(name)):
            entries.setdefault(key_of(os.path.join(entry, 'x'))[:-2], []).append(name + '.')
    found, part = [], path
    while os.path.dirname(part) != part:
        folder, last = os.path.split(part)
        for prefix in entries.get(folder, ()):
            found.append(prefix + last.partition('.')[0])
        part = folder
    return found


def folders_of(module):
    """Where a package looks for its modules; nothing for other modules."""
    if not isinstance(module, type(os)):
        return []
    try:
        return [entry for entry in names_of(module).get('__path__') or () if type(entry) is str]
    except Exception:
        return []  # an object of the user's


def is_found_at(name, path):
    """Whether an import of this name finds this file now."""
    parent = name.rpartition('.')[0]
    folders = None
    if parent:
        module = sys.modules.get(parent)
        if not isinstance(module, type(os)):
            return False
        folders = folders_of(module)
    found = find_part(name, folders)
    return found is not None and key_of(found[0]) == path
