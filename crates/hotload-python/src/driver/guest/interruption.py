# How a run in a host is interrupted. The host's own handler for SIGINT is not touched.
#
# While user code runs the system sends a spare signal when something arrives on the connection. Where
# that is not possible a thread looks.
# Uses: base, channel, error_reports, imports, interrupts, own_channel, turns


class Interruption(object):

    number = 0          # the spare signal; 0: a thread looks
    thread = None       # the thread that runs user code, while it does
    is_wanted = False   # an interrupt that came while a message was being sent


INTERRUPTION = Interruption()


# LATER


def choose_signal():
    """Chooses a signal that nothing uses, and has it ignored: its default ends the process."""
    fcntl = safely(import_own, 'fcntl')
    first, last = getattr(signal, 'SIGRTMIN', None), getattr(signal, 'SIGRTMAX', None)
    if fcntl is None or first is None or not hasattr(fcntl, 'F_SETSIG'):
        return
    for number in range(int(first) + 8, int(last)):
        if signal.getsignal(number) in (signal.SIG_DFL, signal.SIG_IGN):
            try:
                signal.signal(number, signal.SIG_IGN)
            except ValueError:
                return  # not the main thread
            fcntl.fcntl(CHANNEL.fileno(), fcntl.F_SETOWN, getpid())
            fcntl.fcntl(CHANNEL.fileno(), fcntl.F_SETSIG, number)
            INTERRUPTION.number = number
            return


def signal_arrivals(is_on):
    """Has the system send the spare signal for what arrives, or no longer."""
    fcntl = import_own('fcntl')
    flags = fcntl.fcntl(CHANNEL.fileno(), fcntl.F_GETFL)
    flags = flags | fcntl.FASYNC if is_on else flags & ~fcntl.FASYNC
    fcntl.fcntl(CHANNEL.fileno(), fcntl.F_SETFL, flags)


def something_arrived(number, frame):
    if INTERRUPTION.thread is not None and not GUEST.is_turning:
        GUEST.take_requests()
        raise_if_interrupted()


def raise_if_interrupted():
    if GUEST.is_interrupted():
        if STATE.sending == get_ident():
            INTERRUPTION.is_wanted = True
        else:
            raise KeyboardInterrupt


def raise_late_interrupt():
    if INTERRUPTION.is_wanted:
        INTERRUPTION.is_wanted = False
        raise KeyboardInterrupt


def open_to_interrupts():
    INTERRUPTION.is_wanted = False
    if INTERRUPTION.number:
        signal.signal(INTERRUPTION.number, something_arrived)
        signal_arrivals(True)
        INTERRUPTION.thread = get_ident()
        # It may have arrived before.
        GUEST.take_requests()
        raise_if_interrupted()
    else:
        INTERRUPTION.thread = get_ident()
        THREADS.start_new_thread(look_for_interrupt, (INTERRUPTION.thread,))


def close_to_interrupts():
    INTERRUPTION.thread = None
    if INTERRUPTION.number:
        signal.signal(INTERRUPTION.number, signal.SIG_IGN)
        signal_arrivals(False)


def look_for_interrupt(thread):
    """Has the thread of user code interrupted between two of its bytecodes."""
    block_signals()
    select, ctypes = import_own('select').select, import_own('ctypes')
    while INTERRUPTION.thread == thread and CHANNEL.is_open:
        try:
            select([CHANNEL.fileno()], [], [], 0.05)
        except Exception:
            return  # closed meanwhile
        if INTERRUPTION.thread == thread and not GUEST.is_turning:
            GUEST.take_requests()
            if GUEST.is_interrupted():
                raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
                raise_in(ctypes.c_ulong(thread), ctypes.py_object(KeyboardInterrupt))


run_own_code = run_user_code


def run_user_code(action, arguments, errors):
    """Runs `action`; what `sys.exc_info()` says is added to `errors`."""
    try:
        try:
            if PY2:
                clear_handled()
            try:
                open_to_interrupts()
                action(*arguments)
            finally:
                INTERRUPTION.thread = None
        except:  # old-style instances of 2.7 and foreign exceptions, too
            errors.append(exc_info())
            if PY2:
                # An exception's metaclass that raises leaves its error pending; this clears it.
                getattr(None, '', None)
        close_to_interrupts()
    except:
        # An interrupt, on one of hotload's own lines.
        errors.append(exc_info())
        safely(close_to_interrupts)


describe_interruptibly = interruptible


def interruptible(action, *arguments):
    """User code that describes an error is not interrupted here."""
    return action(*arguments)
