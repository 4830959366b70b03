# For a host that swallows what is printed: it goes to the host's console or, if there is none, to
# hotload.
# Uses: base, channel, json, streams

OUTPUT = '@OUTPUT@'  # `console`, or `channel` for hotload
PRINTED = []  # since the last message


class ToHotload(object):
    """A stream whose text goes to hotload with the next message."""

    encoding = 'utf-8'
    errors = 'backslashreplace'
    closed = False

    def write(self, text):
        PRINTED.append(text)
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        pass

    def isatty(self):
        return False


def is_console(stream):
    try:
        os.fstat(stream.fileno())
        stream.flush()
        return True
    except Exception:
        return False


prepare_plain_streams = prepare_streams


def prepare_streams():
    for name in ('stdout', 'stderr'):
        console = getattr(sys, '__' + name + '__', None)
        if OUTPUT == 'channel' or not is_console(console):
            console = ToHotload()
        setattr(sys, name, console)
    prepare_plain_streams()


# LATER

send_plain_message = send_message


def send_message(channel, message):
    """Sends what was printed, then the message."""
    if PRINTED:
        text = ''.join([text_of(part) for part in PRINTED])
        del PRINTED[:]
        send_plain_message(channel, {'reply': 'printed', 'text': text})
    send_plain_message(channel, message)
