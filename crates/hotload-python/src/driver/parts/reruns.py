# A module that runs again: what is left of its last run, in Python and in its own names.
# Uses: base, loading, sources

OWN_NAMES = {}  # module name -> (the module, what its last run has put in its place in sys.modules)


def module_to_run(name):
    """The module that a target's text runs in next; None for its first load.

    While it ran it may have put an object, or nothing, in its own place. Its names survive that.
    """
    found = sys.modules.get(name)
    module, substitute = OWN_NAMES.get(name, (None, None))
    if module is not None and found is substitute:
        sys.modules[name] = found = module
    if isinstance(found, type(os)):  # `sys` would not do: in Jython it is not a module
        return found
    return None


def note_substitute(name, module):
    """Notes what a run has left in the place of its module."""
    OWN_NAMES.pop(name, None)
    if sys.modules.get(name) is not module:
        OWN_NAMES[name] = module, sys.modules.get(name)


# LATER

OLD_DEFINITIONS = {}  # module name -> {name: value}: what only earlier texts have defined


def run_again(name, module):
    try:
        restore_name(name, module)
        reload_wherever_it_is(name, module)
    except KeyboardInterrupt:
        # 3.x takes the module out of sys.modules for a moment, after all has run.
        sys.modules.setdefault(name, module)
        raise
    finally:
        note_substitute(name, module)


def reload_wherever_it_is(name, module):
    """Reloads a module that may take itself out of `sys.modules`."""
    handled = exc_info()[1]
    try:
        return reload_module(module)
    except KeyError:
        # 3.x fails this way in the end, whether the run has failed or not.
        if name in sys.modules or not is_raised_by_import(exc_info()[2]):
            raise
        failure = exc_info()[1].__context__
    if failure is not handled:
        raise failure


def is_raised_by_import(trace):
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_filename.startswith('<frozen importlib')


def restore_name(name, module):
    """Gives a module back the name under which Python reloads it."""
    names = module.__dict__
    names['__name__'] = name
    if not PY2:
        if getattr(names.get('__spec__'), 'name', None) != name:
            names['__spec__'] = None


def names_from_before(name):
    """The names of the module that a text is about to run in; it may be out of `sys.modules`."""
    return getattr(SOURCES.prepared.get(name, sys.modules.get(name)), '__dict__', {})


def forget_last_run(name, path, code):
    """Has tracebacks and warnings of the next run show the lines that ran, and warnings come again."""
    cache = getattr(sys.modules.get('linecache'), 'cache', None)
    if isinstance(cache, dict):
        cache.pop(path, None)
    names_from_before(name).pop('__warningregistry__', None)


def forget_warnings():
    """Has every module's warnings come again, as in a new process.

    A warning that is not repeated would look as if its cause were gone.
    """
    # What a module notes of its warnings is void once the filters have changed.
    filters_changed = getattr(sys.modules.get('_warnings'), '_filters_mutated', forget_each_warning)
    filters_changed()
    once = getattr(sys.modules.get('warnings'), 'onceregistry', None)
    if isinstance(once, dict):
        once.clear()


def forget_each_warning():
    for module in list(sys.modules.values()):
        names = getattr(module, '__dict__', None)
        if isinstance(names, dict):
            names.pop('__warningregistry__', None)


def note_definitions(name, path, code):
    """Notes what the text that is about to run no longer defines, of what is still there."""
    gone = set(OLD_DEFINITIONS.pop(name, ()))
    if path in SOURCES.loaded:
        gone |= definitions(SOURCES.loaded[path][-1][1])
    names = names_from_before(name)
    old = {each: names[each] for each in gone - definitions(code) if each in names}
    if old:
        OLD_DEFINITIONS[name] = old


def definitions(code):
    """The names of the functions and classes that a module's code defines."""
    found = set()
    for constant in code.co_consts:
        if isinstance(constant, type(code)):
            if constant.co_name.startswith('<generic parameters'):
                found |= definitions(constant)
            elif not constant.co_name.startswith('<'):
                found.add(constant.co_name)
    return found


def old_definitions(has_failed):
    """What only earlier texts have defined and is still there, by module."""
    found = []
    for name in sorted(OLD_DEFINITIONS):
        old, names = OLD_DEFINITIONS[name], getattr(sys.modules.get(name), '__dict__', {})
        for each in list(old):
            if names.get(each, old) is not old[each]:
                del old[each]  # The new text gives the name to something else, or it was deleted.
        shown = sorted(old)
        if has_failed:
            # Where the text was not run to its end it may have given them to something else later.
            bound = SOURCES.loaded[SOURCES.seen[name]][-1][1].co_names
            shown = [each for each in shown if each not in bound]
        if shown:
            found.append({'module': name, 'names': shown})
    return found


BEFORE_RUN.append(forget_last_run)
BEFORE_RUN.append(note_definitions)
