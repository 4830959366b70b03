# What a library does that a person may not expect: reported once.
# Uses: base, error_reports, imports, sources

# LATER

GIVEN = {}  # kind of hint -> True


def give_hints(driver, request):
    """Reports what the step that has ended gives reason for."""
    step = request['op'], request['module'], request.get('function', request.get('code'))
    for kind, applies in HINTS:
        if kind not in GIVEN and safely(applies, step):
            GIVEN[kind] = True
            driver.send({'reply': 'hint', 'kind': kind})


IN_FIGURES = []  # weak references to what was in the figures of pyplot after the last step
DRAWN = {}  # step -> (the last run of its module, weak references to what the step drew after that)
MOST_PARTS = 1000  # lines and the like of one figure that are looked at


def has_drawn_over(step):
    """Whether a step has drawn into a figure of pyplot that still has what it drew the last time."""
    figures = [drawn_in(figure) for figure in open_figures()]
    before = alive(IN_FIGURES)
    new = [[part for part in figure if id(part) not in before] for figure in figures]
    run, (last_run, drawn) = run_of(step[1]), DRAWN.get(step, (None, []))
    IN_FIGURES[:] = weak(figures)
    if run is last_run:
        # Once more in one cycle.
        DRAWN[step] = run, drawn + weak(new)
        return False
    DRAWN[step] = run, weak(new)
    last = alive(drawn)
    return bool([True for figure, parts in zip(figures, new)
                 if parts and [part for part in figure if id(part) in last]])


def run_of(module):
    """What stands for the last run of a module."""
    return SOURCES.loaded.get(SOURCES.seen.get(module), [None])[-1]


def open_figures():
    register = getattr(sys.modules.get('matplotlib._pylab_helpers'), 'Gcf', None)
    managers = register.figs.values() if register else ()
    return [manager.canvas.figure for manager in list(managers)]


def drawn_in(figure):
    """The lines, bars and the like in a figure."""
    return [part for axes in figure.axes for kind in ('lines', 'patches', 'collections', 'images')
            for part in getattr(axes, kind)][:MOST_PARTS]


def weak(figures):
    return [import_own('_weakref').ref(part) for parts in figures for part in parts]


def alive(references):
    return {id(reference()): True for reference in references if reference() is not None}


def keeps_workers(step):
    """Whether workers of dask go on with what they have imported.

    Newer versions send functions by name, unless they are those of `__main__`.
    """
    client = sys.modules.get('distributed.client')
    if 'dask._task_spec' not in sys.modules or not getattr(client, '_global_clients', None):
        return False
    return bool([name for name in SOURCES.targets if name != '__main__' and has_run_again(name)])


def has_run_again(name):
    return len(SOURCES.loaded.get(SOURCES.targets[name][0], ())) > 1


HINTS = (('drawn_over', has_drawn_over), ('old_workers', keeps_workers))
