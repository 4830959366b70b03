# Ctrl-C: user code's business while it runs, nobody's between the steps.

try:
    import _signal as signal  # `signal` imports `enum`, 7 ms
except ImportError:
    import signal

USER_HANDLER = [None]


def ignore_interrupt(number, frame):
    """Keeps an interrupt that comes late from breaking a frame in two."""


def prepare_interrupts():
    handler = signal.getsignal(signal.SIGINT)
    if handler in (signal.SIG_IGN, None):
        # Inherited from `nohup` or `sh -c '... &'`: Python then installs no handler.
        handler = signal.default_int_handler
    USER_HANDLER[0] = handler
    signal.signal(signal.SIGINT, ignore_interrupt)


def hand_over_interrupts():
    signal.signal(signal.SIGINT, USER_HANDLER[0])


def take_back_interrupts():
    # What user code has set stays its own: asyncio compares it.
    handler = signal.getsignal(signal.SIGINT)
    if handler is not ignore_interrupt and handler is not None:
        USER_HANDLER[0] = handler
    signal.signal(signal.SIGINT, ignore_interrupt)


def run_user_code(action, arguments, errors):
    """Runs `action` with the user's handler; what `sys.exc_info()` says goes into `errors`.

    Emptying that list later frees the user's objects: as a local of this function the traceback
    would hold itself.
    """
    try:
        try:
            hand_over_interrupts()
            action(*arguments)
        except:  # old-style instances of 2.7 and foreign exceptions, too
            errors.append(sys.exc_info())
        take_back_interrupts()
    except KeyboardInterrupt:
        # It came on one of the driver's own lines.
        errors.append(sys.exc_info())
        while signal.getsignal(signal.SIGINT) is not ignore_interrupt:
            try:
                take_back_interrupts()
            except KeyboardInterrupt:
                pass
