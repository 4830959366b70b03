# Classes: one that others may hold, and whose instances live on, takes on everything of the new one.
# Uses: base, class_names, enums, functions, graph, objects, patch

# What belongs to each of two classes alone, whatever their texts say.
OWN_OF_CLASS = (
    '__dict__', '__weakref__', '__slots__', '_abc_impl', '_abc_registry', '_abc_cache',
    '_abc_negative_cache', '_abc_negative_cache_version')

LAYOUT = [type.__dict__[name].__get__ for name in (
    '__basicsize__', '__itemsize__', '__dictoffset__', '__weakrefoffset__')
    if name in type.__dict__ and hasattr(type.__dict__[name], '__get__')]


def adopt_class(patch, old, new, path):
    """What stands for a new object where that or the old one is a class."""
    if not is_class(new) or not is_class(old):
        return adopt_no_class(patch, old, new, path)
    if not is_own_class(patch, new):
        return new
    home = home_of(new, path, patch.names, path_of_class(new))
    if home != path:
        return adopted_elsewhere(patch, new, home)
    if not is_own_class(patch, old) or home_of(old, path, patch.before, path_of_class(old)) != path:
        return new
    for base in bases_of(new):
        settle_base(patch, base)
    why = why_it_stays(patch, old, new)
    if why is not None:
        patch.replace(path, why, old)
        patch.taken[id(old)] = old
        return new
    members = {}
    if is_enum(new):
        members = adopt_members(patch, old, new, path)
        if members is None:
            return new
    patch.paths[id(old)] = path
    patch.undo.append((restore_class, old, dict(names_in_class(old)), bases_of(old)))
    fits = has_bases(patch, old, new, path)
    if fits:
        patch.match(old, new)
    else:
        patch.taken[id(old)] = old
    take_on_class(patch, old, new, path, members, fits)
    if not fits:
        patch.replace(path, 'its bases cannot be changed to (%s)' % ', '.join(
            map(name_of_class, bases_of(new))), old)
        return new
    return old


def adopt_no_class(patch, old, new, path):
    """A class has become something else, or the other way round."""
    if is_class(old):
        if is_own_class(patch, old) and home_of(old, path, patch.before, path_of_class(old)) == path:
            patch.replace(path, 'it is no class any more', old)
        return new
    if type(old) is FUNCTION and patch.owns(old) and is_own_class(patch, new) and may_forward(patch, old):
        if home_of(old, path, patch.before, name_of_function(old)) == path:
            patch.taken[id(old)] = old
            forward(patch, old, new, path)
    return new


def is_own_class(patch, cls):
    return module_of_class(cls) == patch.name


def settle_base(patch, base):
    """Finds out what stands for a base class before the classes that are made from it."""
    if id(base) not in patch.matched and is_own_class(patch, base):
        home = path_of_class(base)
        old = look_up(patch.before, home)
        if old is not MISSING and old is not base and look_up(patch.names, home) is base:
            adopted(patch, old, base, home)


def why_it_stays(patch, old, new):
    """Why an old class cannot take on what a new one is; None if it can."""
    if (type(old) is OLD_CLASS) is not (type(new) is OLD_CLASS):
        return 'it has become a class of another kind'
    if type(old) is OLD_CLASS:
        return None
    if type(old) is not patch.stands_for(type(new)):
        return 'its metaclass changed'
    is_laid_out_alike = [get(old) for get in LAYOUT] == [get(new) for get in LAYOUT]
    if has_slots(old, new) and (slots_of(old) != slots_of(new) or not is_laid_out_alike):
        return '__slots__ changed'
    if not is_laid_out_alike:
        return 'its instances have another layout'
    return None


def has_slots(old, new):
    return '__slots__' in names_of_type(old) or '__slots__' in names_of_type(new)


def slots_of(cls):
    names = names_of_type(cls)
    return sorted([name for name in names if type(names[name]) is MEMBER])


def is_made_alike(patch, old, new):
    """Whether two classes have the same layout and bases, and come from the same statement."""
    if why_it_stays(patch, old, new) is not None or path_of_class(old) != path_of_class(new):
        return False
    return are_same_objects(bases_of(old), [patch.stands_for(base) for base in bases_of(new)])


def are_same_objects(some, others):
    return len(some) == len(others) and not [
        one for one, other in zip(some, others) if one is not other]


def has_bases(patch, old, new, path):
    """Gives an old class the bases of a new one; whether Python allows that."""
    before, bases = bases_of(old), tuple([patch.stands_for(base) for base in bases_of(new)])
    if are_same_objects(before, bases):
        return True
    patch.classes[path] = True
    try:
        if type(old) is OLD_CLASS:
            old.__bases__ = bases
        else:
            set_bases(old, bases)
    except Exception:
        return False
    return True


def take_on_class(patch, old, new, path, members, fits):
    """Gives a class the attributes of another one, and takes away what no text gives any more."""
    before, names = dict(names_in_class(old)), dict(names_in_class(new))
    for name in OWN_OF_CLASS:
        names.pop(name, None)
    for name in members:
        if name in before:
            names.pop(name, None)   # the old members remain
    if fits:
        bind_class_cells(patch, old, new, names)
    for name in patch.bound.get(path, before):
        if name in before and name not in names and name not in OWN_OF_CLASS and name not in members:
            delete_attribute(patch, old, name, path)
    for name in names:
        value = names[name]
        if type(value) is MEMBER or type(value) is GETSET:
            continue
        if name in before:
            value = adopted(patch, before[name], value, path + '.' + name)
            if value is before[name]:
                continue
        else:
            value = patch.stands_for(value)
        if not fits and type(value) is FUNCTION:
            value = bound_to(old, value)
        elif fits and id(type(value)) not in ADOPTERS and id(type(value)) not in PLAIN_KINDS:
            rename_owner(value, old, new)
        set_attribute(patch, old, name, value, path)
    if patch.matched.get(id(new)) is not None and '_abc_impl' in names_in_class(new):
        attempted(reset_abc_caches, old)


def rename_owner(value, old, new):
    """Has an object that knows its class, by `__set_name__`, know the one that lives on."""
    names = None if is_class(value) else attributes_of(value)
    for name in names or ():
        if names[name] is new:
            names[name] = old


def reset_abc_caches(cls):
    sys.modules['_abc']._reset_caches(cls)


def delete_attribute(patch, cls, name, path):
    if name == '__doc__':
        return set_attribute(patch, cls, name, None, path)
    try:
        delete_in_class(cls, name)
    except Exception:
        patch.refused.append((path + '.' + name, 'it cannot be removed'))


def set_attribute(patch, cls, name, value, path):
    if type(cls) is not OLD_CLASS:
        found = find_in_type(type(cls), name)
        if is_users_property(found):
            patch.refused.append((path + '.' + name, 'the metaclass has a property of that name'))
            return
    try:
        set_in_class(cls, name, value)
    except Exception:
        if name != '__doc__':  # on 2.7 it is read-only
            patch.refused.append((path + '.' + name, 'it cannot be set'))


def is_users_property(value):
    """Whether setting an attribute would call code of the user's."""
    if value is MISSING or type(value) is GETSET or type(value) is MEMBER:
        return False
    return type(value) is property or find_in_type(type(value), '__set__') is not MISSING


def restore_class(cls, before, bases):
    if bases_of(cls) != bases:
        if type(cls) is OLD_CLASS:
            cls.__bases__ = bases
        else:
            set_bases(cls, bases)
    now = dict(names_in_class(cls))
    for name in now:
        if name not in before:
            delete_in_class(cls, name)
    for name in before:
        if name not in now or now[name] is not before[name]:
            set_in_class(cls, name, before[name])


def note_changed_classes(patch):
    """Notes the classes whose attributes differ from before, when all decorators have done their part."""
    for entry in patch.undo:
        if entry[0] is restore_class:
            _, cls, before, bases = entry
            if not are_same_objects(bases, bases_of(cls)) or not is_same_class(before, names_in_class(cls)):
                patch.classes[patch.paths[id(cls)]] = True


def is_same_class(before, now):
    for name in before:
        if name not in OWN_OF_CLASS and name not in LINES_OF_CLASS:
            if name not in now or not is_same_attribute(before[name], now[name]):
                return False
    return not [name for name in now if name not in before and name not in OWN_OF_CLASS]


LINES_OF_CLASS = ('__firstlineno__', '__static_attributes__', '__annotate__', '__annotations_cache__')


def is_same_attribute(one, other):
    if type(one) is FUNCTION and type(other) is FUNCTION:
        return is_same_code(one.__code__, other.__code__) and is_same(
            one.__defaults__, other.__defaults__)
    if type(one) is type(other) and id(type(one)) in WRAPPED_IN:
        some, others = WRAPPED_IN[id(type(one))](one), WRAPPED_IN[id(type(other))](other)
        return len(some) == len(others) and False not in map(is_same_attribute, some, others)
    return is_same(one, other)


def bind_class_cells(patch, old, new, names):
    """Has `super()`, and whatever else knows its class, in the functions of a new class mean the old one."""
    if PY2:
        return
    for name in names:
        value = names[name]
        if type(value) is property and value.fset is None and value.fdel is None:
            value = value.fget
        if type(value) is FUNCTION and value.__closure__ is None or id(type(value)) in PLAIN_KINDS:
            continue
        for function in functions_in(value):
            for cell in function.__closure__:
                if cell_content(cell) is new:
                    patch.undo.append((write_cell, cell, new))
                    write_cell(cell, old)


def bound_to(cls, function):
    """A copy of a function in which `super()` means this class; the function itself if it has none."""
    names = function.__code__.co_freevars
    if '__class__' not in names:
        return function
    cells = list(function.__closure__)
    cells[names.index('__class__')] = new_cell(cls)
    copy = FUNCTION(function.__code__, function.__globals__, function.__name__, None, tuple(cells))
    restore_function(copy, state_of(function))
    return copy


def functions_in(value):
    """The functions inside an attribute of a class."""
    found, seen, stack = [], {}, [value]
    while stack and len(seen) < 20:
        value = stack.pop()
        if id(value) not in seen:
            seen[id(value)] = value
            if type(value) is FUNCTION and value.__closure__:
                found.append(value)
            if type(value) is FUNCTION or id(type(value)) in WRAPPED_IN or attributes_of(value):
                stack += inside_of(value)
    return found


class Dropped(object):
    """The base of classes for which old ones stand: their own bases do not list them any more."""


def loose_references(cls):
    """How many references there are to a class but for those of its own descriptors."""
    names = names_in_class(cls)
    return sys.getrefcount(cls) - len([
        name for name in names if type(names[name]) in (MEMBER, GETSET)])


def few_references():
    class Unheld(Dropped):
        pass

    return loose_references(Unheld)


def drop_classes(patch):
    """Has nothing find the new classes for which old ones stand."""
    if not hasattr(sys, 'getrefcount'):
        return  # PyPy
    del patch.undo[:]
    most = None
    for key in list(patch.matched):
        new, old = patch.matched[key]
        if type(new) is FUNCTION or new is old or not is_class(new) or type(new) is OLD_CLASS:
            continue
        if type(new) is type and len(bases_of(new)) == 1 and bases_of(new)[0] is object:
            continue
        if most is None:
            most = few_references() + 1     # in the patch
        if loose_references(new) > most:
            replace_in_registries(new, old)
        if loose_references(new) <= most and find_in_type(type(new), 'mro') is type.__dict__['mro']:
            try:
                set_bases(new, (Dropped,))
            except Exception:
                pass  # made from something that is no plain class


def replace_in_registries(new, old):
    """Puts an old class in the place of the new one where a base or a metaclass has registered that."""
    for each in order_of(old)[1:] + order_of(type(old)):
        module = sys.modules.get(module_of_class(each))
        if isinstance(module, type(os)) and globals_watched(names_of(module)):
            for value in list(names_in_class(each).values()) + list(names_of(module).values()):
                replace_in(value, new, old)


def replace_in(value, new, old):
    kind = type(value)
    if kind is list:
        for index in range(len(value) - 1, -1, -1):
            if value[index] is new:
                if [each for each in value if each is old]:
                    del value[index]
                else:
                    value[index] = old
    elif kind is dict:
        for key in [key for key in value if value[key] is new] if has_plain_keys(value) else ():
            value[key] = old
    elif kind is set and find_in_type(type(new), '__hash__') is type.__dict__['__hash__']:
        for each in [each for each in value if each is new]:
            value.discard(new)
            value.add(old)
