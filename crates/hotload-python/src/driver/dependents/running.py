# How the pending modules run: each in the module object that it has, so that it keeps its names.
#
# Meanwhile none of them is in `sys.modules`. So whatever imports one before its turn runs it at that
# moment, as in a fresh start.
# Uses: base, finder, graph, loading, order, rerun, reruns, sources

OUTS = {}  # module -> what stands for it in `sys.modules` while no step runs
RESTING = {}  # module that does not run -> what stands for it there; its package runs
HIDDEN = []  # (package, name, module): what is missing in its package meanwhile


def with_old_ones_out(action, *arguments):
    """Calls `action` while an import of what is pending runs it anew, in the module that it has."""
    take_out()
    try:
        action(*arguments)
    finally:
        put_back()


def take_out():
    for name in list(RERUN.pending) + RERUN.due:
        if name == '__main__':
            continue  # The program: it is never imported anew.
        note_own_module(name)
        module = module_to_run(name)
        if module is not None:
            SOURCES.prepared[name] = module
            if RERUN.is_natural:
                hide_in_package(name, module)
        found = sys.modules.pop(name, None)
        if found is not None:
            OUTS[name] = found
    if RERUN.is_natural:
        for name in list(SOURCES.seen):
            # An import of it has to import its package first.
            if name in sys.modules and is_below(name, OUTS):
                RESTING[name] = sys.modules.pop(name)


def note_own_module(name):
    """Has a module that has put something else in its own place run in itself again."""
    module, found = GRAPH.modules.get(name), sys.modules.get(name)
    if isinstance(module, type(os)) and found is not None and not isinstance(found, type(os)):
        OWN_NAMES[name] = module, found


def is_below(name, packages):
    while name:
        name = name.rpartition('.')[0]
        if name in packages:
            return True
    return False


def hide_in_package(name, module):
    """Has `from package import name` import it."""
    parent, _, last = name.rpartition('.')
    package = sys.modules.get(parent, OUTS.get(parent))
    if isinstance(package, type(os)) and names_of(package).get(last) is module:
        del names_of(package)[last]
        HIDDEN.append((package, last, module))


def put_back():
    note_failures()
    for name in OUTS:
        SOURCES.prepared.pop(name, None)
        if name not in sys.modules:
            sys.modules[name] = OUTS[name]
            restore_names(name)
        elif name not in RERUN.failed:
            RERUN.pending.pop(name, None)
            RERUN.inside.pop(name, None)
            if name in RERUN.due:
                RERUN.due.remove(name)
                RERUN.done.append(name)
    OUTS.clear()
    for name in RESTING:
        sys.modules.setdefault(name, RESTING[name])
    RESTING.clear()
    for package, last, module in HIDDEN:
        names_of(package).setdefault(last, module)
    del HIDDEN[:]
    RERUN_NAMES.clear()


def note_failures():
    """Notes which modules have begun to run and are gone, with what has got at their unfinished state."""
    for name in OUTS:
        if name not in sys.modules and GRAPH.began.get(name, 0) > RERUN.started:
            RERUN.failed.setdefault(name, name)
    for unit in RERUN.units:
        failed = [name for name in unit if name in RERUN.failed]
        for name in unit:
            if failed and GRAPH.began.get(name, 0) > RERUN.started:
                RERUN.failed.setdefault(name, RERUN.failed[failed[0]])


def run_due(name, action, *arguments):
    """Runs a target, by calling `action`, and after it what had to wait for it."""
    module = OUTS.pop(name, None)
    if module is not None:
        sys.modules[name] = module
    SOURCES.prepared.pop(name, None)
    if name in RERUN.due:
        RERUN.due.remove(name)
    try:
        action(*arguments)
    except:
        RERUN.failed[name] = name
        restore_names(name)
        note_failures()
        RERUN.shown.update(RERUN.failed)
        raise
    run_pending()


def run_pending():
    """Runs the pending modules that need no target which has yet to run."""
    note_failures()
    if RERUN.is_natural:
        for target in list(RERUN.due):
            if imports_unknown(target) or guards_pending(target):
                return
            for name in imported_at_once(target):
                if not is_passed(name):
                    # What comes after it in a fresh start comes after it here.
                    return
    for unit in RERUN.units:
        for name in unit:
            is_passed(name)


def is_passed(name):
    """Runs a pending module unless that has to wait for a target, which it imports."""
    if name not in OUTS or name in sys.modules or name in RERUN.due:
        return name not in RERUN.due
    if name in RERUN.failed or name in RERUN.inside:
        return True
    if leads_to_due(name):
        return False
    needed = failed_below(name)
    if needed is not None:
        RERUN.failed[name] = RERUN.shown[name] = needed
        RERUN.stayed_old.append((name, needed))
    elif not is_run(name):
        note_failures()
        RERUN.shown.update(RERUN.failed)
    return True


def leads_to_due(name):
    """Whether a pending module imports a target that has yet to run, however far down."""
    seen, stack = {name: True}, [name]
    while stack:
        for each in imported_by(stack.pop()):
            if each in RERUN.due:
                return True
            if each not in seen and each in OUTS and each not in sys.modules:
                seen[each] = True
                stack.append(each)
    return False


def is_run(name):
    """Runs a module; returns whether that went well."""
    try:
        run_anew(name)
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except:  # old-style exceptions of 2.7, too
        error = exc_info()
        if name in sys.modules and not getattr(error[1], 'code', None):
            return True  # sys.exit() with nothing to complain about
        sys.modules.pop(name, None)
        STATE.errors.append(error)
        return False
    return True


def run_anew(name):
    path = None
    if '.' in name:
        path = path_of_parent(name)
    if name not in sys.modules:  # its package may have imported it
        load_from(name, path)
        if path is not None:
            bind_to_parent(name)


def find_resting(name, *arguments):
    """Finds a module that is loaded and does not run, as long as it is not in `sys.modules`."""
    if name in RESTING:
        note_importer_of(name, sys._getframe(1))
        loader = RestingLoader()
        if PY2:
            return loader
        else:
            return bootstrap.ModuleSpec(name, loader)
    return find_and_note(name, *arguments)


class RestingLoader(object):
    """Puts a module back into `sys.modules` without running it."""

    if PY2:
        def load_module(self, name):
            sys.modules[name] = RESTING[name]
            return sys.modules[name]
    else:
        def create_module(self, spec):
            self.module = RESTING[spec.name]
            self.spec = getattr(self.module, '__spec__', None)
            return self.module

        def exec_module(self, module):
            names_of(module)['__spec__'] = self.spec
