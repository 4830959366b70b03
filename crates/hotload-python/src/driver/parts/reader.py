# On Windows nothing from outside can interrupt what runs. So a thread reads what hotload sends, and
# interrupts the main thread when that is what hotload asks for.
# Uses: base, channel, interrupts, shim

if PY2:
    import thread as READING
else:
    import _thread as READING


class Requests(object):
    """The requests that a thread has read, for the main thread to take."""

    is_waiting = False  # whether the main thread has nothing to do

    def __init__(self, channel):
        self.receive = channel.receive
        self.arrived = []
        self.something = READING.allocate_lock()  # can be acquired once something has arrived
        self.something.acquire()
        channel.receive = self.take
        READING.start_new_thread(self.read, ())

    def read(self):
        is_open = True
        while is_open:
            try:
                request = self.receive()
            except EnvironmentError:
                request = exc_info()[1]
            is_open = isinstance(request, dict)
            if is_open and request['op'] == 'interrupt':
                self.interrupt()
                continue
            self.arrived.append(request)
            if self.something.locked():
                self.something.release()

    def interrupt(self):
        if self.arrived:
            # For a step that has not begun.
            INTERRUPTS.append(signal.SIGINT)
        elif not self.is_waiting:
            raise_interrupt()

    def take(self):
        while not self.arrived:
            self.is_waiting = True
            self.something.acquire()
            self.is_waiting = False
        request = self.arrived.pop(0)
        if isinstance(request, EnvironmentError):
            raise request
        return request


def raise_interrupt():
    try:
        # Wakes `time.sleep`, too.
        signal.raise_signal(signal.SIGINT)
    except AttributeError:
        READING.interrupt_main()  # up to 3.7


if CHANNEL.is_socket:
    Requests(CHANNEL)
    STATE.reads = True
