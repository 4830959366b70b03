# The steps of hotload's own driver, in a cycle in which more than the targets runs.
# Uses: actions, base, finder, graph, json, observed, rerun, results, running, sources, targets

SEARCHES.append(find_resting)

load_at_once = load_target


def load_target(name):
    """Runs a target in its own step, and after it what had to wait for it."""
    if name in RERUN.done:
        RERUN.done.remove(name)
        raise RanBefore(name)
    if name in RERUN.left_out:
        raise Unaffected(name)
    needed = needed_by(name)
    if needed is not None:
        RERUN.failed[name] = RERUN.shown[name] = needed
        RERUN.stayed_old.append((name, needed))
        raise StaysOld(needed)
    with_old_ones_out(run_due, name, load_at_once, name)


call_at_once = call_in
execute_at_once = execute_in


def call_in(name, function):
    """Calls a function. What it imports is new, whatever has not run yet."""
    with_old_ones_out(call_at_once, name, function)


def execute_in(name, text):
    with_old_ones_out(execute_at_once, name, text)


describe_plainly = describe_step


def describe_step(errors, action, was_loaded):
    """The reply to a step, with what has run in it and why."""
    result = describe_plainly(errors, action, was_loaded)
    result['modules'] = [{
        'module': name,
        'file': sent_path(SOURCES.seen[name]),
        'because': sorted(RERUN.because.get(name, ())),
    } for name in have_run()]
    result['stayed_old'] = [{'module': name, 'needs': needed} for name, needed in RERUN.stayed_old]
    result['kept'] = [{'module': name, 'why': RERUN.kept[name]} for name in sorted(RERUN.kept)]
    result['restart'] = sent_paths(RERUN.restart)
    RERUN.stayed_old, RERUN.kept, RERUN.restart = [], {}, []
    if action == 'dependents':
        # The targets have yet to run.
        result['old_definitions'] = [each for each in result['old_definitions']
                                     if each['module'] not in RERUN.due]
    if action == 'dependents' and result['outcome'] == 'ok':
        if not (result['modules'] or result['stayed_old'] or result['kept'] or result['restart']):
            result['outcome'], result['what'] = 'skipped', 'nothing else depends on what was saved'
    return result


def have_run():
    """The modules that have run since the last report, dependencies first."""
    began, GRAPH.ran = GRAPH.ran, []
    began = [name for name in began
             if name in sys.modules and name not in RERUN.failed and name in SOURCES.seen]
    waiting, found = dict.fromkeys(began), []
    for name in began:
        append_after_imports(name, waiting, found)
    return found


def append_after_imports(name, waiting, found):
    """Appends a module to a list, and before it those of its imports that are waiting for that."""
    stack = [(name, None)]
    while stack:
        name, imported = stack.pop()
        if imported is None:
            if name not in waiting:
                continue
            del waiting[name]
            imported = iter(imports_of(name))
        for each in imported:
            if each in waiting:
                stack += [(name, imported), (each, None)]
                break
        else:
            found.append(name)
