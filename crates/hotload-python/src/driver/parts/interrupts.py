# Ctrl-C: up to user code while it runs, and without effect between the steps.
# Uses: background, base, channel, shim

try:
    import _signal as signal  # `signal` imports `enum`, 7 ms
except ImportError:
    import signal


def note_interrupt(number, frame):
    """Outside user code: breaks no frame in two, and is left for the step that is about to start."""
    if STATE.when_idle is not None:
        STATE.when_idle()
    else:
        INTERRUPTS.append(number)


def prepare_interrupts():
    STATE.handler = HANDLER  # from before the shim
    if HANDLER in (signal.SIG_IGN, None):
        # Inherited from `nohup` or `sh -c '... &'`: Python then installs no handler.
        STATE.handler = signal.default_int_handler
    signal.signal(signal.SIGINT, note_interrupt)


def hand_over_interrupts():
    if 'later' in LOADED:
        unguard_handlers()
    signal.signal(signal.SIGINT, STATE.handler)


def take_back_interrupts():
    # What user code has set is kept for it: asyncio compares it.
    handler = signal.getsignal(signal.SIGINT)
    if handler is not note_interrupt and handler is not None:
        STATE.handler = handler
    signal.signal(signal.SIGINT, note_interrupt)
    load_later()
    guard_handlers()


def resume_tracing():
    tracer, STATE.tracer = STATE.tracer, None
    if tracer is not None and not is_debugger(tracer):
        settrace(tracer)


def is_debugger(tracer):
    # Whoever stepped past the end of a step is done with debugging it.
    return isinstance(getattr(tracer, '__self__', None), getattr(sys.modules.get('bdb'), 'Bdb', ()))


def run_user_code(action, arguments, errors):
    """Runs `action` with the user's handler; what `sys.exc_info()` says is added to `errors`.

    Emptying that list later frees the user's objects: as a local of this function the traceback
    would refer to itself.
    """
    try:
        try:
            hand_over_interrupts()
            if PY2:
                # What the driver has handled is no error that user code is handling.
                clear_handled()
            if INTERRUPTS:
                # It came after hotload had sent the request.
                raise KeyboardInterrupt
            resume_tracing()
            try:
                action(*arguments)
            finally:
                STATE.tracer = gettrace()
                settrace(None)
        except:  # old-style instances of 2.7 and foreign exceptions, too
            errors.append(exc_info())
            if PY2:
                # An exception's metaclass that raises leaves its error pending; this clears it.
                getattr(None, '', None)
        take_back_interrupts()
    except:
        # From a signal handler, on one of the driver's own lines.
        errors.append(exc_info())
        take_back_at_last()


def take_back_at_last():
    for attempt in range(1000):
        try:
            take_back_interrupts()
            return
        except:
            pass  # another signal


# LATER


def callables_for_signals():
    """What user code has for each signal but SIGINT, by its number."""
    found = {}
    for number in range(1, signal.NSIG):
        try:
            handler = signal.getsignal(number)
        except ValueError:
            continue  # not every number is a signal
        if number != signal.SIGINT and callable(handler):
            found[number] = handler
    return found


class Guarded(object):
    """A signal handler of user code's between the steps, where an error of it must not end the driver."""

    def __init__(self, handler):
        self.handler = handler

    def __call__(self, number, frame):
        try:
            self.handler(number, frame)
        except:
            load_later()
            report_background(exc_info(), 'callback', None, lambda: 'Exception in a signal handler:\n')


def guard_handlers():
    for number, handler in callables_for_signals().items():
        if not isinstance(handler, Guarded):
            signal.signal(number, Guarded(handler))


def unguard_handlers():
    for number, handler in callables_for_signals().items():
        if isinstance(handler, Guarded):
            signal.signal(number, handler.handler)


def interruptible(action, *arguments):
    """Runs user code that describes an error: an interrupt ends a slow `__str__`."""
    if STATE.when_idle is not None or STATE.describing != get_ident():
        return action(*arguments)
    STATE.when_idle = break_off
    try:
        return action(*arguments)
    finally:
        STATE.when_idle = None


def break_off():
    STATE.when_idle = None  # At once: a second interrupt would break hotload's own lines.
    raise KeyboardInterrupt
