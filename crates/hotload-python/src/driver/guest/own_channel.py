# The connection of a guest: neither reading nor writing makes the host wait.
# Uses: base, channel, error_reports, imports, json

PLAIN_CHANNEL_CLASS = Channel

WOULD_BLOCK = (11, 35, 10035)  # on Linux, on macOS, on Windows

MOST_OUTPUT = 1 << 20  # bytes of output that wait to be sent; more is dropped


class GuestChannel(PLAIN_CHANNEL_CLASS):

    unsent = b''
    is_open = True
    is_reading = False

    def fileno(self):
        if self.descriptor is None:
            return self.connection.fileno()
        return self.descriptor

    def stop_blocking(self):
        if self.descriptor is None:
            self.connection.setblocking(False)
        else:
            fcntl = import_own('fcntl')
            flags = fcntl.fcntl(self.descriptor, fcntl.F_GETFL)
            fcntl.fcntl(self.descriptor, fcntl.F_SETFL, flags | os.O_NONBLOCK)

    def arrived(self):
        """The requests that are there; None once hotload is gone."""
        if self.is_reading:
            return []  # An interrupt in the middle of a read, which goes on.
        self.is_reading = True
        try:
            self.read_on()
        finally:
            self.is_reading = False
        requests = []
        while len(self.received) >= 4:
            size = 0
            for byte in bytearray(self.received[:4]):
                size = size << 8 | byte
            if len(self.received) < 4 + size:
                break
            text, self.received = self.received[4:4 + size], self.received[4 + size:]
            requests.append(json_load(text.decode('ascii')))
        return requests if self.is_open or requests else None

    def read_on(self):
        try:
            while self.is_open:
                more = self.transfer(os.read, self.connection.recv, 65536)
                self.received += more
                self.is_open = bool(more)
        except EnvironmentError as error:
            if error.errno not in WOULD_BLOCK:
                self.is_open = False

    def put(self, data):
        self.unsent += data
        self.send_on()

    def send_on(self):
        try:
            while self.unsent:
                sent = self.transfer(send_quietly, self.connection.send, self.unsent[:65536])
                self.unsent = self.unsent[sent:]
        except EnvironmentError as error:
            if error.errno not in WOULD_BLOCK:
                self.unsent, self.is_open = b'', False

    def close(self):
        self.is_open = False
        if self.descriptor is None:
            self.connection.close()
        elif safely(identity_of, self.descriptor) == self.identity:
            os.close(self.descriptor)


def send_quietly(descriptor, data):
    """Sends without SIGPIPE, which would end a host that does not ignore it."""
    socket = import_own('_socket')
    quietly = getattr(socket, 'MSG_NOSIGNAL', 0)
    if PY2:
        copy = socket.fromfd(descriptor, socket.AF_INET, socket.SOCK_STREAM)
        try:
            return copy.send(data, quietly)
        finally:
            copy.close()
    else:
        sender = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 0, descriptor)
        try:
            return sender.send(data, quietly)
        finally:
            sender.detach()


CHANNEL.__class__ = GuestChannel


# LATER

write_frame_and_wait = write_frame


def write_frame(channel, message):
    """Sends a message, or keeps it until hotload reads again."""
    text = json_dump(message).encode('ascii')
    size = len(text)
    header = bytearray([size >> 24 & 255, size >> 16 & 255, size >> 8 & 255, size & 255])
    channel.put(bytes(header) + text)


def send_rest():
    """Has what hotload has not read yet sent without the host, if there is any."""
    if CHANNEL.unsent and CHANNEL.is_open:
        THREADS.start_new_thread(wait_and_send, ())


def wait_and_send():
    block_signals()
    select = import_own('select').select
    while CHANNEL.unsent and CHANNEL.is_open:
        try:
            select([], [CHANNEL.fileno()], [], 1)
        except Exception:
            return  # closed meanwhile
        with SEND_LOCK:
            CHANNEL.send_on()


def block_signals():
    """Has the signals of the host go to its other threads, as GDB asks for."""
    block = getattr(import_own('signal'), 'pthread_sigmask', None)
    if block is not None:
        # 32 and 33 belong to the C library.
        safely(block, 0, [number for number in range(1, 65) if number not in (32, 33)])
