# The loop: one request, one reply.


class Driver(object):

    def __init__(self, channel):
        self.channel = channel
        self.pid = os.getpid()
        self.modules = {}  # target -> the name that its module has
        self.target = None
        self.arguments = []

    def serve(self):
        while 1:
            request = self.channel.receive()
            if request is None:
                return
            operation = request['op']
            if operation == 'quit':
                self.channel.send({'reply': 'bye'})
                return
            if operation == 'setup':
                self.channel.send(self.set_up(request))
            else:
                self.channel.send(self.run(operation, request))

    def set_up(self, request):
        prepare_streams()
        for name in request['unset']:
            if name in os.environ:
                del os.environ[name]
        clean_main()
        prepare_interrupts()
        SOURCES.roots = [os.path.normcase(root) for root in request['roots']]
        self.arguments = request['arguments']
        import_before_user_files([target['folder'] for target in request['targets']])
        self.replace_shim_folder(request)
        files = []
        for target in request['targets']:
            found = (target['file'], target['package'])
            if found[0] is None:
                found = find_file(target['module'])
            if found is None:
                files.append(None)
                continue
            name = free_name(target['module'], found[0])
            self.modules[target['module']] = name
            SOURCES.targets[name] = found
            SOURCES.named[found[0]] = name
            files.append(found[0])
        install_finder()
        return {
            'reply': 'ready',
            'targets': files,
            'executable': sys.executable,
            'prefix': sys.prefix,
            'encoding': sys.getfilesystemencoding(),
        }

    def replace_shim_folder(self, request):
        # Where Python was started with the shim as its script, the shim's folder is first. Where
        # it was not (-I, -P, hosts), nothing has to go.
        shim_folder = os.path.realpath(request['shim_folder'])
        if sys.path and os.path.realpath(sys.path[0] or '.') == shim_folder:
            del sys.path[0]
        folders = []
        for target in request['targets']:
            if target['folder'] not in folders:
                folders.append(target['folder'])
        sys.path[:0] = folders

    def run(self, operation, request):
        module = self.modules[request['module']]
        if operation != 'reload' and module not in sys.modules:
            return {'reply': 'result', 'outcome': 'skipped', 'what': 'not loaded'}
        restore_streams()
        self.turn_to(module, request)
        if operation == 'reload':
            action, arguments = load_target, (module,)
        elif operation == 'call':
            action, arguments = call_in, (module, request['function'])
        else:
            action, arguments = execute_in, (module, request['code'])
        errors = []
        run_user_code(action, arguments, errors)
        if os.getpid() != self.pid:
            end_fork(errors)
        result = describe_outcome(errors)
        result['reply'] = 'result'
        result['output_closed'] = is_output_closed(errors)
        del errors[:]
        SOURCES.broken = None
        result['sources'] = SOURCES.take_read()
        return result

    def turn_to(self, module, request):
        """Lets a target see the sys.argv and sys.path[0] that are its own."""
        if self.target == module or module not in SOURCES.targets:
            return
        self.target = module
        sys.argv = [SOURCES.targets[module][0]] + self.arguments
        folder = request['folder']
        if sys.path[:1] != [folder]:
            if folder in sys.path:
                sys.path.remove(folder)
            sys.path.insert(0, folder)


def clean_main():
    """Leaves nothing of the shim in `__main__`: multiprocessing's children would run it."""
    for name in ('__file__', '__cached__', '_hotload_shim', 'os', 'sys'):
        MAIN.pop(name, None)
    if '__loader__' in MAIN and not PY2:
        MAIN['__loader__'] = bootstrap.BuiltinImporter  # as under `python -c`
        MAIN['__spec__'] = None


def import_before_user_files(folders):
    """Imports what the driver will need where a user's file would come in its place.

    A `token.py` or `types.py` beside the target is what every import of that name finds, and
    without the real ones no traceback can be made.
    """
    library = os.path.dirname(os.__file__)
    for folder in folders:
        for name in os.listdir(folder):
            if name.endswith('.py') and os.path.exists(os.path.join(library, name)):
                import binascii, importlib, select, traceback
                return


def end_fork(errors):
    """Ends the copy of this process when a fork comes back out of user code."""
    status = 0
    if errors:
        status = 1
        if isinstance(errors[0][1], SystemExit):
            status = errors[0][1].code
            if not isinstance(status, int):
                status = int(status is not None)
        else:
            sys.excepthook(*errors[0])
    flush_streams()
    os._exit(status)


Driver(open_channel(CONNECTION, RECEIVED)).serve()
