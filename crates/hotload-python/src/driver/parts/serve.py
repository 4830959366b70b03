# One request, one reply.
# Uses: actions, background, base, channel, environment, error_reports, finder, forks, graph
# Uses: hints, import_hotload, imports, interrupts, json, last_words, leftovers, main, observed
# Uses: old_classes, openings, rerun, reruns, results, shim, sources, stored_code, streams, targets
# Uses: test_programs, text_mode, watched

DEPTH = min(sys.getrecursionlimit(), 1000)


class Driver(object):

    modules = {}  # target -> the name that its module has
    link_folders = {}  # target that is a link -> its `sys.path[0]`, once that was another one
    target = None  # whose sys.path[0] is in force
    arguments = []
    has_quit = False
    has_sent = False

    def __init__(self, channel):
        self.channel = channel
        self.pid = getpid()

    def serve(self):
        try:
            self.serve_until_quit()
        except EnvironmentError:
            load_later()
            leave_last_words()  # hotload, if it is still there, starts another interpreter

    def serve_until_quit(self):
        while not self.has_quit:
            STATE.when_idle = self.report_interrupt
            request = self.channel.receive()
            STATE.when_idle = None
            if request is None:
                self.has_quit = True
                # hotload was killed. Its guard ends this process, and with it what this has started,
                # which cannot be found any more once this has ended by itself.
                sleep(0.2)
            elif request['op'] == 'setup':
                self.set_up(request)
            elif request['op'] == 'quit':
                self.has_quit = True
                self.send({'reply': 'bye'})
                while safely(store_some) == 'partly':
                    pass
                watch_exit()
            else:
                self.answer(request)
                # An interrupt that was meant for that step is too late; from here on they are reported.
                STATE.when_idle = self.report_interrupt
                del INTERRUPTS[:]

    def answer(self, request):
        if 'changed' in request:
            self.report_begun()
            SOURCES.saved.update(dict.fromkeys(request['changed']))
        if 'module' in request:
            self.send(self.run(self.step_of(request)))
            if request['op'] == 'reload':
                report_leftovers(self)
            give_hints(self, request)
        else:
            load_later()
            serve_other(self, request)

    def report_begun(self):
        # A step that has not begun when this process dies is not what killed it: it runs in the next.
        if self.has_sent:
            self.send({'reply': 'begun'})
        else:
            self.channel.report('\0\0\0\x11{"reply":"begun"}')

    def report_interrupt(self):
        # Ctrl-C arrives here, and nowhere else, when a thread of user code has asked for the terminal.
        self.send({'reply': 'interrupted'})

    def send(self, message):
        load_later()
        self.has_sent = True
        send_message(self.channel, message)

    def set_up(self, request):
        prepare_streams()
        if PY2:
            if os.name == 'nt' and 'PYTHONUNBUFFERED' in request['unset']:
                make_streams_text()
        prepare_last_words(request['last_words'])
        unset_variables(request['unset'])
        clean_main(request['shim_folder'])
        prepare_interrupts()
        SOURCES.roots = [os.path.normcase(root) for root in request['roots']]
        self.arguments = request['arguments']
        STATE.native, STATE.observes = request['native'], request.get('observes', False)
        STATE.store = request.get('store')
        targets = request['targets']
        import_before_user_files(request['folders'])
        replace_shim_folder(request['shim_folder'], request['folders'])
        for target in targets:
            if target['file'] is not None:
                self.add_target(target['module'], target['file'], target['package'])
            if 'run_as' in target:
                need('main')
                PROGRAM.run_as = target['run_as']
        self.channel.report('\0\0\0\x0e{"reply":"up"}')
        if request['wants_files']:
            load_later()
            files = sent_paths(find_targets(self, targets))
            self.send({'reply': 'found', 'files': files})
        install_finder()

    def add_target(self, module, file, package):
        name = module
        if PY2:
            if isinstance(module, unicode):
                name = module.encode('utf-8')  # The code page has no such name.
        name = free_name(name)
        self.modules[module] = name
        SOURCES.targets[name] = (file, package)
        SOURCES.named[file] = name

    def step_of(self, request):
        """What a request asks for, as `run` takes it; None for a module that is not loaded."""
        SOURCES.changed = request.get('changed')
        if request['op'] == 'preload':
            load_later()
            prepare_preload(self, request)
        module = self.modules[request['module']]
        was_loaded = module in sys.modules and (module != '__main__' or module in SOURCES.seen)
        if request['op'] in ('call', 'exec') and not was_loaded:
            return None
        self.turn_to(module, request['folder'])
        if request['op'] == 'reload':
            if 'later' in LOADED:
                forget_warnings()
            return 'reload', was_loaded, load_target, (module,)
        load_later()
        look_in_target(sys.modules.get('unittest.main'))
        return (request['op'], was_loaded) + other_action(module, request)

    def run(self, step):
        """Runs a step; returns how it ended."""
        if step is None:
            return {'reply': 'result', 'outcome': 'skipped', 'what': 'not loaded'}
        op, was_loaded, action, arguments = step
        if 'later' in LOADED:
            restore_streams()
            if 'graph' in LOADED:
                observe_imports()
        if STATE.observes:
            observe_openings()
        if sys.meta_path[-1:] != [FINDER]:
            install_finder()
        errors = STATE.errors = []
        STATE.running = True
        run_user_code(action, arguments, errors)
        if STATE.observes:
            unwrap_opening()
        if sys.getrecursionlimit() < DEPTH:
            # Too low for what comes now, and for the next step's imports.
            sys.setrecursionlimit(DEPTH)
        load_later()
        if getpid() != self.pid:
            end_fork(errors)
        return describe_step(errors, op, was_loaded)

    def turn_to(self, module, folder):
        """Gives a target the sys.argv and sys.path[0] that are its own."""
        file = SOURCES.targets.get(module, [''])[0]
        STATE.target = module
        sys.argv = [file] + self.arguments
        if file and os.path.islink(file):
            load_later()
            folder = follow_link(self, module, file, folder)
        elif self.target == module:
            return
        self.target = module
        put_first(folder)


# LATER


def follow_link(driver, module, file, folder):
    """The `sys.path[0]` of a script that is a link: the folder that it leads to by now."""
    if folder == os.path.dirname(file):
        return folder  # it is not a script, but found there by its name
    before = driver.link_folders.get(module, folder)
    real = file
    for _ in range(40):
        if not os.path.islink(real):
            break
        real = os.path.join(os.path.dirname(real), os.readlink(real))
    after = os.path.dirname(os.path.abspath(real))
    if os.path.realpath(after) == os.path.realpath(before):
        return before
    driver.link_folders[module] = after
    leave_folder(before, module)
    SOURCES.roots.append(os.path.normcase(after))
    WATCHED_FOLDERS.clear()
    return after


def leave_folder(folder, target):
    """Has what was imported from a folder imported anew, from another one."""
    sys.path[:] = [entry for entry in sys.path if entry != folder]
    below = os.path.join(folder, '')
    for name in list(SOURCES.seen):
        if SOURCES.seen[name].startswith(below) and name not in SOURCES.targets:
            sys.modules.pop(name, None)


def serve_other(driver, request):
    """Answers a request that is not for a step in a module."""
    if request['op'] == 'prepare':
        need('errors')
        if request['level'] == 'patch':
            need('graph')
            need('dependents')
            need_patching(driver)
        report_old_classes(driver)
    elif request['op'] == 'store':
        driver.send({'reply': 'stored', 'progress': safely(store_some) or 'nothing'})
    elif request['op'] == 'dependents':
        driver.send(answer_dependents(driver, request))
    elif request['op'] == 'graph':
        driver.send({'reply': 'graph', 'modules': describe_graph()})
    elif request['op'] == 'compile':
        # Nothing, if user code has broken what that needs.
        driver.send({'reply': 'compiled', 'parts': safely(compiled) or {}})
    else:
        serve_launched(driver, request)


def answer_dependents(driver, request):
    """Runs what a save concerns besides the targets."""
    SOURCES.changed = request['changed']
    if not SOURCES.seen:
        return {'reply': 'result', 'outcome': 'skipped', 'what': 'nothing is loaded'}
    need('graph')
    need('dependents')
    if request['level'] == 'patch':
        need_patching(driver)
    targets = [driver.modules[module] for module in request['targets']]
    return driver.run(('dependents', True, reload_saved, (request, targets)))


def need_patching(driver):
    """Has what modules had live on from now on, unless this Python cannot do that."""
    try:
        need('patching')
    except Exception:
        # As with the level below.
        LOADED['patching'] = True
        driver.send({'reply': 'unpatched', 'why': exc_info()[0].__name__})


def compiled():
    """The code of all parts, for the next start of this Python."""
    binascii, codes = import_own('binascii'), {}
    for name in PARTS:
        code = binascii.b2a_base64(DUMP(CODE_OF(PARTS[name])))
        codes[name] = PlainText(code.decode('ascii').rstrip())
    return codes
