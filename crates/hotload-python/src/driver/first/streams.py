# The standard streams: line by line also when piped.

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
