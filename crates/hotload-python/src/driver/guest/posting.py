# Hosts that take a function from any thread and call it on the main thread: a thread of hotload's waits
# for the connection, and does nothing else.
# Uses: base, channel, imports, loops, own_channel, turns


class PostingLoop(Loop):

    def __init__(self, post, name, host):
        self.post, self.name, self.host = post, name, host

    def start(self):
        self.answered = THREADS.allocate_lock()
        THREADS.start_new_thread(self.wait, ())

    def wait(self):
        block_signals()
        select = import_own('select').select
        self.answered.acquire()
        while GUEST.is_joined:
            try:
                select([CHANNEL.fileno()], [], [])
                self.post(self.called)
            except Exception:
                return  # left, or the host is ending
            self.answered.acquire()
            if GUEST.queue and GUEST.waits_for:
                sleep(RETRY)
                while GUEST.waits_for and GUEST.is_joined:
                    self.post(self.called)
                    self.answered.acquire()
                    sleep(RETRY)

    def called(self, *ignored):
        try:
            GUEST.turn()
        finally:
            if self.answered.locked():
                self.answered.release()

    def stop(self):
        if self.answered.locked():
            self.answered.release()


def find_wx():
    wx = sys.modules.get('wx')
    if wx is None or wx.GetApp() is None:
        return None
    return PostingLoop(wx.CallAfter, 'wx.CallAfter', None)


class GdbLoop(PostingLoop):

    def __init__(self, gdb):
        PostingLoop.__init__(self, gdb.post_event, 'gdb.post_event', 'GDB')
        self.gdb = gdb
        self.paginates = None

    def begin_output(self):
        # Its pager would wait for a key in the middle of a run.
        if self.paginates is None:
            self.paginates = self.gdb.parameter('pagination')
            self.gdb.execute('set pagination off', False, True)

    def end_run(self):
        if self.paginates:
            self.gdb.execute('set pagination on', False, True)
        self.paginates = None

    def say(self, text):
        self.begin_output()
        Loop.say(self, text)
        self.end_run()


def find_gdb():
    gdb = sys.modules.get('gdb')
    if gdb is None or not hasattr(gdb, 'post_event'):
        return None
    return GdbLoop(gdb)
