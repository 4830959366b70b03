# A module that runs anew under `--reload patch`: what it had before lives on, or is as it was if it
# raises an exception.
# Uses: base, class_names, classes, closures, finder, functions, graph, imports, namespace, objects
# Uses: patch, rerun, sources, wrapped


class Patching(object):

    is_on = False
    running = {}    # module -> its patch
    done = []       # since the last report: (patch, whether the run was taken back)
    bound = {}      # module -> {path of a class or function: the names of its attributes}
    ran = {}        # module -> (text, code) of its last run that came to its end
    former = {}     # module -> {path: weak references to functions that others may still hold}


PATCHING = Patching()


def run_plainly(code, names):
    if PY2:
        run_and_note(code, names)
    else:
        eval(code, names)
    name = names.get('__name__')
    if type(name) is str and name in SOURCES.seen:
        note_run(name)


def note_run(name):
    loaded = SOURCES.loaded.get(SOURCES.seen[name])
    if loaded:
        PATCHING.ran[name] = loaded[-1]


def run_anew_patched(code, names):
    """Runs a module's code; what it did before lives on if it has run before."""
    name = names.get('__name__')
    if type(name) is not str or name in PATCHING.running:
        return run_plainly(code, names)
    path = SOURCES.seen.get(name)
    loaded = SOURCES.loaded.get(path, ())
    if name not in PATCHING.ran or not loaded or loaded[-1][1] is not code:
        return run_plainly(code, names)
    know_functools()
    patch = Patch(name, names)
    if name in RERUN_NAMES:
        patch.before = RERUN_NAMES[name][1]     # before they were cleared
    patch.bound = PATCHING.bound.get(name, {})
    patch.undo.append((restore_attributes, names, patch.before))
    old = PATCHING.ran[name]
    names.pop('__annotations__', None)  # it would keep what is gone
    space = Namespace(patch, code, loaded[-1][0])
    PATCHING.running[name] = patch
    patch.is_running = True
    try:
        eval(with_adopting(code, loaded[-1][0], old[0], space), names, space)
    except:
        value = exc_info()[1]
        if not isinstance(value, SystemExit) or value.code:
            patch.roll_back()
            PATCHING.done.append((patch, True))
        else:
            patch.is_running = False
            finish(patch, None, loaded[-1])
        raise
    finally:
        patch.is_running = False
        del PATCHING.running[name]
    finish(patch, old, loaded[-1])


def finish(patch, old, new):
    """After a run: old objects take on what has not been met yet, and what is gone is removed."""
    try:
        settle(patch)
        if old is not None:
            remove_vanished(patch, old[1], new[1])
            PATCHING.ran[patch.name] = new
        clear_caches(patch)
        note_changed_classes(patch)
        drop_classes(patch)
        update_former(patch)
        update_closures(patch)
        note_bound(patch)
    except Exception:
        patch.refused.append((patch.name, 'it could not be patched: %s' % text_of_error()))
    PATCHING.done.append((patch, False))


def settle(patch):
    names = patch.names
    for name in list(names):
        new, old = names[name], patch.before.get(name, MISSING)
        if old is not MISSING and old is not new and id(type(new)) not in PLAIN_KINDS:
            if id(old) in patch.taken and patch.stands_for(new) is new and not is_class(new):
                if inner_function(patch, new, name) is old:
                    patch.replace(name, 'its decorators give something else', old)
            safely_adopted(patch, old, new, name)
    for name in list(names):
        value = names[name]
        stands = patch.stands_for(value)
        if stands is not value:
            names[name] = stands
        elif id(type(value)) in patch.matched:
            move_instance(patch, value, name)
        elif id(value) not in patch.taken and is_class(value) and is_own_class(patch, value):
            rebase(patch, value)


def rebase(patch, cls):
    """Has a new class, or one that stays, be made from the old classes that live on."""
    before = bases_of(cls)
    bases = tuple([patch.stands_for(base) for base in before])
    if [base for base, other in zip(before, bases) if base is not other]:
        try:
            if type(cls) is OLD_CLASS:
                cls.__bases__ = bases
            else:
                set_bases(cls, bases)
        except Exception:
            patch.refused.append((name_of_class(cls), 'its bases cannot be changed'))


def move_instance(patch, value, name):
    """Makes an instance of a new class that was made meanwhile one of the old class."""
    stands = patch.stands_for(type(value))
    if stands is not type(value):
        try:
            set_class(value, stands)
        except Exception:
            patch.refused.append((name, 'it stays an instance of the new class'))


def clear_caches(patch):
    for names, number in patch.forwardings:
        names.get(FORWARDS, {}).pop(number, None)
    for entry in patch.caches:
        if type(entry) is tuple:
            path, cache = entry
            if path in patch.functions or path.rpartition('.')[0] in patch.classes:
                cache.cache_clear()
        else:
            entry.cache_clear()


def update_former(patch):
    """Has new functions that old ones now stand for, and that something may hold, follow later saves."""
    former = PATCHING.former.setdefault(patch.name, {})
    reference = import_own('_weakref').ref
    for path in list(former):
        current = look_up(patch.names, path)
        alive = [each for each in former[path] if each() is not None]
        for each in alive:
            function = each()
            if type(current) is FUNCTION and function is not current and id(function) not in patch.matched:
                if function.__globals__ is current.__globals__ and is_alike(function, current):
                    if not function.__closure__:
                        take_on(patch, function, current, path)
                    else:
                        function.__code__ = current.__code__
        former[path] = alive
        if not alive:
            del former[path]
    # PyPy counts no references: there, each may be held.
    few = fewest_references() if hasattr(sys, 'getrefcount') else None
    for new, old in list(patch.matched.values()):
        if type(new) is FUNCTION and new is not old and (few is None or references_of(new) > few):
            path = name_of_function(new)
            # Its class, which is not in use, has one more reference.
            if few is None or '.' not in path or references_of(new) > few + 1:
                if patch.owns(new) and look_up(patch.names, path) is old:
                    former.setdefault(path, []).append(reference(new))


def fewest_references():
    """References to a function that only the patch has."""
    matched = {0: (FUNCTION(fewest_references.__code__, {}), None)}
    for new, _ in list(matched.values()):
        return references_of(new)


def references_of(function):
    return sys.getrefcount(function)


def note_bound(patch):
    """Notes which attributes classes and functions have from their texts."""
    bound = PATCHING.bound[patch.name] = {}
    for name in list(patch.names):
        note_bound_of(patch, name, patch.names[name], bound)


def note_bound_of(patch, path, value, bound):
    kind = id(type(value))
    if type(value) is FUNCTION:
        if value.__dict__ and patch.owns(value):
            bound[path] = list(value.__dict__)
    elif kind in PLAIN_KINDS or kind in WRAPPED_IN:
        pass
    elif is_class(value) and path not in bound and is_own_class(patch, value):
        if home_of(value, path, patch.names, path_of_class(value)) == path:
            names = names_in_class(value)
            bound[path] = list(names)
            for name in bound[path]:
                note_bound_of(patch, path + '.' + name, names[name], bound)


def note_all_bound():
    """Before the first save: notes what the modules that are loaded have by now."""
    for name in list(SOURCES.seen):
        module = sys.modules.get(name)
        if module is not None:
            note_run(name)
        if isinstance(module, type(os)):
            attempted(note_bound, Patch(name, names_of(module)))


if not PY2:
    plain_exec_module = SourceLoader.exec_module

    def exec_module(loader, module):
        names = names_of(module) if isinstance(module, type(os)) else {}
        name = names.get('__name__')
        if type(name) is not str or name not in SOURCES.seen:
            return plain_exec_module(loader, module)
        code = loader.get_code(name)
        if code is None:
            raise ImportError('cannot load module %r when get_code() returns None' % (name,))
        run_anew_patched(code, names)


def start_to_patch():
    """From now on what modules had lives on when they run anew."""
    if PATCHING.is_on:
        return
    PATCHING.is_on = True
    if PY2:
        RUNS.append(run_anew_patched)
    else:
        SourceLoader.exec_module = exec_module
    note_all_bound()
