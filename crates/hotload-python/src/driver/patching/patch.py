# What one run of a module does to the objects of its last one: each old object that can takes on
# what the new one is, and stands in its place.
# Uses: base, class_names, classes, functions, objects, wrapped


class Patch(object):
    """One run of a module."""

    def __init__(self, name, names):
        self.name = name
        self.names = names              # the module's own
        self.before = names.copy()
        self.is_running = False
        self.matched = {}   # id of a new object -> (that, the old one that stands for it)
        self.taken = {}     # id of an old object -> that: it has taken on a new one
        self.undo = []      # (function, *arguments): what takes back each change, the latest last
        self.functions = {} # path of a function that has changed -> True
        self.classes = {}   # the same of classes; a method belongs to its class
        self.replaced = []  # (path, why, the old object): what could not be carried over
        self.refused = []   # (path, why): what was carried over only in part
        self.caches = []    # caches of what has changed
        self.forwardings = []   # (globals, number) of each that is not in use any more
        self.codes = []     # (path, old code, new code) of each function with others inside
        self.paths = {}     # id of an old class that has taken on a new one -> its path
        self.bound = {}     # path of a class or function -> the attributes that its last run gave it

    def owns(self, function):
        return function.__globals__ is self.names

    def match(self, old, new):
        self.matched[id(new)] = new, old
        self.taken[id(old)] = old

    def stands_for(self, new):
        """The old object that stands for a new one, or the new one itself."""
        found = self.matched.get(id(new))
        return new if found is None else found[1]

    def note_changed(self, path):
        owner, _, _ = path.rpartition('.')
        if owner:
            self.classes[owner] = True
        else:
            self.functions[path] = True

    def replace(self, path, why, old):
        if path not in [each[0] for each in self.replaced]:
            self.replaced.append((path, why, old))

    def roll_back(self):
        while self.undo:
            entry = self.undo.pop()
            try:
                entry[0](*entry[1:])
            except Exception:
                self.refused.append((self.name, 'it could not be restored: %s' % exc_info()[0].__name__))


ADOPTERS = {}   # id of a type -> what is called with the patch, the old and the new object and the path


def adopted(patch, old, new, path):
    """What stands for a new object: the old one at the same path if that can take on what it is."""
    if old is new or id(new) in patch.matched:
        return patch.stands_for(new)
    if is_adopted_plainly(patch, old, new, path):
        return old
    if id(old) in patch.taken:
        return new
    if is_class(new) or is_class(old):
        return adopt_class(patch, old, new, path)
    adopt = ADOPTERS.get(id(type(new)), adopt_object)
    if type(new) is not type(old):
        adopt = adopt_other
    return adopt(patch, old, new, path)


def home_of(value, path, names, name):
    """The path at which something was defined: this one, unless it stands there under a further name."""
    if name == path or '<' in name:
        return path
    if PY2:
        # A name without the classes around it.
        if name == path.rpartition('.')[2]:
            return path
        inside = path.rpartition('.')[0]
        if inside and look_up(names, inside + '.' + name) is value:
            return inside + '.' + name
    return name if look_up(names, name) is value else path


def adopted_elsewhere(patch, new, home):
    """What stands for a new object that was defined at another path than the one where it was met."""
    if patch.is_running:
        return new  # that path may yet get another definition
    old = look_up(patch.before, home)
    return new if old is MISSING else adopted(patch, old, new, home)
