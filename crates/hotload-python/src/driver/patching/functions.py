# Functions: one that others may hold takes on everything of the one that the new text has made.
#
# Where the two have other free variables, Python does not allow that: then the old one calls the new.
# Uses: base, class_names, objects, patch, wrapped

# What a function is besides its code, as far as this Python has it.
PARTS_OF_FUNCTION = [name for name in (
    '__defaults__', '__kwdefaults__', '__doc__', '__name__', '__qualname__', '__module__',
    '__annotate__' if hasattr(look_up, '__annotate__') else '__annotations__', '__type_params__')
    if hasattr(look_up, name)]
parts_of_function = attributes_getter(PARTS_OF_FUNCTION)

FORWARDS = '__hotload__'    # the global in which a function finds what it calls
COUNTER = [0]


def name_of_function(function):
    return function.__name__ if PY2 else function.__qualname__


def state_of(function):
    return function.__code__, parts_of_function(function), function.__dict__.copy()


def restore_function(function, state):
    code, parts, attributes = state
    function.__code__ = code
    for name, value in zip(PARTS_OF_FUNCTION, parts):
        setattr(function, name, value)
    function.__dict__.clear()
    function.__dict__.update(attributes)


def adopt_function(patch, old, new, path):
    """What stands for a new function where the old value is a function, too."""
    home = home_of(new, path, patch.names, name_of_function(new))
    if home != path:
        return adopted_elsewhere(patch, new, home)
    if home_of(old, path, patch.before, name_of_function(old)) != path:
        return new
    if is_generic(new) or is_generic(old):
        return adopt_generic(patch, old, new, path)
    if not patch.owns(new) or not patch.owns(old):
        return adopt_foreign(patch, old, new, path)
    inner = inner_function(patch, old, path)
    patch.match(old, new)
    if is_alike(old, new) and are_cells_taken_on(patch, old, new, path):
        take_on(patch, old, new, path)
    elif may_forward(patch, old):
        forward(patch, old, new, path)
        adopt_inner(patch, inner, new, path)
    else:
        del patch.matched[id(new)]
        patch.replace(path, 'its free variables changed', old)
        return new
    return old


def is_adopted_plainly(patch, old, new, path):
    """Has a function take on one that differs in nothing but its code; whether that was possible.

    Most are like that, and a module may have hundreds.
    """
    if type(old) is not FUNCTION or type(new) is not FUNCTION or id(old) in patch.taken:
        return False
    if old.__closure__ or new.__closure__ or new.__globals__ is not patch.names:
        return False
    if old.__globals__ is not patch.names or name_in_path(new, path) != path:
        return False
    if name_in_path(old, path) != path or has_more_than_code(old) or has_more_than_code(new):
        return False
    code, other = old.__code__, new.__code__
    if FORWARDS in code.co_names:
        return False
    note_code(patch, code, other, path)
    patch.matched[id(new)] = new, old
    patch.taken[id(old)] = old
    doc, defaults, others = old.__doc__, old.__defaults__, new.__defaults__
    patch.undo.append((restore_plainly, old, code, doc, defaults))
    old.__code__ = other
    if defaults is not others:
        if not is_same(defaults, others):
            patch.note_changed(path)
        old.__defaults__ = others
    if doc is not new.__doc__:
        old.__doc__ = new.__doc__
    return True


def restore_plainly(function, code, doc, defaults):
    function.__code__, function.__doc__, function.__defaults__ = code, doc, defaults


if PY2:
    def name_in_path(function, path):
        # Its class is not part of its name.
        if path.endswith(function.__name__):
            return path[:-len(function.__name__)] + function.__name__
        return function.__name__

    def has_more_than_code(function):
        return function.__dict__
else:
    def name_in_path(function, path):
        return function.__qualname__

    def has_more_than_code(function):
        return function.__kwdefaults__ or function.__annotations__ or function.__dict__


def adopt_foreign(patch, old, new, path):
    """The same for functions of which at least one has the code of another module.

    Only what wraps functions of this one was made by it; anything else may be that module's own.
    """
    if not wraps_own(patch, old, path) and not patch.owns(old):
        return new
    same_code = old.__code__ is new.__code__
    if old.__globals__ is new.__globals__ and (same_code or globals_watched(old.__globals__)):
        if wraps_own(patch, new, path) and is_alike(old, new):
            patch.match(old, new)
            if are_cells_taken_on(patch, old, new, path):
                take_on(patch, old, new, path)
                return old
            del patch.matched[id(new)], patch.taken[id(old)]
    inner = inner_function(patch, old, path)
    if may_forward(patch, old):
        patch.match(old, new)
        forward(patch, old, new, path)
        adopt_inner(patch, inner, new, path)
        return old
    adopt_inner(patch, inner, new, path)
    patch.replace(path, 'its decorator changed and is not watched', old)
    return new


def wraps_own(patch, function, path):
    """Whether a function wraps one that this module defines at a path."""
    return inner_function(patch, function, path) is not function


def inner_function(patch, value, path):
    """The function that was written at a path, inside what its decorators have made of it."""
    last, seen, stack, found = path.rpartition('.')[2], {}, [value], value
    while stack and len(seen) < 50:
        each = stack.pop()
        if id(each) in seen:
            continue
        seen[id(each)] = each
        if is_own_function(patch, each) and each.__code__.co_name == last and not is_forwarding(each):
            if each.__code__.co_freevars in ((), ('__class__',)):
                return each
            found = each
        stack += inside_of(each)
    return found


def inside_of(value):
    """What a function, or an object that stands for one, may have been made from."""
    kind, found = id(type(value)), []
    if type(value) is FUNCTION and is_forwarding(value):
        found = [forwarding_of(value)[1]]
    elif type(value) is FUNCTION:
        found = [cell_content(cell) for cell in value.__closure__ or ()]
        found.append(value.__dict__.get('__wrapped__', MISSING))
    elif kind in WRAPPED_IN:
        found = WRAPPED_IN[kind](value)
    elif not is_class(value):
        found = list((attributes_of(value) or {}).values())
    return [each for each in found if each is not MISSING and each is not None and not is_class(each)]


WRAPPED_IN = {}     # id of a type -> what gives the functions in an object of that type


def is_own_function(patch, value):
    return type(value) is FUNCTION and patch.owns(value)


def is_forwarding(function):
    # On PyPy, what is built in is a function, too.
    return FORWARDS in getattr(function.__code__, 'co_names', ())


def forwarding_of(function):
    """The number under which a function finds what it calls, and that."""
    table = function.__globals__.get(FORWARDS)
    for number in function.__code__.co_consts:
        if type(number) is int and number in (table or ()):
            return number, table[number]
    return None, MISSING


def adopt_inner(patch, inner, new, path):
    """Has the function that was inside the old decorators take on the one inside the new ones."""
    current = inner_function(patch, new, path)
    if not is_own_function(patch, inner) or id(inner) in patch.taken:
        return
    if not is_own_function(patch, current) or current is inner:
        return
    if id(current) not in patch.matched:
        adopt_function(patch, inner, current, path)
    elif is_alike(inner, current) and not inner.__closure__:
        patch.taken[id(inner)] = inner
        take_on(patch, inner, current, path)
    else:
        patch.taken[id(inner)] = inner
        forward(patch, inner, current, path)


def is_alike(old, new):
    """Whether a function can run the code of another one: both have the same free variables."""
    return old.__code__.co_freevars == new.__code__.co_freevars


def are_cells_taken_on(patch, old, new, path):
    """Has the free variables of one function take on those of another; whether that was possible."""
    if not old.__closure__:
        return True
    writes = []
    for name, cell, other in zip(old.__code__.co_freevars, old.__closure__, new.__closure__):
        if cell is other or name == '__class__':
            continue
        before, value = cell_content(cell), cell_content(other)
        if value is MISSING or value is before:
            continue
        if before is not MISSING:
            value = adopted(patch, before, value, path)
        if value is not before:
            writes.append((cell, before, value))
    if writes and not CELLS_ARE_WRITABLE:
        return False
    for cell, before, value in writes:
        if not is_same(before, value):
            patch.note_changed(path)
        if before is not MISSING:
            patch.undo.append((write_cell, cell, before))
        write_cell(cell, value)
    return True


def take_on(patch, old, new, path):
    """Gives a function everything of another one."""
    code, other = old.__code__, new.__code__
    if FORWARDS in code.co_names:
        patch.forwardings.append((old.__globals__, forwarding_of(old)[0]))
    patch.undo.append((restore_function, old, state_of(old)))
    note_code(patch, code, other, path)
    if not is_same(old.__defaults__, new.__defaults__):
        patch.note_changed(path)
    old.__code__ = other
    take_on_parts(patch, old, new, path)


def note_code(patch, code, other, path):
    """Notes that a function runs other code from now on."""
    if code != other and not is_same_code(code, other):
        patch.note_changed(path)
    kind = type(code)
    for constant in code.co_consts:
        if type(constant) is kind:
            # Closures that it has made may be alive.
            patch.codes.append((path, code, other))
            break


def take_on_parts(patch, old, new, path):
    for name in PARTS_OF_FUNCTION:
        value = getattr(new, name)
        if value is not getattr(old, name):
            setattr(old, name, value)
    if old.__dict__ or new.__dict__:
        take_on_attributes(patch, old.__dict__, new.__dict__, path)


def take_on_attributes(patch, old, new, path):
    """Gives one dictionary of attributes those of another, and takes away what no text gives any more."""
    for name in patch.bound.get(path, list(old)):
        if name in old and name not in new:
            del old[name]
    for name in list(new):
        value = new[name]
        if name in old:
            value = adopted(patch, old[name], value, path)
        else:
            value = patch.stands_for(value)
        old[name] = value


parts_of_code = attributes_getter([name for name in (
    'co_code', 'co_names', 'co_varnames', 'co_freevars', 'co_cellvars', 'co_flags', 'co_argcount',
    'co_kwonlyargcount', 'co_posonlyargcount', 'co_exceptiontable') if hasattr(look_up.__code__, name)])


def is_same_code(one, other):
    """Whether two pieces of code do the same, wherever in the file they are."""
    if one is other:
        return True
    if parts_of_code(one) != parts_of_code(other):
        return False
    some, others = one.co_consts, other.co_consts
    if some is others:
        return True
    if len(some) != len(others):
        return False
    for value, another in zip(some, others):
        if value is another:
            continue
        if type(value) is not type(another):
            return False
        if type(value) is type(one):
            if not is_same_code(value, another):
                return False
        elif value != another or repr(value) != repr(another):
            return False
    return True


def forward(patch, old, target, path):
    """Has an old function call what is there now."""
    names = old.__globals__
    if is_forwarding(old):
        patch.forwardings.append((names, forwarding_of(old)[0]))
    patch.undo.append((restore_function, old, state_of(old)))
    patch.note_changed(path)
    table = names.get(FORWARDS)
    if type(table) is not dict:
        table = names[FORWARDS] = {}
    COUNTER[0] += 1
    table[COUNTER[0]] = target
    old.__code__ = forwarding_code(old, target, COUNTER[0])
    if type(target) is FUNCTION:
        take_on_parts(patch, old, target, path)
    old.__defaults__ = None
    if not PY2:
        old.__kwdefaults__ = None
        # Gives its signature.
        old.__dict__['__wrapped__'] = target


def forwarding_code(function, target, number):
    """Code that calls what is in the table, for a function with these free variables."""
    code = function.__code__
    place = target.__code__ if type(target) is FUNCTION else code
    name = code.co_name if code.co_name[:1] != '<' else 'forward'
    lines = ['def made():']
    lines += ['    %s = None' % each for each in code.co_freevars]
    lines += ['    def %s(*_arguments_, **_keywords_):' % name]
    lines += ['        if 0: %s' % each for each in code.co_freevars]
    lines += ['        return %s[%d](*_arguments_, **_keywords_)' % (FORWARDS, number)]
    shift = max(place.co_firstlineno - len(lines), 0)
    made = compile('\n' * shift + '\n'.join(lines) + '\n', place.co_filename, 'exec', 0, 1)
    outer = [each for each in made.co_consts if type(each) is type(made)][0]
    return [each for each in outer.co_consts if type(each) is type(made)][0]


def may_forward(patch, function):
    """Whether a function may be changed, and code with its free variables be written.

    Some names are the compiler's.
    """
    if not patch.owns(function) and not globals_watched(function.__globals__):
        return False
    return not [name for name in function.__code__.co_freevars if name[:1] == '.']


ADOPTERS[id(FUNCTION)] = adopt_function
