# A fork that returns from user code would be a second driver on the same connection.
# Uses: base, streams

# LATER


def end_fork(errors):
    """Ends this copy of the process the way plain Python would."""
    status = 0
    if errors:
        status = 1
        if isinstance(errors[0][1], SystemExit):
            status = errors[0][1].code
            if not isinstance(status, int):
                status = int(status is not None)
        else:
            sys.excepthook(*errors[0])
    flush_streams()
    os._exit(status)
