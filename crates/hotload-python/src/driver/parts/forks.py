# A fork that comes back out of user code would be a second driver on the same connection.

# LATER


def end_fork(errors):
    """Ends the copy of this process as plain Python would end."""
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
