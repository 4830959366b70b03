# IPython in a terminal: its prompt has event loops of others called, under a name.
# Uses: asyncio_loop, base, channel, error_reports, imports, loops, turns


class IPythonLoop(Loop):

    name = "IPython's prompt"
    host = 'IPython'
    has_input = False

    def __init__(self, shell, hooks):
        self.shell, self.hooks = shell, hooks

    def start(self):
        self.hooks.register('hotload', self.hook)
        self.shell.enable_gui('hotload')

    def stop(self):
        if self.shell.active_eventloop == 'hotload':
            self.shell.enable_gui(None)

    def hook(self, context):
        select = import_own('select').select
        if GUEST.queue:
            GUEST.turn()
        while GUEST.is_joined and not context.input_is_ready():
            ready = select([context.fileno(), CHANNEL.fileno()], [], [])[0]
            if context.fileno() in ready:
                return
            GUEST.turn()


def find_ipython():
    module = sys.modules.get('IPython')
    shell = safely(lambda: module.get_ipython()) if module is not None else None
    hooks = sys.modules.get('IPython.terminal.pt_inputhooks')
    if hooks is None or not hasattr(shell, 'enable_gui') or is_kernel():
        return None
    if getattr(shell, 'active_eventloop', None) not in (None, 'hotload'):
        return None  # `%gui qt`: that loop is turned at the prompt, and can be used itself
    return IPythonLoop(shell, hooks)
