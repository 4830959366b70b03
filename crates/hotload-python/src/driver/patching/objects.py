# Reading and writing what user code has made without calling any of it.
# Uses: base, class_names, graph, imports, sources

FUNCTION = type(lambda: None)
MISSING = object()

order_of_type = type.__dict__['__mro__'].__get__
set_bases = type.__dict__['__bases__'].__set__
set_class = object.__dict__['__class__'].__set__

class Slotted(object):
    __slots__ = ('slot',)


MEMBER = type(Slotted.__dict__['slot'])     # a slot, in the dictionary of its class
GETSET = type(type.__dict__['__dict__'])

if PY2:
    def order_of(cls):
        """The classes in which an attribute is looked up; of one of the old style, just itself."""
        return (cls,) if type(cls) is OLD_CLASS else order_of_type(cls)

    def path_of_class(cls):
        return name_of_class(cls)

    def set_in_class(cls, name, value):
        if type(cls) is OLD_CLASS:
            cls.__dict__[name] = value
        else:
            type.__setattr__(cls, name, value)

    def delete_in_class(cls, name):
        if type(cls) is OLD_CLASS:
            del cls.__dict__[name]
        else:
            type.__delattr__(cls, name)
else:
    order_of = order_of_type
    path_of_class = type.__dict__['__qualname__'].__get__
    set_in_class, delete_in_class = type.__setattr__, type.__delattr__


if PY2:
    operator = import_own('operator')
else:
    operator = import_own('_operator')  # `operator` may be a user's file


def attributes_getter(names):
    """What gives several attributes of an object as a tuple."""
    return operator.attrgetter(*names)


def module_of_class(cls):
    name = names_in_class(cls).get('__module__')
    return name if type(name) is str else None


def find_in_type(kind, name):
    """What a type or one of its bases has under a name."""
    for each in order_of(kind):
        names = names_in_class(each)
        if name in names:
            return names[name]
    return MISSING


def attributes_of(value):
    """The dictionary of an instance; None if it has none, or one that user code makes up."""
    kind = type(value)
    if kind is FUNCTION:
        return value.__dict__
    found = find_in_type(kind, '__dict__')
    if type(found) is not GETSET:
        return None
    try:
        names = found.__get__(value)
    except Exception:
        return None
    return names if type(names) is dict else None


def look_up(names, path):
    """What stands at a dotted path: a name of a module, then names in classes."""
    parts = path.split('.')
    value = names.get(parts[0], MISSING)
    for part in parts[1:]:
        if value is MISSING or not is_class(value):
            return MISSING
        value = names_in_class(value).get(part, MISSING)
    return value


PLAIN_KINDS = dict.fromkeys(map(id, (
    int, float, complex, bool, str, bytes, type(u''), type(None), type(2 ** 70))))


def is_same(one, other):
    """Whether two values are equal, as far as that can be said without asking them."""
    if one is other:
        return True
    kind = type(one)
    if kind is not type(other):
        return False
    if id(kind) in PLAIN_KINDS:
        return one == other and repr(one) == repr(other)
    if kind is tuple:
        return len(one) == len(other) and False not in map(is_same, one, other)
    if kind is list:
        return len(one) == len(other) and False not in map(is_same, one, other)
    if kind is dict:
        return has_plain_keys(one) and has_plain_keys(other) and set(one) == set(other) and (
            False not in [is_same(one[key], other[key]) for key in one])
    if kind is set:
        return not one and not other
    # Not known: two objects that two runs have made of the same text.
    return kind is not FUNCTION and not issubclass(kind, type)


def has_plain_keys(names):
    return not [key for key in names if id(type(key)) not in PLAIN_KINDS]


def cell_content(cell):
    try:
        return cell.cell_contents
    except ValueError:
        return MISSING


if PY2:
    CELLS_ARE_WRITABLE = False

    def write_cell(cell, value):
        raise TypeError('cells are read-only')
else:
    CELLS_ARE_WRITABLE = True
    def make_setter():
        names = {}
        eval(compile(
            'def closure():\n'
            '    content = None\n'
            '    def write(value):\n'
            '        nonlocal content\n'
            '        content = value\n'
            '    return write\n', DRIVER_FILE, 'exec', 0, 1), names)
        return names['closure']()

    SETTER = make_setter()

    def write_cell(cell, value):
        # `cell_contents` can be assigned from 3.7 on only.
        FUNCTION(SETTER.__code__, {}, 'write', None, (cell,))(value)


def new_cell(value):
    return (lambda: value).__closure__[0]


def globals_watched(names):
    """Whether some globals are those of a watched module."""
    name = dict.get(names, '__name__')
    if type(name) is not str or name not in SOURCES.seen:
        return False
    module = sys.modules.get(name, SOURCES.prepared.get(name))
    return isinstance(module, type(os)) and names_of(module) is names


def attempted(action, *arguments):
    """What a call gives; None if it fails."""
    try:
        return action(*arguments)
    except Exception:
        return None
