# Errors that end no step: of threads, of `__del__`, of event loops, of the interpreter's end.
#
# Python prints them itself; where it lets itself be asked, hotload reports them like others.

# LATER

if PY2:
    THREADS = import_own('thread')
else:
    THREADS = import_own('_thread')
get_ident = THREADS.get_ident

BACKGROUND_AT_MOST = 20  # from the start of one step to the start of the next

SENDING = THREADS.allocate_lock()
SENDER = [None]     # the thread that holds it
BACKGROUND = []     # reports to be sent with the result of the running step
DROPPED = [0, 0]    # how many were there since the step's start; how many of them are not told


def send_message(channel, message):
    """Writes one frame, whatever other threads have to tell."""
    if SENDER[0] == get_ident():
        return  # An interrupt amid a report: whoever pressed the key will do so again.
    with SENDING:
        SENDER[0] = get_ident()
        try:
            write_frame(channel, message)
        finally:
            SENDER[0] = None


def report_background(parts, phase, thread=None, headline=None):
    """Tells of an error at once, or, while a step runs, with its result."""
    DROPPED[0] = DROPPED[0] + 1
    if DROPPED[0] > BACKGROUND_AT_MOST:
        DROPPED[1] = DROPPED[1] + 1
        return
    BACKGROUND.append(safely_described(parts, phase, thread, headline))
    if not RUNNING:
        errors = take_background()
        if errors:
            safely(send_message, NAMES['CHANNEL'], {'reply': 'errors', 'errors': errors})


def take_background():
    errors = BACKGROUND[:]
    del BACKGROUND[:len(errors)]
    return errors


def take_dropped():
    """How many were not told since this was last asked."""
    dropped = DROPPED[1]
    DROPPED[:] = [0, 0]
    return dropped


def is_silent(kind):
    """Whether Python itself would not print it."""
    return kind is None or kind is SystemExit


def report_thread(arguments):
    """In the place of `threading.excepthook`, from 3.8 on."""
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
    """What an event loop logs of an error, `context` being what its handler gets."""
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
    """Reports what an event loop would log: a task that failed and was never asked."""
    log_error = base_events.BaseEventLoop.default_exception_handler

    def handle(loop, context):
        error = context.get('exception')
        if isinstance(error, BaseException):
            parts = (type(error), error, error.__traceback__)
            report_background(parts, 'callback', None, lambda: headline_of_context(context))
        if error is None or is_logged(base_events.logger):
            log_error(loop, context)

    base_events.BaseEventLoop.default_exception_handler = handle
    # Later, what is left is not looked at in good order. Who registers after this is called before.
    import_own('atexit').register(tell_unasked_futures)


def tell_unasked_tasks():
    """Has loops report tasks that have failed and that nobody has asked by the end of their step.

    Python's own words come with the task's last reference, which a warm interpreter may keep for ever.
    """
    tasks = sys.modules.get('asyncio.tasks')
    known = safely(getattr, tasks, '_scheduled_tasks')  # from 3.12 on
    if known is None:
        known = safely(getattr, tasks, '_all_tasks')  # from 3.7 on
    if known is not None:
        for task in safely(list, known) or ():
            safely(tell_unasked, task)
    elif tasks is not None:
        tell_unasked_futures()


def tell_unasked_futures():
    """The same of all that there are, in some milliseconds."""
    futures = sys.modules['asyncio.futures']
    kinds = tuple([getattr(futures, name) for name in ('Future', '_PyFuture') if hasattr(futures, name)])
    for found in import_own('gc').get_objects():
        if is_a(type(found), kinds):
            safely(tell_unasked, found)


def tell_unasked(future):
    if future._log_traceback and not future._loop.is_running():
        future.__del__()
        future._log_traceback = False


def is_logged(logger):
    """Whether user code has said where log entries go, so that one must not be missing there."""
    while logger is not None:
        if logger.handlers:
            return True
        logger = logger.propagate and logger.parent or None
    return False


AFTER_IMPORT['threading'] = watch_threads
AFTER_IMPORT['asyncio.base_events'] = watch_event_loops


def watch_loaded():
    for name in AFTER_IMPORT:
        if sys.modules.get(name) is not None:
            imported(sys.modules[name])


def watch_exit():
    """Has errors of atexit reported, where its functions can be listed, and those of what goes last."""
    need('errors')
    library_folders()
    if PY2:
        handlers = getattr(sys.modules.get('atexit'), '_exithandlers', [])
        for place, handler in enumerate(handlers):
            handlers[place] = (call_at_exit, handler, {})


if PY2:
    def call_at_exit(function, arguments, keywords):
        try:
            function(*arguments, **keywords)
        except:
            if is_silent(exc_info()[0]):
                raise
            report_background(exc_info(), 'exit', None, lambda: 'Error in atexit._run_exitfuncs:\n')


watch_loaded()
