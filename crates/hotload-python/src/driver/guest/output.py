# What a run prints goes to the host and to hotload, without ever making the host wait.
# Uses: base, channel, interruption, json, own_channel, streams, turns

OUTPUT = {'to': 'both', 'dropped': 0}  # to: `both`, `host` or `here`


# LATER

restore_own_streams = restore_streams


def restore_streams():
    """The streams of each run are those that the host has when it begins."""


is_own_output_closed = is_output_closed


def is_output_closed(errors):
    flush_streams()
    return False


class Tee(object):
    """A stream of the host's that hotload gets, too, line by line."""

    def __init__(self, stream, is_error):
        self.__dict__.update(stream=stream, is_error=is_error, line=[])

    def write(self, text):
        written = None
        if GUEST.is_running and text:
            GUEST.loop.begin_output()
        if self.stream is not None and (OUTPUT['to'] != 'here' or not CHANNEL.is_open):
            written = self.stream.write(text)
        if OUTPUT['to'] != 'host' and CHANNEL.is_open:
            self.line.append(text)
            if '\n' in text or len(self.line) > 100:
                self.send_line()
        if written is None and not PY2:
            written = len(text)
        return written

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        self.send_line()
        if hasattr(self.stream, 'flush'):
            self.stream.flush()

    def send_line(self):
        if self.line:
            pieces = self.line[:]
            del self.line[:]
            send_output(u''.join([text_of(piece) for piece in pieces]), self.is_error)

    def __getattr__(self, name):
        return getattr(self.stream, name)

    def __setattr__(self, name, value):
        if name in ('stream', 'line') or self.stream is None:
            self.__dict__[name] = value
        else:
            setattr(self.stream, name, value)

    def __iter__(self):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.flush()


def send_output(text, is_error):
    for start in range(0, len(text), 16384):
        piece = text[start:start + 16384]
        if len(CHANNEL.unsent) > MOST_OUTPUT:
            OUTPUT['dropped'] += len(piece)
        else:
            send_message(CHANNEL, {'reply': 'printed', 'text': piece, 'is_error': is_error})
    raise_late_interrupt()


def report_dropped():
    """Says how much of a run's output was not sent."""
    if OUTPUT['dropped']:
        send_message(CHANNEL, {'reply': 'output_dropped', 'characters': OUTPUT['dropped']})
        OUTPUT['dropped'] = 0


class NoInput(object):
    """Standard input of a run at a prompt that reads the keyboard itself."""

    encoding = 'utf-8'
    closed = False

    def refuse(self, *arguments):
        raise EOFError('a run at a prompt cannot read the keyboard: the prompt is reading it')

    read = readline = readlines = __iter__ = next = __next__ = refuse

    def isatty(self):
        return False

    def flush(self):
        pass
