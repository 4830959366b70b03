# The loop: one request, one reply.

DEPTH = min(sys.getrecursionlimit(), 1000)


class Driver(object):

    modules = {}  # target -> the name that its module has
    target = None  # whose sys.path[0] is in force
    arguments = []
    has_quit = False

    def __init__(self, channel):
        self.channel = channel
        self.pid = getpid()

    def serve(self):
        try:
            self.serve_until_quit()
        except EnvironmentError:
            load_later()
            leave_last_words()  # hotload, if it is still there, starts another

    def serve_until_quit(self):
        while not self.has_quit:
            WHEN_IDLE[0] = self.tell_of_interrupt
            request = self.channel.receive()
            WHEN_IDLE[0] = None
            if request is None:
                self.has_quit = True
            elif request['op'] == 'setup':
                self.set_up(request)
            elif request['op'] == 'quit':
                self.has_quit = True
                self.send({'reply': 'bye'})
                watch_exit()
            else:
                if 'module' in request:
                    self.send(self.run(self.step_of(request)))
                    if request['op'] == 'reload':
                        tell_leftovers(self)
                else:
                    load_later()
                    serve_other(self, request)
                # What came for that step comes too late; from here on it is told.
                WHEN_IDLE[0] = self.tell_of_interrupt
                del INTERRUPTS[:]

    def tell_of_interrupt(self):
        # Ctrl-C comes here alone when a thread of user code has asked for the terminal.
        self.send({'reply': 'interrupted'})

    def send(self, message):
        load_later()
        send_message(self.channel, message)

    def set_up(self, request):
        prepare_streams()
        prepare_last_words(request['last_words'])
        for name in request['unset']:
            if name in os.environ:
                del os.environ[name]
        clean_main()
        prepare_interrupts()
        SOURCES.roots = [os.path.normcase(root) for root in request['roots']]
        self.arguments = request['arguments']
        NAMES['NATIVE'] = request['native']
        targets = request['targets']
        import_before_user_files(request['folders'])
        replace_shim_folder(request['shim_folder'], request['folders'])
        for target in targets:
            if target['file'] is not None:
                self.add_target(target['module'], target['file'], target['package'])
        self.channel.tell_up()
        if request['wants_files']:
            load_later()
            self.send({'reply': 'found', 'files': find_targets(self, targets)})
        install_finder()

    def add_target(self, module, file, package):
        name = free_name(module)
        self.modules[module] = name
        SOURCES.targets[name] = (file, package)
        SOURCES.named[file] = name

    def step_of(self, request):
        """What a request asks for, as `run` takes it; None in a module that is not loaded."""
        SOURCES.changed = request.get('changed')
        if request['op'] == 'preload':
            load_later()
            prepare_preload(self, request)
        module = self.modules[request['module']]
        was_loaded = module in sys.modules
        if request['op'] in ('call', 'exec') and not was_loaded:
            return None
        self.turn_to(module, request['folder'])
        if request['op'] == 'reload':
            return 'reload', was_loaded, load_target, (module,)
        load_later()
        return (request['op'], was_loaded) + other_action(module, request)

    def run(self, step):
        """Runs a step and says how it ended."""
        if step is None:
            return {'reply': 'result', 'outcome': 'skipped', 'what': 'not loaded'}
        op, was_loaded, action, arguments = step
        if 'later' in LOADED:
            restore_streams()
        if FINDER not in sys.meta_path:
            install_finder()
        errors = []
        RUNNING.append(op)
        run_user_code(action, arguments, errors)
        if sys.getrecursionlimit() < DEPTH:
            # Too low for what comes now, and for the next step's imports.
            sys.setrecursionlimit(DEPTH)
        load_later()
        if getpid() != self.pid:
            end_fork(errors)
        return describe_step(errors, op, was_loaded)

    def turn_to(self, module, folder):
        """Lets a target see the sys.argv and sys.path[0] that are its own."""
        sys.argv = [SOURCES.targets.get(module, [''])[0]] + self.arguments
        if self.target == module:
            return
        self.target = module
        put_first(folder)


def put_first(folder):
    if sys.path[:1] != [folder]:
        if folder in sys.path:
            sys.path.remove(folder)
        sys.path.insert(0, folder)


def clean_main():
    """Leaves nothing of the shim in `__main__`: multiprocessing's children would run it."""
    names = ['__cached__', 'os', 'sys']
    if os.name != 'java':  # Jython takes it out itself, at the end.
        names.append('__file__')
    for name in list(MAIN):
        if name in names or name.startswith('_hotload'):
            del MAIN[name]
    if not PY2:
        if '__loader__' in MAIN:
            MAIN['__loader__'] = bootstrap.BuiltinImporter  # as under `python -c`
            MAIN['__spec__'] = None


def import_before_user_files(folders):
    """Imports what the driver will need where a user's file would come in its place.

    A `token.py` or `types.py` beside the target is what every import of that name finds, and
    without the real ones no traceback can be made.
    """
    library = os.path.dirname(os.__file__)
    for folder in folders:
        try:
            names = os.listdir(folder)
        except EnvironmentError:
            continue  # not to be listed, but imports may find what they know by name
        for name in names:
            # Packages shadow as well, and whatever the library's own form is.
            stem = os.path.join(library, name.partition('.')[0])
            if os.path.exists(stem + '.py') or os.path.exists(os.path.join(stem, '__init__.py')):
                import binascii, importlib, select, traceback
                return


def replace_shim_folder(shim_folder, folders):
    # Where Python was started with the shim as its script, the shim's folder is first. Where it was
    # not (-I, -P, hosts), nothing has to go.
    if sys.path[:1] == [shim_folder] or sys.path and os.path.realpath(
            sys.path[0] or '.') == os.path.realpath(shim_folder):
        del sys.path[0]
    STARTED['path'], STARTED['finders'] = sys.path[:], sys.meta_path[:]
    for folder in reversed(folders):
        if folder not in sys.path[:len(folders)]:
            sys.path.insert(0, folder)


if hasattr(sys, 'unraisablehook'):
    def note_unraisable(unraisable):
        load_later()
        report_unraisable(unraisable)

    def note_thread(arguments):
        load_later()
        report_thread(arguments)

    sys.unraisablehook = note_unraisable
    if 'threading' in sys.modules:
        sys.modules['threading'].excepthook = note_thread


CHANNEL = Channel(CONNECTION, RECEIVED)
if PY2:
    # A host may import the shim and hold the lock of imports: threads of user code would hang.
    held = 0
    while imp.lock_held():
        imp.release_lock()
        held = held + 1
Driver(CHANNEL).serve()
if PY2:
    for _ in range(held):
        imp.acquire_lock()


# LATER

# What hotload asks for beside steps in a module.


def serve_other(driver, request):
    if request['op'] == 'prepare':
        need('errors')
    elif request['op'] == 'compile':
        # Nothing where user code has broken what that needs.
        driver.send({'reply': 'compiled', 'parts': safely(compiled) or {}})
    else:
        serve_launched(driver, request)


def compiled():
    """The code of all parts, for the next start of this Python."""
    binascii, codes = import_own('binascii'), {}
    for name in PARTS:
        code = binascii.b2a_base64(DUMP(CODE_OF(PARTS[name])))
        codes[name] = PlainText(code.decode('ascii').rstrip())
    return codes
