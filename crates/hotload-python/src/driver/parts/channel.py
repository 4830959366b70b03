# The connection to hotload. A frame is four bytes of length, big-endian, then JSON in ASCII.
# Uses: base, imports, json, shim


class Channel(object):
    """The connection, where user code does not come across it.

    `os.closerange(3, 256)` is common, after which the user's own file could get the number of a closed
    descriptor. So the connection gets a high number, and its device and inode are checked before each
    use. Where descriptors are not numbers, and on Windows, the socket stays as it is.
    """

    descriptor = None

    def __init__(self, connection, received):
        self.connection = connection
        self.received = received
        self.is_socket = connection.fileno() is not None
        if os.name == 'posix' and isinstance(connection.fileno(), int):
            self.descriptor = move_up(connection.fileno())
            self.identity = identity_of(self.descriptor)
            connection.close()

    def transfer(self, with_descriptor, with_socket, argument):
        while True:
            try:
                if self.descriptor is None:
                    return with_socket(argument)
                if identity_of(self.descriptor) != self.identity:
                    raise EnvironmentError('the connection to hotload was closed by user code')
                return with_descriptor(self.descriptor, argument)
            except EnvironmentError as error:
                # A signal: 2.7 does not try again by itself.
                if error.errno != 4:
                    raise

    def take(self, size):
        while len(self.received) < size:
            more = self.transfer(os.read, self.connection.recv, 65536)
            if not more:
                return None
            self.received += more
        taken = self.received[:size]
        self.received = self.received[size:]
        return taken

    def receive(self):
        """The next message, or None if hotload is gone."""
        size = 0
        for byte in bytearray(self.take(4) or []):
            size = size << 8 | byte
        text = self.take(size)
        if not text:
            return None
        return json_load(text.decode('ascii'))

    def report(self, frame):
        """Sends a short message before there can be another thread that sends."""
        self.transfer(os.write, self.connection.send, frame.encode('ascii'))


def identity_of(descriptor):
    found = os.fstat(descriptor)
    return found.st_dev, found.st_ino


def move_up(descriptor):
    """A copy of the descriptor with a high number, which programs do not inherit."""
    if PY2:
        if os.name == 'nt':
            return os.dup(descriptor)
        import fcntl
        for number in (900, 240, 3):
            try:
                high = fcntl.fcntl(descriptor, fcntl.F_DUPFD, number)
            except EnvironmentError:
                continue  # above this process's limit
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
                    break  # above this process's limit
    return os.dup(descriptor)


CHANNEL = Channel(CONNECTION, RECEIVED)


# LATER

if PY2:
    THREADS = import_own('thread')
else:
    THREADS = import_own('_thread')
get_ident = THREADS.get_ident
SEND_LOCK = THREADS.allocate_lock()


def send_message(channel, message):
    """Writes one frame, whatever other threads have to send."""
    if STATE.sending == get_ident():
        return  # An interrupt in the middle of a message: whoever pressed the key will press it again.
    with SEND_LOCK:
        STATE.sending = get_ident()
        try:
            write_frame(channel, message)
        finally:
            STATE.sending = None


def write_frame(channel, message):
    text = json_dump(message).encode('ascii')
    size = len(text)
    header = bytearray([size >> 24 & 255, size >> 16 & 255, size >> 8 & 255, size & 255])
    data = bytes(header) + text
    while data:
        data = data[channel.transfer(os.write, channel.connection.send, data):]
