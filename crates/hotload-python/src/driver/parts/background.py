# Errors that end no step: in threads, in `__del__`, in event loops, when the interpreter ends.
#
# Python prints them by itself; where it can be hooked, hotload reports them like other errors.
# Uses: base, channel, error_reports, exceptions, finder, imports, json

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
    BACKGROUND.count += 1
    if BACKGROUND.count > BACKGROUND.LIMIT:
        BACKGROUND.dropped += 1
        return
    BACKGROUND.reports.append(safely_described(parts, phase, thread, headline))
    if not STATE.running:
        errors = take_background()
        if errors:
            safely(send_message, CHANNEL, {'reply': 'errors', 'errors': errors})


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
    # At the very end it would be too late. What user code registers after this is called before it.
    import_own('atexit').register(report_failed_futures)


def report_failed_tasks():
    """Has event loops report tasks that have failed, if nothing has asked for their result by now.

    Python does so when the last reference to the task goes, which may never happen here.
    """
    tasks = sys.modules.get('asyncio.tasks')
    known = safely(getattr, tasks, '_scheduled_tasks')  # from 3.12 on
    if known is None:
        known = safely(getattr, tasks, '_all_tasks')  # from 3.7 on
    if known is not None:
        for task in safely(list, known) or ():
            safely(report_future, task)
    elif tasks is not None:
        report_failed_futures()


def report_failed_futures():
    """Does the same for all futures that exist, which takes some milliseconds."""
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


def watch_loaded():
    for name in AFTER_IMPORT:
        if sys.modules.get(name) is not None:
            run_after_import(sys.modules[name])


def watch_exit():
    """Has the errors of exit functions reported, where those can be listed, and what fails even later."""
    need('errors')
    library_folders()
    if PY2:
        handlers = getattr(sys.modules.get('atexit'), '_exithandlers', [])
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
