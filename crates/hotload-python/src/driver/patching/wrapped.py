# What stands for functions: properties, static and class methods, partials, caches, generic functions,
# and objects of other classes that hold one.
# Uses: base, class_names, functions, imports, objects, patch


def adopt_property(patch, old, new, path):
    if is_adopted_plainly(patch, old.fget, new.fget, path) and (
            old.fset is new.fset is old.fdel is new.fdel is None and is_same(old.__doc__, new.__doc__)):
        patch.match(old, new)
        return old
    if home_of_accessors(patch, new, path) is not None:
        return adopted_elsewhere(patch, new, home_of_accessors(patch, new, path))
    patch.match(old, new)
    kept, parts = True, []
    for name in ('fget', 'fset', 'fdel'):
        before, value = getattr(old, name), getattr(new, name)
        if before is not None and value is not None:
            value = adopted(patch, before, value, path)
        kept = kept and value is before
        parts.append(value)
    if kept and is_same(old.__doc__, new.__doc__):
        return old
    patch.note_changed(path)
    made = property(*(parts + [new.__doc__]))
    patch.matched[id(new)] = new, made
    return made


def home_of_accessors(patch, new, path):
    """The path where a property was defined, if it only has a further name here."""
    function = new.fget or new.fset or new.fdel
    if type(function) is not FUNCTION:
        return None
    home = home_of(new, path, patch.names, name_of_function(function))
    return home if home != path else None


def adopt_method(patch, old, new, path):
    """Of a static or class method."""
    before, value = old.__func__, new.__func__
    if adopted(patch, before, value, path) is before:
        patch.match(old, new)
        return old
    return new


def adopt_partial(patch, old, new, path):
    function = adopted(patch, old.func, new.func, path)
    if function is old.func and is_same(old.args, new.args) and have_same_values(
            old.keywords, new.keywords):
        patch.match(old, new)
        return old
    if type(function) is not FUNCTION or not patch.owns(function):
        return new
    patch.match(old, new)
    patch.note_changed(path)
    patch.undo.append((old.__setstate__, old.__reduce__()[2]))
    old.__setstate__((function,) + new.__reduce__()[2][1:])
    return old


def have_same_values(one, other):
    one, other = one or {}, other or {}
    return sorted(one) == sorted(other) and False not in [is_same(one[each], other[each]) for each in one]


def adopt_cache(patch, old, new, path):
    """Of what `functools.lru_cache` gives."""
    before, value = old.__wrapped__, new.__wrapped__
    function = adopted(patch, before, value, path)
    if old.cache_info().maxsize != new.cache_info().maxsize or function is not before:
        patch.replace(path, 'its cache has another size', old)
        patch.caches.append(old)
        return new
    patch.match(old, new)
    patch.caches.append((path, old))
    take_on_names(patch, old, new, path)
    return old


def take_on_names(patch, old, new, path):
    """Gives an object that wraps a function the attributes of another one: its documentation, say."""
    names, others = attributes_of(old), attributes_of(new)
    if names is not None and others is not None:
        patch.undo.append((restore_attributes, names, names.copy()))
        take_on_attributes(patch, names, others, path)


def adopt_object(patch, old, new, path):
    """Of an object that holds a function of this module, as decorators that are classes do."""
    before, value = attributes_of(old), attributes_of(new)
    if not before or not value or not wraps_own_function(patch, new, path):
        return new
    if not wraps_own_function(patch, old, path):
        return new
    patch.match(old, new)
    patch.undo.append((restore_attributes, before, before.copy()))
    for name in list(before):
        if name not in value:
            del before[name]
    for name in list(value):
        if name in before:
            before[name] = adopted(patch, before[name], value[name], path)
        else:
            before[name] = value[name]
    return old


def wraps_own_function(patch, value, path):
    found = inner_function(patch, value, path)
    return found is not value


def restore_attributes(names, before):
    names.clear()
    names.update(before)


def adopt_other(patch, old, new, path):
    """Where a definition has become one of another kind."""
    inner = inner_function(patch, old, path)
    if not is_own_function(patch, inner):
        return new
    if type(new) is FUNCTION and not patch.owns(new) and not wraps_own(patch, new, path):
        return new
    if type(old) is FUNCTION and home_of(old, path, patch.before, name_of_function(old)) != path:
        return new
    if type(new) is FUNCTION:
        adopt_inner(patch, inner, new, path)
        if description_of(old) == 'cached':
            patch.caches.append(old)
        patch.replace(path, 'it was %s' % description_of(old), old)
        return patch.stands_for(new)
    if type(old) is FUNCTION and is_called_alike(new) and may_forward(patch, old):
        patch.taken[id(old)] = old
        forward(patch, old, new, path)
        return new
    if inner_function(patch, new, path) is new and not id(type(new)) in ADOPTERS:
        # Something else has got the name.
        patch.replace(path, 'it is no function any more', old)
        return new
    adopt_inner(patch, inner, new, path)
    patch.replace(path, 'it was %s and is %s' % (description_of(old), description_of(new)), old)
    return new


def is_called_alike(value):
    """Whether a function may call this with what it has been called with."""
    if id(type(value)) in (id(property), id(staticmethod), id(classmethod)):
        return False
    return find_in_type(type(value), '__call__') is not MISSING


def description_of(value):
    if type(value) is FUNCTION:
        return 'a function'
    name = name_of_type(type(value))
    return 'a class' if is_class(value) else 'cached' if name == CACHE_NAME else 'a ' + name


def is_generic(function):
    """Whether a function is what `functools.singledispatch` gives."""
    if not PY2:
        names = function.__dict__
        return 'registry' in names and 'dispatch' in names and '_clear_cache' in names
    return False


def adopt_generic(patch, old, new, path):
    """Gives a generic function the implementations of another one."""
    if not is_generic(old):
        if may_forward(patch, old):
            inner = inner_function(patch, old, path)
            patch.match(old, new)
            forward(patch, old, new, path)
            adopt_inner(patch, inner, new, path)
            return old
        patch.replace(path, 'its decorator changed and is not watched', old)
        return new
    if not is_generic(new):
        adopt_inner(patch, inner_function(patch, old, path), new, path)
        patch.replace(path, 'it was a generic function', old)
        return patch.stands_for(new)
    registry, other = registry_of(old), registry_of(new)
    if registry is None or other is None:
        patch.replace(path, 'it is a generic function', old)
        return new
    patch.match(old, new)
    patch.undo.append((restore_registry, old, registry, registry.copy()))
    for kind in list(registry):
        if kind not in other and is_own_function(patch, registry[kind]):
            del registry[kind]
    for kind in list(other):
        function = other[kind]
        if kind in registry:
            function = adopted(patch, registry[kind], function, path_of_implementation(path, function))
        registry[kind] = function
    old._clear_cache()
    take_on_generic(patch, old, new, path)
    return old


def path_of_implementation(path, function):
    name = name_of_function(function) if type(function) is FUNCTION else path
    return name if name.rpartition('.')[2] == '_' or name == path else path


def take_on_generic(patch, old, new, path):
    """Gives a generic function the attributes of another one, but for those that are made for it."""
    patch.undo.append((restore_function, old, state_of(old)))
    if old.__doc__ is not new.__doc__:
        old.__doc__ = new.__doc__
    own = ('registry', 'dispatch', 'register', '_clear_cache')
    others = dict([(name, value) for name, value in new.__dict__.items() if name not in own])
    others.update([(name, old.__dict__[name]) for name in own if name in old.__dict__])
    take_on_attributes(patch, old.__dict__, others, path)


def restore_registry(function, registry, before):
    restore_attributes(registry, before)
    function._clear_cache()


def registry_of(function):
    """The dictionary of a generic function; it shows only a view of it."""
    register = function.__dict__.get('register')
    if type(register) is FUNCTION:
        for name, cell in zip(register.__code__.co_freevars, register.__closure__ or ()):
            if name == 'registry' and type(cell_content(cell)) is dict:
                return cell_content(cell)
    return None


ADOPTERS[id(property)] = adopt_property
ADOPTERS[id(staticmethod)] = ADOPTERS[id(classmethod)] = adopt_method
WRAPPED_IN[id(property)] = lambda value: [value.fget, value.fset, value.fdel]
WRAPPED_IN[id(staticmethod)] = WRAPPED_IN[id(classmethod)] = lambda value: [value.__func__]

CACHE_NAME = '_lru_cache_wrapper'


def know_functools():
    """Makes the types of `functools` known, once user code has imported it."""
    functools = OWN_MODULES.get('functools', sys.modules.get('functools'))
    partial, cache = getattr(functools, 'partial', None), getattr(functools, CACHE_NAME, None)
    if type(partial) is type and id(partial) not in ADOPTERS:
        ADOPTERS[id(partial)] = adopt_partial
        WRAPPED_IN[id(partial)] = lambda value: [value.func]
    if type(cache) is type and id(cache) not in ADOPTERS:
        ADOPTERS[id(cache)] = adopt_cache
        WRAPPED_IN[id(cache)] = lambda value: [value.__wrapped__]
