# What a launch script asks for, checked.
# Uses: base, loop, sources, steps, watch_list, watched

INTERVAL = 1.0 / 144  # seconds


class Plan(object):
    """What is watched and what is done: the arguments of `hotload`."""

    def __init__(self, watch, steps, waittime_ms, poll_interval, unknown):
        for name in sorted(unknown):
            refuse('hotload.hotload takes no argument `%s`' % name)
        if watch is None or steps is None:
            refuse('hotload.hotload takes two arguments, `watch` and `steps`')
        self.steps = checked_steps(steps)
        self.watch = WatchList(watch)
        self.interval = checked_interval(waittime_ms, poll_interval)
        for folder, _, _ in self.watch.first.folders:
            if os.path.normcase(folder) not in SOURCES.roots:
                SOURCES.roots.append(os.path.normcase(folder))
        WATCHED_FOLDERS.clear()


def checked_steps(steps):
    if isinstance(steps, Runnable):
        refuse('steps must be a list of steps, not %s' % type(steps).__name__)
    try:
        steps = list(steps)
    except TypeError:
        refuse('steps must be a list of steps, not %s' % type(steps).__name__)
    if not steps:
        refuse('there are no steps')
    for index, step in enumerate(steps):
        if not isinstance(step, Runnable):
            refuse('steps[%d] is %s, not a Runnable%s' % (index, kind_of(step), advice(step)))
        if does_nothing(step):
            refuse('steps[%d] is %s, which has no method `run`' % (index, kind_of(step)))
        check_argument(index, step)
    return steps


def check_argument(index, step):
    """Refuses a step of hotload's own that was given something it cannot use."""
    if type(step) is Command and not isinstance(step.command, (str, bytes, type(u''))):
        refuse('steps[%d] is a Command of type %s: it takes a shell command as text'
               % (index, type(step.command).__name__))
    if type(step) is PythonHandle and not callable(step.callable):
        refuse('steps[%d] is a PythonHandle of type %s: it takes something to call'
               % (index, type(step.callable).__name__))


def does_nothing(step):
    """Whether the step does not define what it does."""
    return getattr(step.run, '__func__', None) is vars(Runnable)['run']


def kind_of(step):
    if isinstance(step, type) or type(step).__name__ == 'classobj':
        return 'the class %s' % step.__name__
    if type(step).__name__ == 'instance':
        # Of an old-style class of 2.7.
        return 'of type %s' % step.__class__.__name__
    return 'of type %s' % type(step).__name__


def advice(step):
    if isinstance(step, type) and issubclass(step, Runnable):
        return ': write `%s(...)`' % step.__name__
    if type(step).__name__ in ('classobj', 'instance'):
        return ': derive the class from `hotload.Runnable`'
    if callable(step):
        return ': write `hotload.PythonHandle(%s)`' % getattr(step, '__name__', '...')
    if is_path(step):
        return ': a shell command is `hotload.Command(...)`'
    return ''


def checked_interval(waittime_ms, poll_interval):
    interval, name = waittime_ms, 'waittime_ms'
    if poll_interval is not None:
        interval, name = poll_interval, 'poll_interval'
    if isinstance(interval, (int, float)) and 0 < interval < 1e6:
        return float(interval)
    refuse('%s is %r: it must be a number of seconds above 0' % (name, interval))


def location_of_call():
    """The file and line outside hotload that called into it."""
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename == DRIVER_FILE:
        frame = frame.f_back
    if frame is None:
        return None, 0
    return frame.f_code.co_filename, frame.f_lineno
