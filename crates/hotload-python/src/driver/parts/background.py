# Errors that end no step: in threads, in `__del__`, in event loops, when the interpreter ends.
#
# Python prints them by itself; where it can be hooked, hotload reports them like other errors.
# Uses: base, channel, error_reports, exceptions, finder, imports, json, native, streams

if not PY2:
    def hook_background():
        if hasattr(sys, 'unraisablehook'):
            sys.unraisablehook = note_unraisable
            if 'threading' in sys.modules:
                sys.modules['threading'].excepthook = note_thread

    def note_unraisable(unraisable):
        load_later()
        report_unraisable(unraisable)

    def note_thread(arguments):
        load_later()
        report_thread(arguments)


# LATER


class Background(object):
    """What is reported of a step's background errors: from its start to that of the next one."""

    LIMIT = 20
    reports = []    # to be sent with the result of the running step
    count = 0
    dropped = 0     # how many of them are not reported


BACKGROUND = Background()


def report_background(parts, phase, thread=None, headline=None):
    """Reports an error at once or, while a step is running, with its result."""
    write_to_replaced_stderr(parts, headline)
    BACKGROUND.count += 1
    if BACKGROUND.count > BACKGROUND.LIMIT:
        BACKGROUND.dropped += 1
        return
    BACKGROUND.reports.append(safely_described(parts, phase, thread, headline))
    # A signal handler may fail while its thread is sending: then with the next result.
    if not STATE.running and STATE.sending != get_ident():
        errors = take_background()
        if errors:
            safely(send_message, CHANNEL, {'reply': 'errors', 'errors': errors})


def write_to_replaced_stderr(parts, headline):
    """Writes what Python would, where user code looks for it: in its own `sys.stderr`."""
    stderr = getattr(sys, 'stderr', None)
    if stderr is not None and stderr is not SAVED_STREAMS.get('stderr'):
        need('native')
        need('errors')
        lines = safely(native_lines, *parts)
        if lines:
            safely(stderr.write, (safely(headline) or '') + ''.join(lines))


def take_background():
    errors = BACKGROUND.reports[:]
    del BACKGROUND.reports[:len(errors)]
    return errors


def take_dropped():
    """How many have not been reported since this was last called."""
    dropped = BACKGROUND.dropped
    BACKGROUND.count = BACKGROUND.dropped = 0
    return dropped


def is_silent(kind):
    """Whether Python itself would not print it."""
    return kind is None or kind is SystemExit


def report_thread(arguments):
    """In place of `threading.excepthook`, from 3.8 on."""
    if not is_silent(arguments.exc_type):
        parts = (arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
        report_thread_of(arguments.thread, parts)


def report_unraisable(unraisable):
    parts = (unraisable.exc_type, unraisable.exc_value, unraisable.exc_traceback)
    phase = 'unraisable'
    if 'atexit' in (unraisable.err_msg or ''):
        phase = 'exit'
    elif 'thread' in (unraisable.err_msg or ''):
        phase = 'thread'
    if phase == 'unraisable' or not is_silent(unraisable.exc_type):
        report_background(parts, phase, None, lambda: headline_of_unraisable(unraisable))


def report_thread_of(thread, parts):
    name = safely(text_of, safely(getattr, thread, 'name'))
    report_background(parts, 'thread', name, lambda: 'Exception in thread %s:\n' % name)


def headline_of_unraisable(unraisable):
    return '%s: %r\n' % (unraisable.err_msg or 'Exception ignored in', unraisable.object)


def headline_of_context(context):
    """What an event loop logs about an error, from the `context` that its handler gets."""
    lines = [context.get('message') or 'Unhandled exception in event loop']
    for key in sorted(context):
        if key not in ('message', 'exception', 'source_traceback', 'handle_traceback'):
            lines.append('%s: %r' % (key, context[key]))
    return '\n'.join(lines) + '\n'


def watch_threads(threading):
    if hasattr(THREADS, '_excepthook'):
        if threading.excepthook is THREADS._excepthook:
            threading.excepthook = report_thread
        return
    start = threading.Thread.start

    def start_watched(thread):
        run = thread.run

        def run_watched():
            try:
                run()
            except:
                if is_silent(exc_info()[0]):
                    raise
                report_thread_of(thread, exc_info())
            finally:
                thread.__dict__.pop('run', None)

        thread.run = run_watched
        return start(thread)

    threading.Thread.start = start_watched


EVENT_LOOPS = []  # a weak reference to each, which finds them without a look at every object


def event_loops():
    EVENT_LOOPS[:] = [reference for reference in EVENT_LOOPS if reference() is not None]
    return [loop for loop in [reference() for reference in EVENT_LOOPS] if loop is not None]


def watch_event_loops(base_events):
    """Reports what an event loop would log: a task that failed and whose result nothing asked for."""
    log_error = base_events.BaseEventLoop.default_exception_handler

    def handle(loop, context):
        error = context.get('exception')
        if isinstance(error, BaseException):
            parts = (type(error), error, error.__traceback__)
            report_background(parts, 'callback', None, lambda: headline_of_context(context))
        if error is None or is_logged(base_events.logger):
            log_error(loop, context)

    base_events.BaseEventLoop.default_exception_handler = handle
    make = base_events.BaseEventLoop.__init__

    def make_known(loop, *arguments, **keywords):
        make(loop, *arguments, **keywords)
        EVENT_LOOPS.append(import_own('_weakref').ref(loop))

    base_events.BaseEventLoop.__init__ = make_known
    # At the very end it would be too late. What user code registers after this is called before it.
    import_own('atexit').register(report_failed_futures)


def report_failed_tasks():
    """Has event loops report tasks that have failed, if nothing has asked for their result by now.

    Python does so when the last reference to the task goes, which may never happen here.
    """
    tasks = sys.modules.get('asyncio.tasks')
    if tasks is not None:
        for task in known_tasks(tasks):
            safely(report_future, task)


def known_tasks(tasks):
    for name in ('_scheduled_tasks', '_all_tasks'):  # from 3.12 on, from 3.7 on
        known = safely(getattr, tasks, name)
        if known is not None:
            return safely(list, known) or []
    found = []
    for loop in event_loops():
        found.extend(safely(tasks.Task.all_tasks, loop) or [])
    return found


def report_failed_futures():
    """Does the same for all futures that exist, at the end: it looks at every object."""
    futures = sys.modules['asyncio.futures']
    kinds = tuple([getattr(futures, name) for name in ('Future', '_PyFuture') if hasattr(futures, name)])
    for found in import_own('gc').get_objects():
        if is_a(type(found), kinds):
            safely(report_future, found)


def report_future(future):
    if future._log_traceback and not future._loop.is_running():
        future.__del__()
        future._log_traceback = False


def is_logged(logger):
    """Whether user code has set up where log entries go: then none may be missing there."""
    while logger is not None:
        if logger.handlers:
            return True
        logger = logger.parent if logger.propagate else None
    return False


AFTER_IMPORT['threading'] = watch_threads
AFTER_IMPORT['asyncio.base_events'] = watch_event_loops


def watch_exit():
    """Has the errors of exit functions reported, where those can be listed, and what fails even later."""
    need('errors')
    library_folders()
    if PY2:
        handlers = getattr(sys.modules.get('atexit'), '_exithandlers', [])
        handlers.insert(0, (flush_streams, (), {}))  # is called last
        for index, handler in enumerate(handlers):
            handlers[index] = (call_at_exit, handler, {})


if PY2:
    def call_at_exit(function, arguments, keywords):
        try:
            function(*arguments, **keywords)
        except:
            if is_silent(exc_info()[0]):
                raise
            report_background(exc_info(), 'exit', None, lambda: 'Error in atexit._run_exitfuncs:\n')


watch_loaded()
