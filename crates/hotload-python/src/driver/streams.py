# The standard streams: line by line also when piped, and back in place before each step.

STREAMS = ('stdin', 'stdout', 'stderr')
SAVED_STREAMS = {}


def prepare_streams():
    """Makes piped output come line by line, and keeps the streams for later steps."""
    try:
        if sys.stdout is sys.__stdout__ and not sys.stdout.isatty():
            write_line_by_line()
    except Exception:
        pass  # A host's own stream, without one of these methods: its business.
    for name in STREAMS:
        SAVED_STREAMS[name] = getattr(sys, name, None)


def write_line_by_line():
    if PY2:
        # PYTHONUNBUFFERED has done it, unless the environment was ignored.
        if sys.flags.ignore_environment or 'PYTHONUNBUFFERED' not in os.environ:
            sys.stdout = sys.__stdout__ = os.fdopen(os.dup(1), 'w', 1)
    else:
        import io
        old = sys.stdout
        binary = old.buffer
        if isinstance(binary, io.RawIOBase):
            # Unbuffered would make two writes of each printed line.
            binary = io.BufferedWriter(binary)
        elif hasattr(old, 'reconfigure'):
            old.reconfigure(line_buffering=True)
            return
        sys.stdout = sys.__stdout__ = io.TextIOWrapper(
            binary, old.encoding, old.errors, line_buffering=True)
        sys.stdout.mode = 'w'
        SAVED_STREAMS['replaced'] = old  # Closes the descriptor if it is collected.


def restore_streams():
    """Undoes what an earlier step did to the streams: replaced, deleted or closed them."""
    for number, name in enumerate(STREAMS):
        stream = SAVED_STREAMS[name]
        if is_closed(stream):
            try:
                stream = SAVED_STREAMS[name] = reopen(number, stream)
            except EnvironmentError:
                pass  # The descriptor is gone as well: nothing left to open.
        setattr(sys, name, stream)


def is_closed(stream):
    try:
        return stream is not None and stream.closed is True
    except Exception:
        return False


def reopen(number, stream):
    mode = 'w'
    if number == 0:
        mode = 'r'
    if PY2:
        return os.fdopen(os.dup(number), mode, 1)
    else:
        return open(number, mode, 1, stream.encoding, stream.errors, closefd=False)


def flush_streams():
    """Writes out what was printed. Returns the errors of that, of any kind."""
    errors = []
    for name in ('stdout', 'stderr'):
        stream = getattr(sys, name, None)
        if stream is not None:
            try:
                stream.flush()
            except Exception:
                errors.append(sys.exc_info())
    return errors


def is_output_closed(errors):
    """Flushes, and says whether nobody reads standard output any more (`hotload lib | head`)."""
    for error in errors + flush_streams():
        if getattr(error[1], 'errno', None) == 32 and has_lost_reader(1):
            return True
    return False


def has_lost_reader(descriptor):
    try:
        import select
        poll = select.poll()
        poll.register(descriptor, 0)
        return bool(poll.poll(0))
    except Exception:
        return True  # no `poll` here: the broken pipe is most likely this one
