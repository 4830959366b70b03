# What reloads leave behind in this process, counted: users should know if it piles up.
# Uses: background, base, channel, imports, interrupts

# LATER

LEFTOVERS = {}  # kind -> how many there were at the last report


def report_leftovers(driver, kinds=None):
    """Counts, and reports if anything is left behind now or was before."""
    counts = {}
    for kind, count in kinds or LEFTOVER_COUNTS:
        try:
            number = count()
        except Exception:
            number = 0  # cannot be counted here, or user code has replaced what is asked
        if number:
            counts[kind] = number
    if counts or LEFTOVERS:
        LEFTOVERS.clear()
        LEFTOVERS.update(counts)
        driver.send({'reply': 'leftovers', 'counts': counts})


def count_threads():
    # One reads what hotload sends.
    return THREADS._count() - STATE.reads


def count_exit_handlers():
    if PY2:
        return len(sys.modules['atexit']._exithandlers)
    else:
        return import_own('atexit')._ncallbacks()


def count_logging_handlers():
    root = sys.modules['logging'].root
    loggers = [root] + list(root.manager.loggerDict.values())
    return sum([len(getattr(logger, 'handlers', ())) for logger in loggers])


def count_signal_handlers():
    handlers = []
    for number in range(1, signal.NSIG):
        try:
            handlers.append(signal.getsignal(number))
        except ValueError:
            pass  # not every number is a signal
    return len([handler for handler in handlers if callable(handler)]) - 1  # SIGINT is the driver's


def count_event_loops():
    return len([loop for loop in event_loops() if not loop.is_closed()])


LEFTOVER_COUNTS = (
    ('threads', count_threads),
    ('exit_handlers', count_exit_handlers),
    ('logging_handlers', count_logging_handlers),
    ('signal_handlers', count_signal_handlers),
    ('event_loops', count_event_loops),
)
