# Frames from hotload: four bytes of length, big-endian, then JSON in ASCII.


class Channel(object):
    """The connection to hotload, out of the way of user code.

    `os.closerange(3, 256)` is common; the descriptor's number could then come back as the user's
    own file. So the connection gets a high number, and is known again by device and inode before
    each use. Where descriptors are no numbers, and on Windows, the socket stays as it is.
    """

    descriptor = None

    def __init__(self, connection, received):
        self.connection = connection
        self.received = received
        if os.name == 'posix' and isinstance(connection.fileno(), int):
            self.descriptor = move_up(connection.fileno())
            self.identity = identity_of(self.descriptor)
            connection.close()

    def transfer(self, with_descriptor, with_socket, argument):
        while 1:
            try:
                if self.descriptor is None:
                    return with_socket(argument)
                if identity_of(self.descriptor) != self.identity:
                    raise EnvironmentError('the connection to hotload was closed by user code')
                return with_descriptor(self.descriptor, argument)
            except EnvironmentError:
                # A signal: 2.7 does not go on by itself.
                if exc_info()[1].errno != 4:
                    raise

    def take(self, size):
        while len(self.received) < size:
            more = self.transfer(os.read, self.connection.recv, 65536)
            if not more:
                return None
            self.received = self.received + more
        taken = self.received[:size]
        self.received = self.received[size:]
        return taken

    def receive(self):
        """The next message, or None when hotload is gone."""
        size = 0
        for byte in bytearray(self.take(4) or []):
            size = size << 8 | byte
        text = self.take(size)
        if not text:
            return None
        return json_load(text.decode('ascii'))

    def tell_up(self):
        """Says that this program runs: the frame of a reply."""
        frame = '\0\0\0\x0e{"reply":"up"}'.encode('ascii')
        self.transfer(os.write, self.connection.send, frame)


def identity_of(descriptor):
    found = os.fstat(descriptor)
    return (found.st_dev, found.st_ino)


def move_up(descriptor):
    """A copy of the descriptor with a high number, not inherited by programs."""
    if PY2:
        import fcntl
        for number in (900, 240, 3):
            try:
                high = fcntl.fcntl(descriptor, fcntl.F_DUPFD, number)
            except EnvironmentError:
                continue  # over the limit of this process
            fcntl.fcntl(high, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
            return high
    else:
        for number in range(900, 890, -1):
            try:
                os.fstat(number)
            except OSError:
                try:
                    os.dup2(descriptor, number, False)
                    return number
                except OSError:
                    break  # over the limit of this process
    return os.dup(descriptor)
