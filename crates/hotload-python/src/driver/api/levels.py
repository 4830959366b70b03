# Steps of launch scripts that run more than their module: what was saved, and what imports that.
# Uses: dependents, graph, loop, rerun, running, sources, targets

LEVELS = ('module', 'changed', 'dependents', 'patch')


class Levels(object):
    is_taken = False    # whether a step has run what this cycle's save concerns
    observes = False    # whether a step runs more than its module


def checked_level(level):
    if level not in LEVELS:
        refuse('level must be "module", "changed", "dependents" or "patch", not %r' % (level,))
    if level != 'module':
        Levels.observes = True
        load_dependents()
    if level == 'patch':
        load_patching()
    return level


def begin_levels():
    """A cycle begins."""
    Levels.is_taken = False


def run_with_dependents(name, level, reload):
    """Runs a step's module with `reload`, and before it what else the save concerns."""
    if not Levels.is_taken:
        Levels.is_taken = True
        reload_saved({
            'level': level, 'keep': (), 'only_affected': False, 'fresh': False,
            'changed': SOURCES.changed or [], 'removed': SOURCES.removed,
        }, [name])
    elif name not in RERUN.failed and GRAPH.began.get(name, 0) > RERUN.started:
        return  # it has run with what it imports
    needed = needed_by(name)
    if needed is not None:
        raise StaysOld(needed)
    with_old_ones_out(run_due, name, reload)
