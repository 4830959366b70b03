# After a save: what was saved runs again, and so does everything that imports it, in order.
# Uses: affected, base, finder, graph, loading, order, running, sources


class Rerun(object):
    """What still has to run, and what has become of it in this cycle."""

    pending = {}    # module -> True: its text, or what it imports, has changed since it ran
    inside = {}     # those of them that run only when they are imported
    due = []        # targets that have yet to run in this cycle
    done = []       # targets that have run before their own step came
    left_out = []   # targets that do not run, since only what is affected was asked for
    units = []      # pending modules and due targets, dependencies first, import cycles together
    is_natural = False  # whether they run in the order in which they import each other
    failed = {}     # module -> the one that has failed in this cycle: itself or one that it needs
    shown = {}      # those of which an error is reported: what failed in a `try` may not matter
    stayed_old = []     # since the last report: (module, the one that failed and that it needs)
    kept = {}       # module -> why it does not run, since the last report
    restart = []    # since the last report: files of C extensions that were saved
    because = {}    # module -> {what was saved: True}
    broken = None   # the module whose text does not compile
    started = 0     # the graph's time at the start of the cycle
    is_fresh = False    # whether a module's names are cleared before it runs


RERUN = Rerun()


def reload_saved(request, targets):
    """Runs what a save concerns, apart from the targets that have steps of their own."""
    forget_absences()
    CHECKED.clear()
    save = Save(request, targets)
    begin_cycle_of(save, request, targets)
    for name in save.gone:
        forget_module(name)
    find_pending(save, targets)
    if RERUN.pending:
        broken = check_sources()
        RERUN.units = units_to_run()
        RERUN.is_natural = needs_natural_order()
        report_broken(broken)
        if RERUN.broken is None:
            with_old_ones_out(run_pending)


def begin_cycle_of(save, request, targets):
    RERUN.failed, RERUN.shown, RERUN.stayed_old = {}, {}, []
    RERUN.broken, RERUN.units = None, []
    RERUN.restart = save.restart
    RERUN.kept, RERUN.because = save.kept, save.because
    RERUN.done, RERUN.due, RERUN.left_out = [], list(targets), []
    RERUN.is_fresh = request['fresh']
    RERUN.started, GRAPH.ran = GRAPH.time, []
    if request['only_affected']:
        RERUN.left_out = [name for name in targets
                          if name not in save.because and name in sys.modules]
        RERUN.due = [name for name in targets if name not in RERUN.left_out]


def find_pending(save, targets):
    RERUN.inside.update(save.inside)
    for name in save.because:
        if name in sys.modules and name not in targets:
            RERUN.pending[name] = True
    for package in list(Index.inside):
        if package and package not in sys.modules:
            # It has failed after they were loaded: the next one has to import them.
            for name in Index.inside[package]:
                if name in sys.modules and name not in targets:
                    RERUN.pending[name] = RERUN.inside[name] = True


def forget_module(name):
    """Has the next import look for a module anew."""
    RERUN.pending.pop(name, None)
    GRAPH.namespaces.pop(name, None)
    module = sys.modules.pop(name, None)
    if module is None:
        return
    # 2.7 empties a module to which nothing refers, and its functions may be in use.
    SOURCES.failed = SOURCES.failed[-19:] + [module]
    parent, _, last = name.rpartition('.')
    package = sys.modules.get(parent)
    if isinstance(package, type(os)) and names_of(package).get(last) is module:
        del names_of(package)[last]


compile_anew = compile_text


def compile_text(data, path):
    """The code of a text: what `check_sources` has compiled, if that was the same."""
    if path in CHECKED and CHECKED[path][0] == data:
        return CHECKED[path][1]
    return compile_anew(data, path)


def check_sources():
    """Compiles all texts that may be about to run; returns those that do not compile."""
    broken = {}
    for name in list(RERUN.pending) + RERUN.due:
        file = SOURCES.seen.get(name)
        if file is None or not has_plain_loader(name):
            continue
        try:
            data, modified = read_filled(file)
        except EnvironmentError:
            continue  # gone again: an import will tell
        loaded = SOURCES.loaded.get(file)
        if loaded and loaded[-1][0] == data:
            CHECKED[file] = loaded[-1]
            continue
        try:
            CHECKED[file] = data, compile_anew(data, file)
        except Exception:
            broken[name] = exc_info(), [name, file, modified, data, False]
    return broken


def has_plain_loader(name):
    """Whether a module's text is compiled as it is. Some loaders change it first."""
    module = sys.modules.get(name)
    if not isinstance(module, type(os)):
        return True
    kind = type(names_of(module).get('__loader__'))
    return kind is type(None) or kind is SourceLoader


def report_broken(broken):
    """Reports the first text that does not compile, of those that are imported."""
    for unit in RERUN.units:
        for name in unit:
            if name in broken:
                RERUN.broken = name
                if name not in RERUN.due:  # otherwise its own step reports it
                    error, entry = broken[name]
                    SOURCES.broken = error[1], entry[1]
                    SOURCES.read.append(entry)
                    STATE.errors.append(error)
                return


def needed_by(name):
    """The module that has failed, and without which a target cannot run."""
    if RERUN.broken is not None:
        return RERUN.broken if RERUN.broken != name else None
    return failed_below(name)


def failed_below(name):
    """The module because of which one cannot run: one that it needs has failed with an error."""
    seen, stack = {name: True}, [name]
    while stack and RERUN.shown:
        for each in needs(stack.pop()):
            if each in RERUN.shown:
                return RERUN.failed[each]
            if each not in seen:
                seen[each] = True
                stack.append(each)
    return None


def clear_names(name, path, code):
    """Before a module runs: takes away the names of its last run, if that was asked for."""
    module = SOURCES.prepared.get(name, sys.modules.get(name))
    if RERUN.is_fresh and isinstance(module, type(os)):
        names = names_of(module)
        RERUN_NAMES[name] = module, names.copy()
        for each in list(names):
            if each[:2] != '__':
                del names[each]


RERUN_NAMES = {}  # module -> (the module, its names before they were cleared)


def restore_names(name):
    """Gives a module whose run has failed the names back that it had before."""
    if name in RERUN_NAMES:
        module, before = RERUN_NAMES.pop(name)
        for each in before:
            names_of(module).setdefault(each, before[each])


BEFORE_RUN.append(clear_names)
