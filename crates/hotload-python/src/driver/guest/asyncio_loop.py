# asyncio: a loop that is running watches the connection. So do Jupyter kernels and `python -m asyncio`.
# Uses: base, channel, error_reports, loops, prompt_line, turns


class AsyncioLoop(Loop):

    name = 'asyncio'

    def __init__(self, loop):
        self.loop = loop

    def start(self):
        self.descriptor = CHANNEL.fileno()
        # `python -m asyncio` has its prompt in another thread.
        self.line = PromptLine() if hasattr(sys, 'ps1') and self.host is None else None
        self.loop.add_reader(self.descriptor, GUEST.turn)

    def begin_output(self):
        if self.line is not None:
            self.line.clear()

    def end_run(self):
        if self.line is not None:
            self.line.draw()

    def stop(self):
        self.loop.remove_reader(self.descriptor)

    def come_again(self):
        self.loop.call_later(RETRY, GUEST.turn)


def find_asyncio():
    events = sys.modules.get('asyncio.events')
    running = getattr(events, '_get_running_loop', None)
    loop = running() if running is not None else None
    if loop is None or not hasattr(loop, 'add_reader'):
        return None
    return kernel_or(AsyncioLoop(loop))


def kernel_or(loop):
    """The loop, with the name of the kernel if it is one."""
    if is_kernel():
        loop.host = 'Jupyter kernel'
    return loop


def is_kernel():
    ipython = sys.modules.get('IPython')
    shell = safely(lambda: ipython.get_ipython()) if ipython is not None else None
    return hasattr(shell, 'kernel')


class TornadoLoop(Loop):
    """That of older Jupyter kernels, which have a prompt's name but no prompt."""

    name = 'tornado'
    host = 'Jupyter kernel'

    def __init__(self, loop):
        self.loop = loop

    def start(self):
        self.descriptor = CHANNEL.fileno()
        self.loop.add_handler(self.descriptor, GUEST.turn, self.loop.READ)

    def stop(self):
        self.loop.remove_handler(self.descriptor)

    def come_again(self):
        self.loop.add_timeout(time.time() + RETRY, GUEST.turn)


def find_tornado():
    module = sys.modules.get('tornado.ioloop', sys.modules.get('zmq.eventloop.ioloop'))
    if module is None or not is_kernel():
        return None
    return TornadoLoop(module.IOLoop.instance())
