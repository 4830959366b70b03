# The standard streams: line by line also when piped.

STREAMS = ('stdin', 'stdout', 'stderr')
SAVED_STREAMS = {}
SAVED_DESCRIPTORS = {}  # number -> a copy of it, and what file that is


def prepare_streams():
    """Makes piped output come line by line, and keeps the streams for later steps."""
    try:
        if sys.stdout is sys.__stdout__ and not sys.stdout.isatty():
            write_line_by_line()
    except Exception:
        pass  # A host's own stream, without one of these methods: its business.
    for number, name in enumerate(STREAMS):
        SAVED_STREAMS[name] = getattr(sys, name, None)
        try:
            SAVED_DESCRIPTORS[number] = move_up(number), identity_of(number)
        except Exception:
            pass  # closed, or no number here
    if hasattr(os, 'register_at_fork'):
        os.register_at_fork(after_in_child=close_copies)


def close_copies():
    """Nobody who reads the output is to wait for a daemon that has closed its streams."""
    for copy, identity in SAVED_DESCRIPTORS.values():
        try:
            if identity_of(copy) == identity:
                os.close(copy)
        except EnvironmentError:
            pass  # closed by user code
    SAVED_DESCRIPTORS.clear()


def write_line_by_line():
    if PY2:
        # PYTHONUNBUFFERED has done it, unless the environment was ignored.
        if sys.flags.ignore_environment or 'PYTHONUNBUFFERED' not in os.environ:
            sys.stdout = sys.__stdout__ = EncodingStream(os.fdopen(move_up(1), 'w', 1))
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
        encoding, errors = old.encoding, old.errors
        if encoding in ('ascii', 'ANSI_X3.4-1968'):
            encoding, errors = 'utf-8', 'backslashreplace'  # the C locale, its remedy ignored
        sys.stdout = sys.__stdout__ = io.TextIOWrapper(
            binary, encoding, errors, line_buffering=True)
        sys.stdout.mode = 'w'
        SAVED_STREAMS['replaced'] = old  # Closes the descriptor if it is collected.


if PY2:
    class EncodingStream(object):
        """A file that takes Unicode: Python can name the encoding of its own streams only."""

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
