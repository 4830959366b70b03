# Ctrl-C: user code's business while it runs, nobody's between the steps.

try:
    import _signal as signal  # `signal` imports `enum`, 7 ms
except ImportError:
    import signal

USER_HANDLER = [None]
TRACERS = [None]  # what user code has given to sys.settrace(): the driver is not its business
WHEN_IDLE = [None]  # what an interrupt calls while no request is there


def note_interrupt(number, frame):
    """Outside of user code: breaks no frame in two, and waits for the step that is to start."""
    if WHEN_IDLE[0] is not None:
        WHEN_IDLE[0]()
    else:
        INTERRUPTS.append(number)


def prepare_interrupts():
    handler = HANDLER  # from before the shim
    if handler in (signal.SIG_IGN, None):
        # Inherited from `nohup` or `sh -c '... &'`: Python then installs no handler.
        handler = signal.default_int_handler
    USER_HANDLER[0] = handler
    signal.signal(signal.SIGINT, note_interrupt)


def hand_over_interrupts():
    signal.signal(signal.SIGINT, USER_HANDLER[0])


def take_back_interrupts():
    # What user code has set stays its own: asyncio compares it.
    handler = signal.getsignal(signal.SIGINT)
    if handler is not note_interrupt and handler is not None:
        USER_HANDLER[0] = handler
    signal.signal(signal.SIGINT, note_interrupt)


def trace_again():
    tracer, TRACERS[0] = TRACERS[0], None
    if tracer is not None and not is_debugger(tracer):
        settrace(tracer)


def is_debugger(tracer):
    # What was stepped over the end of a step is over.
    return isinstance(getattr(tracer, '__self__', None), getattr(sys.modules.get('bdb'), 'Bdb', ()))


def run_user_code(action, arguments, errors):
    """Runs `action` with the user's handler; what `sys.exc_info()` says goes into `errors`.

    Emptying that list later frees the user's objects: as a local of this function the traceback
    would hold itself.
    """
    try:
        try:
            hand_over_interrupts()
            if INTERRUPTS:
                # It came after hotload had sent the request.
                raise KeyboardInterrupt
            trace_again()
            try:
                action(*arguments)
            finally:
                TRACERS[0] = gettrace()
                settrace(None)
        except:  # old-style instances of 2.7 and foreign exceptions, too
            errors.append(exc_info())
        take_back_interrupts()
    except KeyboardInterrupt:
        # It came on one of the driver's own lines.
        errors.append(exc_info())
        while signal.getsignal(signal.SIGINT) is not note_interrupt:
            try:
                take_back_interrupts()
            except KeyboardInterrupt:
                pass
