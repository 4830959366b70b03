# What Python's own printer adds to a message: `Did you mean: 'colour'?`
#
# Only the printer knows it, so it is made to print. The one that is written in C prints to sys.stderr.
# Uses: base, channel, error_reports, imports


class Listener(object):
    """A stderr that records what this thread writes and passes on what others do."""

    def __init__(self, others, thread):
        self.others = others
        self.thread = thread
        self.heard = []

    def write(self, text):
        if get_ident() == self.thread:
            self.heard.append(text)
        else:
            self.others.write(text)

    def flush(self):
        pass


def suggestion_for(value):
    """The sentence after the message; None if there is none."""
    message = safely(str, value)
    printed = safely(with_own_imports, print_alone, value)
    if message is None or printed is None:
        return None
    line = printed.rpartition(message + '. ')[2]
    if line == printed:
        return None
    return line.partition('\n')[0] or None


def print_alone(value):
    """What the printer writes for an exception, without its frames."""
    limit = getattr(sys, 'tracebacklimit', None)
    stderr = sys.stderr
    listener = Listener(stderr, get_ident())
    try:
        sys.tracebacklimit = 0
        sys.stderr = listener
        sys.__excepthook__(type(value), value, None)
    finally:
        sys.stderr = stderr
        if limit is None:
            del sys.tracebacklimit
        else:
            sys.tracebacklimit = limit
    return ''.join(listener.heard)
