# The standard streams, back in place before each step and written out after it.


def restore_streams():
    """Undoes what an earlier step did to the streams: replaced, deleted or closed them."""
    for number, name in enumerate(STREAMS):
        stream = SAVED_STREAMS[name]
        if is_closed(stream):
            try:
                stream = SAVED_STREAMS[name] = reopen(number, stream)
            except (EnvironmentError, ImportError):  # Jython has no `fcntl`
                pass  # The descriptor is gone as well: nothing left to open.
        setattr(sys, name, stream)


def is_closed(stream):
    try:
        if stream is None or stream.closed is True:
            return stream is not None
        os.fstat(stream.fileno())
        return False
    except EnvironmentError:
        return exc_info()[1].errno == 9  # a copy, which `os.closerange` has closed
    except:
        return False


def reopen(number, stream):
    mode = 'w'
    if number == 0:
        mode = 'r'
    if PY2:
        # A copy that no `os.closerange(3, 256)` closes: 2.7 knows no `closefd`.
        return os.fdopen(move_up(number), mode, 1)
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
            except:
                errors.append(exc_info())
    return errors


def is_output_closed(errors):
    """Flushes, and says whether nobody reads standard output any more (`hotload lib | head`)."""
    for error in errors + flush_streams():
        if safely(getattr, error[1], 'errno') == 32 and has_lost_reader(1):
            # So that what is still buffered makes no noise at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            return True
    return False


def has_lost_reader(descriptor):
    try:
        select = import_own('select')
        poll = select.poll()
        poll.register(descriptor, 0)
        return bool(poll.poll(0))
    except Exception:
        return True  # no `poll` here: the broken pipe is most likely this one
