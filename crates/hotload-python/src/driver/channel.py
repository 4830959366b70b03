# Frames to and from hotload: four bytes of length, big-endian, then JSON in ASCII.


class SocketChannel(object):
    """Frames over the socket as it is: where descriptors are no numbers, and on Windows."""

    def __init__(self, connection, received):
        self.connection = connection
        self.received = received

    def read(self):
        return self.connection.recv(65536)

    def write(self, data):
        self.connection.sendall(data)

    def send(self, message):
        text = json_dump(message).encode('ascii')
        size = len(text)
        header = bytearray([size >> 24 & 255, size >> 16 & 255, size >> 8 & 255, size & 255])
        self.write(bytes(header) + text)

    def receive(self):
        """The next message, or None when hotload is gone."""
        header = self.take(4)
        if header is None:
            return None
        size = 0
        for byte in bytearray(header):
            size = size << 8 | byte
        text = self.take(size)
        if text is None:
            return None
        return json_load(text.decode('ascii'))

    def take(self, size):
        while len(self.received) < size:
            more = self.read()
            if not more:
                return None
            self.received = self.received + more
        taken = self.received[:size]
        self.received = self.received[size:]
        return taken


class DescriptorChannel(SocketChannel):
    """Frames over a descriptor that user code is unlikely to close.

    `os.closerange(3, 256)` is common; the number could then come back as the user's own file.
    So the socket is moved out of the way, and known again by device and inode before each use.
    """

    def __init__(self, connection, received):
        SocketChannel.__init__(self, connection, received)
        self.descriptor = move_up(connection.fileno())
        self.identity = identity_of(self.descriptor)
        connection.close()

    def check(self):
        if identity_of(self.descriptor) != self.identity:
            raise EnvironmentError('the connection to hotload was closed by user code')

    def read(self):
        while 1:
            self.check()
            try:
                return os.read(self.descriptor, 65536)
            except EnvironmentError:
                # A signal: 2.7 does not go on by itself.
                if sys.exc_info()[1].errno != 4:
                    raise

    def write(self, data):
        while data:
            self.check()
            try:
                data = data[os.write(self.descriptor, data):]
            except EnvironmentError:
                if sys.exc_info()[1].errno != 4:
                    raise


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


def open_channel(connection, received):
    if os.name == 'posix' and isinstance(connection.fileno(), int):
        return DescriptorChannel(connection, received)
    return SocketChannel(connection, received)
