# A guest: the driver in a program that runs by itself, and whose loop calls `turn`.
# Uses: base, channel, error_reports, finder, imports, json, output, own_channel, own_modules, serve
# Uses: shim, sources, surroundings, targets

STEPS = ('reload', 'call', 'exec', 'dependents', 'graph')


class Guest(Driver):

    loop = None         # what calls `turn`
    is_joined = True
    is_ready = False    # whether the loop has called
    is_turning = False  # whether hotload's own code is at work
    is_running = False  # whether a request is being answered
    is_stopped = False  # whether Ctrl-C was pressed in the host while hotload's own code was at work
    is_lost = False     # whether hotload is gone
    leaving = None      # why it leaves as soon as nothing runs
    waits_for = None    # why the next step does not run yet
    folder = None       # whose `sys.path[0]` the next step gets

    def __init__(self, channel):
        Driver.__init__(self, channel)
        self.queue, self.interrupts, self.folders, self.rows = [], [], [], []

    def set_up_guest(self, request):
        SOURCES.roots = [os.path.normcase(root) for root in request['roots']]
        self.arguments, self.folders = request['arguments'], request['folders']
        STATE.native, STATE.observes = request['native'], request['observes']
        OUTPUT['to'], self.rows = request['output'], request['rows']
        self.restores_bytecode()
        adopted = adopt_modules()
        for target in request['targets']:
            if target['file'] is not None:
                self.add_target(target['module'], target['file'], target['package'])
        found = with_folders(self.folders, find_targets, self, request['targets'])
        self.send({'reply': 'found', 'files': sent_paths(found)})
        install_finder()
        if STATE.observes:
            adopt_imports(adopted)

    def restores_bytecode(self):
        sys.dont_write_bytecode = WRITES_NO_BYTECODE

    def add_target(self, module, file, package):
        # A module that the host has loaded from this file is the one to reload.
        name = module if is_loaded_from(module, file) else free_name(module)
        self.modules[module] = name
        SOURCES.targets[name] = (file, package)
        SOURCES.named[file] = name

    def turn(self, *ignored):
        """Answers what has arrived. Lets no exception out; returns whether hotload is still there."""
        if not self.is_turning and self.is_joined:
            self.is_turning = True
            try:
                try:
                    self.take_turn()
                except:
                    self.broke_down()
            finally:
                self.is_turning = False
        return self.is_joined

    def broke_down(self):
        if is_a(exc_info()[0], KeyboardInterrupt):
            self.is_stopped = True  # by the user, in the host
            return
        self.leave('hotload has failed: %s' % (safely(repr, exc_info()[1]),))

    def take_turn(self):
        self.take_requests()
        if not self.is_ready and self.queue:
            self.is_ready = True
            self.send({'reply': 'joined'})
        while self.queue and not self.is_running and self.is_joined:
            request = self.queue[0]
            if request['op'] in STEPS and self.has_to_wait():
                break
            del self.queue[0]
            self.handle(request)
            if self.loop.is_rare and request['op'] in STEPS:
                self.wait_for_next_step()
            self.take_requests()
        if self.is_lost:
            self.leave('hotload has ended')
        send_rest()

    def wait_for_next_step(self):
        """Gives hotload a moment to ask for the next step of a cycle: the loop calls again late."""
        safely(import_own('select').select, [CHANNEL.fileno()], [], [], 0.005)

    def take_requests(self):
        arrived = CHANNEL.arrived()
        self.is_lost = self.is_lost or arrived is None
        for request in arrived or ():
            if request['op'] == 'interrupt':
                self.interrupts.append(request)
            elif request['op'] == 'remind':
                pass  # Its arrival is all that matters.
            elif request['op'] == 'withdraw':
                self.queue = [{'op': 'withdrawn'} if each['op'] in STEPS else each
                              for each in self.queue]
            else:
                self.queue.append(request)

    def is_interrupted(self):
        """Whether the running step is to be interrupted. True once for each request."""
        return bool(self.interrupts) and self.interrupts.pop() is not None

    def has_to_wait(self):
        """Whether a step cannot run now; says why, once."""
        why = safely(self.loop.why_not_now)
        if why is not None and why != self.waits_for:
            self.send({'reply': 'waits', 'why': why})
        self.waits_for = why
        if why is not None:
            self.loop.come_again()
        return why is not None

    def handle(self, request):
        if request['op'] == 'quit':
            self.send({'reply': 'bye'})
            self.leave('hotload has ended')
        elif request['op'] == 'withdrawn':
            self.send({'reply': 'result', 'outcome': 'skipped', 'what': 'withdrawn'})
        elif request['op'] in STEPS:
            self.is_running, self.is_turning = True, False
            try:
                self.answer_step(request)
            finally:
                self.is_running, self.is_turning = False, True
            if self.leaving is not None:
                self.leave(self.leaving)
        elif request['op'] != 'look':
            self.answer(request)

    def answer_step(self, request):
        try:
            del self.interrupts[:]
            self.answer(request)
        finally:
            safely(self.loop.end_run)

    def report_begun(self):
        self.send({'reply': 'begun'})

    def turn_to(self, module, folder):
        self.target, self.folder = module, folder

    def run(self, step):
        if step is None:
            return Driver.run(self, step)
        folders = [folder for folder in self.folders if folder != self.folder]
        if self.folder is not None:
            folders.insert(0, self.folder)
        argument = SOURCES.targets.get(self.target, [''])[0]
        around = Surroundings(folders, argument, self.arguments, self.loop.has_input)
        try:
            result = Driver.run(self, step)
        finally:
            around.leave()
            report_dropped()
        return result

    def leave(self, why):
        """Takes hotload out of the host, at the end of what runs."""
        if not self.is_joined:
            return
        if self.is_running:
            self.leaving = why
            return
        self.is_joined = False
        safely(send_message, CHANNEL, {'reply': 'left', 'why': why})
        safely(self.loop.stop)
        unhook()
        CHANNEL.close()
        if sys.modules.get('_hotload_guest') is GUEST_MODULE:
            del sys.modules['_hotload_guest']
        safely(self.loop.say, 'left: ' + why)


GUEST = Guest(CHANNEL)
GUEST_MODULE = type(os)('_hotload_guest')


def with_folders(folders, action, *arguments):
    before = sys.path
    sys.path = folders + before
    try:
        return action(*arguments)
    finally:
        sys.path = before
