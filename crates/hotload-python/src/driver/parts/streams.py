# The standard streams: they write line by line even to a pipe, and whatever user code does to them is
# undone before the next step.
# Uses: base, channel, error_reports, imports

STREAMS = ('stdin', 'stdout', 'stderr')
SAVED_STREAMS = {}
SAVED_SETTINGS = {}     # name -> (encoding, errors, and the buffer) of a stream
SAVED_DESCRIPTORS = {}  # number -> a copy of it, and the identity of that file


def prepare_streams():
    """Has piped output written line by line, and saves the streams for later steps."""
    try:
        if sys.stdout is sys.__stdout__ and not sys.stdout.isatty():
            write_line_by_line()
    except Exception:
        pass  # A stream of the host's own that lacks one of these methods: leave it as it is.
    for number, name in enumerate(STREAMS):
        stream = SAVED_STREAMS[name] = getattr(sys, name, None)
        SAVED_SETTINGS[name] = [
            getattr(stream, setting, None) for setting in ('encoding', 'errors', 'buffer')]
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
        if sys.stdout.fileno() != 1:
            return
        SAVED_STREAMS['replaced'] = sys.stdout
        sys.stdout = sys.__stdout__ = LineStream(1, sys.stdout.encoding or 'utf-8', sys.stdout.errors)
    else:
        import io
        old = sys.stdout
        binary = old.buffer
        if isinstance(binary, io.RawIOBase):
            # Without a buffer each printed line would be written in two pieces.
            binary = io.BufferedWriter(binary)
        elif hasattr(old, 'reconfigure'):
            old.reconfigure(line_buffering=True)
            if os.name == 'nt' and sys.flags.ignore_environment:
                # -E has ignored PYTHONIOENCODING, too.
                old.reconfigure(encoding='utf-8', errors='surrogateescape')
            return
        encoding, errors = old.encoding, old.errors
        is_chosen = os.environ.get('PYTHONIOENCODING') and not sys.flags.ignore_environment
        if encoding in ('ascii', 'ANSI_X3.4-1968') and not is_chosen:
            encoding, errors = 'utf-8', 'backslashreplace'  # the C locale, where its fix was ignored
        sys.stdout = sys.__stdout__ = io.TextIOWrapper(
            binary, encoding, errors, line_buffering=True)
        sys.stdout.mode = 'w'
        SAVED_STREAMS['replaced'] = old  # If it were collected it would close the descriptor.


if PY2:
    from thread import get_ident as thread_id

    class LineStream(object):
        """Writes each line at once and as one piece, although `print` gives it in several.

        A file does one or the other: with a buffer it keeps lines back, and without one the lines of
        threads and processes get mixed. Nor can the encoding of a file be set that Python did not
        make itself.
        """

        PIECES, LONGEST = 100, 8192  # how much of a line is kept back
        mode = 'w'
        name = '<stdout>'
        closed = False
        softspace = 0
        newlines = None

        def __init__(self, descriptor, encoding, errors):
            self.descriptor = descriptor
            self.encoding = encoding
            self.errors = errors
            self.started = {}  # thread -> the pieces of its line

        def write(self, text):
            if isinstance(text, unicode):
                text = text.encode(self.encoding, self.errors or 'strict')
            elif not isinstance(text, str):
                text = str(buffer(text))
            if self.closed:
                raise ValueError('I/O operation on closed file')
            if text[-1:] == '\n':
                # `print` does so afterwards, unless it is interrupted.
                self.softspace = 0
            started = self.started.setdefault(thread_id(), [])
            if '\n' not in text and len(started) < self.PIECES and len(text) < self.LONGEST:
                started.append(text)
                return
            end = text.rfind('\n') + 1 or len(text)
            pieces, started[:] = ''.join(started) + text[:end], [text[end:]]
            self.write_out(pieces)

        def write_out(self, text):
            while text:
                try:
                    text = text[os.write(self.descriptor, text):]
                except EnvironmentError as error:
                    if error.errno not in (4, 11):  # interrupted; a pipe that does not wait is full
                        raise IOError(*error.args)
                    if error.errno == 11:
                        sleep(0.001)

        def writelines(self, lines):
            for line in lines:
                self.write(line)

        def flush(self):
            if self.closed:
                raise ValueError('I/O operation on closed file')
            for thread in list(self.started):
                pieces, self.started[thread] = self.started.pop(thread), []
                self.write_out(''.join(pieces))

        def close(self):
            if not self.closed:
                self.flush()
                self.closed = True

        def fileno(self):
            return self.descriptor

        def isatty(self):
            return os.isatty(self.descriptor)

        def __enter__(self):
            return self

        def __exit__(self, *exception):
            self.close()

        def __iter__(self):
            return self

        def next(self):
            raise IOError('File not open for reading')

        read = readline = readlines = next

        def __repr__(self):
            return "<open file '<stdout>', mode 'w'>"


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
        elif hasattr(SAVED_STREAMS[name], 'reconfigure'):
            safely(restore_settings, name)


def restore_settings(name):
    """Undoes a `reconfigure()`."""
    stream, (encoding, errors, _) = SAVED_STREAMS[name], SAVED_SETTINGS[name]
    if (stream.encoding, stream.errors) != (encoding, errors):
        stream.reconfigure(encoding=encoding, errors=errors)


def replace_stream(number, name):
    closed = SAVED_STREAMS[name]
    try:
        SAVED_STREAMS[name] = reopen(number, name)
    except (EnvironmentError, ImportError):
        return  # The descriptor is gone as well, or this is Jython, which has no `fcntl`.
    CLOSED_STREAMS.append(closed)
    setattr(sys, name, SAVED_STREAMS[name])
    if getattr(sys, '__%s__' % name, None) is closed:
        setattr(sys, '__%s__' % name, SAVED_STREAMS[name])


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
    except ValueError:
        return True  # `detach()` has taken its buffer
    except:
        return False


def is_gone(descriptor):
    try:
        os.fstat(descriptor)
        return False
    except EnvironmentError as error:
        return error.errno == 9


def reopen(number, name):
    """A stream like the one from the start, which is of no more use."""
    encoding, errors, binary = SAVED_SETTINGS[name]
    mode = 'r' if number == 0 else 'w'
    if PY2:
        if number == 1 and encoding and not os.isatty(1):
            return LineStream(1, encoding, errors)
        # A copy that no `os.closerange(3, 256)` closes: 2.7 has no `closefd`.
        return os.fdopen(move_up(number), mode, 1)
    else:
        if binary is not None and not is_closed(binary):
            # It may have read more than user code has taken.
            stream = import_own('io').TextIOWrapper(binary, encoding, errors, line_buffering=True)
            stream.mode = mode
            return stream
        return open(number, mode, 1, encoding, errors, closefd=False)


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


# What a write to a pipe without a reader fails with: EPIPE, on Windows EINVAL.
BROKEN_PIPE = (22, 32) if os.name == 'nt' else (32,)


def is_output_closed(errors):
    """Flushes, and returns whether the reader of standard output is gone (`hotload lib | head`)."""
    for error in errors + flush_streams():
        is_broken_pipe = safely(getattr, error[1], 'errno') in BROKEN_PIPE
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
