# The standard streams: they write line by line even to a pipe, and whatever user code does to them is
# undone before the next step.
# Uses: base, channel, error_reports, imports

STREAMS = ('stdin', 'stdout', 'stderr')
SAVED_STREAMS = {}
SAVED_DESCRIPTORS = {}  # number -> a copy of it, and the identity of that file


def prepare_streams():
    """Has piped output written line by line, and saves the streams for later steps."""
    try:
        if sys.stdout is sys.__stdout__ and not sys.stdout.isatty():
            write_line_by_line()
    except Exception:
        pass  # A stream of the host's own that lacks one of these methods: leave it as it is.
    for number, name in enumerate(STREAMS):
        SAVED_STREAMS[name] = getattr(sys, name, None)
        try:
            SAVED_DESCRIPTORS[number] = move_up(number), identity_of(number)
        except Exception:
            pass  # closed, or not a number here
    if hasattr(os, 'register_at_fork'):
        os.register_at_fork(after_in_child=close_copies)


def close_copies():
    """Lets a reader see the end of output when a daemon has closed its streams."""
    for copy, identity in SAVED_DESCRIPTORS.values():
        try:
            if identity_of(copy) == identity:
                os.close(copy)
        except EnvironmentError:
            pass  # closed by user code
    SAVED_DESCRIPTORS.clear()


def write_line_by_line():
    if PY2:
        # PYTHONUNBUFFERED has done this, unless the environment was ignored.
        if sys.flags.ignore_environment or 'PYTHONUNBUFFERED' not in os.environ:
            sys.stdout = sys.__stdout__ = EncodingStream(os.fdopen(move_up(1), 'w', 1))
    else:
        import io
        old = sys.stdout
        binary = old.buffer
        if isinstance(binary, io.RawIOBase):
            # Without a buffer each printed line would be written in two pieces.
            binary = io.BufferedWriter(binary)
        elif hasattr(old, 'reconfigure'):
            old.reconfigure(line_buffering=True)
            return
        encoding, errors = old.encoding, old.errors
        if encoding in ('ascii', 'ANSI_X3.4-1968'):
            encoding, errors = 'utf-8', 'backslashreplace'  # the C locale, where its fix was ignored
        sys.stdout = sys.__stdout__ = io.TextIOWrapper(
            binary, encoding, errors, line_buffering=True)
        sys.stdout.mode = 'w'
        SAVED_STREAMS['replaced'] = old  # If it were collected it would close the descriptor.


if PY2:
    class EncodingStream(object):
        """A file that takes Unicode: Python can set an encoding only for streams that it made itself."""

        encoding = 'utf-8'

        def __init__(self, stream):
            self.stream = stream

        def write(self, text):
            if isinstance(text, unicode):
                text = text.encode('utf-8')
            self.stream.write(text)

        def writelines(self, lines):
            for line in lines:
                self.write(line)

        def __getattr__(self, name):
            return getattr(self.stream, name)


# LATER

# Kept: 2.7 closes a stream that is collected, and by then its number belongs to another one.
CLOSED_STREAMS = []


def restore_streams():
    """Undoes what an earlier step did to the streams: replaced, deleted or closed them."""
    for name in STREAMS:
        # Comes first: a stream of user code's that goes away here may close the descriptor.
        setattr(sys, name, SAVED_STREAMS[name])
    for number, name in enumerate(STREAMS):
        restore_descriptor(number)
        if is_closed(SAVED_STREAMS[name]):
            replace_stream(number, name)


def replace_stream(number, name):
    closed = SAVED_STREAMS[name]
    try:
        SAVED_STREAMS[name] = reopen(number, closed)
    except (EnvironmentError, ImportError):
        return  # The descriptor is gone as well, or this is Jython, which has no `fcntl`.
    CLOSED_STREAMS.append(closed)
    setattr(sys, name, SAVED_STREAMS[name])


def restore_descriptor(number):
    """Undoes an `os.close(1)`, unless another file has taken its place."""
    copy, identity = SAVED_DESCRIPTORS.get(number, (None, None))
    try:
        if copy is not None and is_gone(number) and identity_of(copy) == identity:
            os.dup2(copy, number)
    except EnvironmentError:
        pass  # The copy is closed as well.


def is_closed(stream):
    try:
        if stream is None or stream.closed is True:
            return stream is not None
        return is_gone(stream.fileno())  # a copy that `os.closerange` has closed
    except:
        return False


def is_gone(descriptor):
    try:
        os.fstat(descriptor)
        return False
    except EnvironmentError as error:
        return error.errno == 9


def reopen(number, stream):
    mode = 'r' if number == 0 else 'w'
    if PY2:
        # A copy that no `os.closerange(3, 256)` closes: 2.7 has no `closefd`.
        return os.fdopen(move_up(number), mode, 1)
    else:
        return open(number, mode, 1, stream.encoding, stream.errors, closefd=False)


def flush_streams():
    """Writes out what was printed. Returns the errors that this raised, of any kind."""
    errors = []
    for name in ('stdout', 'stderr'):
        stream = getattr(sys, name, None)
        if stream is not None:
            try:
                stream.flush()
            except:
                errors.append(exc_info())
    return errors


def is_output_closed(errors):
    """Flushes, and returns whether the reader of standard output is gone (`hotload lib | head`)."""
    for error in errors + flush_streams():
        is_broken_pipe = safely(getattr, error[1], 'errno') == 32
        if is_broken_pipe and is_own_output() and has_lost_reader(1):
            # So that what is still buffered causes no error at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            return True
    return False


def is_own_output():
    """Whether standard output is still the one from the start, not a pipe that user code put there."""
    copy, identity = SAVED_DESCRIPTORS.get(1, (None, None))
    return identity is None or safely(identity_of, 1) == identity


def has_lost_reader(descriptor):
    try:
        poll = import_own('select').poll()
        poll.register(descriptor, 0)
        return bool(poll.poll(0))
    except Exception:
        return True  # no `poll` here: the broken pipe is most likely this one
