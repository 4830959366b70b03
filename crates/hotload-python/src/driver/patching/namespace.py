# The names of a module while it runs anew: what it defines is given the old object at once, so that
# whatever it is registered with gets that.
# Uses: base, class_names, classes, code_imports, functions, graph, imports, objects, patch

STORE_NAME = OPCODES.get('STORE_NAME', -1)
ADOPT = '__hotload_adopt__'     # a decorator that is added to the others


class Namespace(object):
    """Stands for the names of a module as the local ones of its code."""

    def __init__(self, patch, code, text):
        self.patch = patch
        self.names = patch.names
        self.lines = text.split(b'\n')
        self.once = stored_once(code)
        self.decorated = {}     # names that had the same decorators in the old text

    def __getitem__(self, name):
        if name == ADOPT:
            return self.adopt_decorated
        return self.names[name]

    def __setitem__(self, name, value):
        if type(value) is FUNCTION or is_class(value):
            before = self.patch.before.get(name, value)
            if before is not value and name in self.once and self.is_at_top(frame_above(1).f_lineno):
                if is_adopted_plainly(self.patch, before, value, name):
                    value = before
                else:
                    value = safely_adopted(self.patch, before, value, name)
        self.names[name] = value

    def __delitem__(self, name):
        del self.names[name]

    def __contains__(self, name):
        return name in self.names

    def __iter__(self):
        return iter(self.names)

    def __len__(self):
        return len(self.names)

    def __getattr__(self, name):
        return getattr(self.names, name)

    def __repr__(self):
        return repr(self.names)

    def adopt_decorated(self, new):
        """What the decorators of a function or class are called with."""
        patch, name = self.patch, name_of_class(new) if is_class(new) else new.__name__
        old = patch.before.get(name, MISSING)
        if old is MISSING or not is_class(new) and is_class(old):
            return new
        if is_class(new):
            if is_class(old) and not is_made_alike(patch, old, new):
                return new  # its decorators may make another class of it
        else:
            if name not in self.decorated:
                # Other decorators may return something else, which the old one then calls.
                return new
            old = inner_function(patch, old, name)
            if type(old) is not FUNCTION:
                return new
        return safely_adopted(patch, old, new, name)

    def is_at_top(self, line):
        """Whether a line begins a statement that runs at most once."""
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else b''
        first = text[:1]
        return (first.isalpha() or first in (b'_', b'@')) and not text.startswith((b'for ', b'while '))


def stored_once(code):
    """The names that a module's code binds in one place only."""
    counts = {}
    for name in stored_names(code):
        counts[name] = counts.get(name, 0) + 1
    return dict([(name, True) for name in counts if counts[name] == 1])


NAMES_STORED = []     # (code, names) of the texts that were looked at last


def stored_names(code):
    """The names that a module's code binds, each as often as it does."""
    for known, names in NAMES_STORED:
        if known is code:
            return names
    NAMES_STORED[8:] = []
    NAMES_STORED.insert(0, (code, find_stored_names(code)))
    return NAMES_STORED[0][1]


def find_stored_names(code):
    instructions = getattr(code, 'co_code', None)
    if not isinstance(instructions, bytes):
        return list(code.co_names)
    numbers, names, found = bytearray(instructions), code.co_names, []
    if WIDTH == 2:
        for index in places_of(STORE_NAME, instructions):
            found.append(names[argument_at(numbers, index)[0]])
        return found
    index = 0
    while index < len(numbers):
        if numbers[index] == STORE_NAME:
            found.append(names[argument_at(numbers, index)[0]])
        index += WIDTH if numbers[index] >= 90 else 1
    return found


def safely_adopted(patch, old, new, path):
    """What stands for a new object; the new one itself if something goes wrong with the old."""
    try:
        return adopted(patch, old, new, path)
    except Exception:
        patch.refused.append((path, 'it could not be patched: %s' % text_of_error()))
        return patch.stands_for(new)


def text_of_error():
    kind, value, _ = exc_info()
    return '%s: %s' % (kind.__name__, attempted(str, value))


# What belongs to the import system, not to the text.
KEPT_NAMES = ('__name__', '__doc__', '__package__', '__loader__', '__spec__', '__file__', '__cached__',
              '__builtins__', '__path__', '__warningregistry__')


def remove_vanished(patch, old_code, code):
    """Takes away the names that the old text has bound and the new one does not mention any more."""
    bound = dict.fromkeys(stored_names(code))
    if '__doc__' not in bound:
        patch.names['__doc__'] = None
    gone = [name for name in stored_names(old_code) if name not in bound]
    used = names_in(code) if gone else ()
    for name in gone:
        if name in used or name in KEPT_NAMES or name not in patch.names:
            continue
        value = patch.names[name]
        if value is not patch.before.get(name, MISSING):
            continue    # it has been bound by other means
        if value is sys.modules.get(patch.name + '.' + name, MISSING):
            continue    # a module of this package
        del patch.names[name]


AS_TREE = 0x400  # has `compile` return the syntax tree


def with_adopting(code, text, old_text, space):
    """The code of a text, with one more decorator where there are others: it gives them the old object."""
    if not has_decorators(text):
        return code
    tree = tree_of(text, code)
    names = [node for node in decorated_nodes(tree) if node.name in space.once]
    if not names:
        return code
    if has_decorators(old_text):
        before = dict([(node.name, node.decorator_list) for node in decorated_nodes(
            tree_of(old_text, code))])
        for node in names:
            if is_same_tree(before.get(node.name), node.decorator_list):
                space.decorated[node.name] = True
    syntax = import_own('_ast')
    for node in names:
        last = node.decorator_list[-1]
        adopt = syntax.Name(ADOPT, syntax.Load())
        for place in ('lineno', 'col_offset', 'end_lineno', 'end_col_offset'):
            if hasattr(last, place):
                setattr(adopt, place, getattr(last, place))
        node.decorator_list.append(adopt)
    return compile(tree, code.co_filename, 'exec', 0, 1)


def has_decorators(text):
    return b'\n@' in text or text[:1] == b'@'


def tree_of(text, code):
    return compile(text, code.co_filename, 'exec', AS_TREE, 1)


def is_same_tree(one, other):
    """Whether two pieces of a syntax tree say the same, wherever they stand."""
    if type(one) is not type(other):
        return False
    if type(one) is list:
        return len(one) == len(other) and False not in map(is_same_tree, one, other)
    if hasattr(one, '_fields'):
        return False not in [
            is_same_tree(getattr(one, name, None), getattr(other, name, None)) for name in one._fields]
    return is_same(one, other)


def decorated_nodes(tree):
    return [node for node in tree.body if getattr(node, 'decorator_list', None)]
