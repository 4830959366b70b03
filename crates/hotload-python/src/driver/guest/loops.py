# The loops that can call a guest, and which of them a host has.
# Uses: base, channel, imports, interruption, interrupts, loop_order, own_channel, turns

RETRY = 0.15  # seconds until a step that waits is tried again


class Loop(object):
    """Something in the host that calls `GUEST.turn` on its main thread."""

    name = None         # as it is shown
    host = None         # the program, where the loop says so
    is_rare = False     # whether it calls only now and then, whatever arrives
    has_input = True    # whether user code may read the keyboard

    def start(self):
        pass

    def stop(self):
        pass

    def why_not_now(self):
        """Why a step may not run at this moment, or None."""
        return None

    def come_again(self):
        """Called when a step waits: the loop has to call again although nothing arrives."""

    def begin_output(self):
        """Called before a run prints."""

    def end_run(self):
        pass

    def say(self, text):
        if sys.stdout is not None:
            sys.stdout.write('hotload: ' + text + '\n')
            sys.stdout.flush()


class NoLoop(Exception):
    """No loop can be used, and why."""


class SignalLoop(Loop):
    """For a program whose main thread runs Python all the time: a signal has it look."""

    name = 'signal'

    def start(self):
        if not INTERRUPTION.number:
            raise NoLoop('signals do not reach this program')
        fcntl, number = import_own('fcntl'), INTERRUPTION.number
        signal.signal(number, something_arrived_for_signals)
        signal_arrivals(True)

    def stop(self):
        signal_arrivals(False)
        signal.signal(INTERRUPTION.number, signal.SIG_IGN)

    def end_run(self):
        # A run has taken the signal for its interrupts.
        signal.signal(INTERRUPTION.number, something_arrived_for_signals)
        signal_arrivals(True)


def something_arrived_for_signals(number, frame):
    if GUEST.is_turning or STATE.sending == get_ident():
        # On one of hotload's own lines. What arrives is signalled only once.
        THREADS.start_new_thread(signal_again, (number,))
    else:
        GUEST.turn()


def signal_again(number):
    sleep(0.005)
    os.kill(getpid(), number)


class BlockLoop(Loop):
    """For anything else: the typed line does not return until Ctrl-C."""

    name = 'block'

    def serve(self):
        self.say('the prompt is lent to hotload until Ctrl-C')
        select = import_own('select').select
        try:
            while GUEST.is_joined:
                try:
                    select([CHANNEL.fileno()], [], [])
                except EnvironmentError as error:
                    if error.args[:1] != (4,):
                        raise
                except import_own('select').error:
                    continue  # a signal, on 2.7
                GUEST.turn()
                if GUEST.is_stopped:
                    raise KeyboardInterrupt
        except KeyboardInterrupt:
            GUEST.leave('Ctrl-C in the host')


class ThreadLoop(Loop):
    """A thread of hotload's own runs everything. Only on request: hosts rarely allow that."""

    name = 'thread'

    def start(self):
        INTERRUPTION.number = 0  # signals are for the main thread
        THREADS.start_new_thread(self.serve_in_thread, ())

    def serve_in_thread(self):
        block_signals()
        select = import_own('select').select
        while GUEST.is_joined:
            try:
                select([CHANNEL.fileno()], [], [])
            except Exception:
                return  # closed meanwhile
            GUEST.turn()


ON_REQUEST = {'signal': SignalLoop, 'block': BlockLoop, 'thread': ThreadLoop}


def safely_found(find):
    try:
        return find()
    except NoLoop:
        raise
    except Exception:
        return None  # another module of that name


def choose_loop(wanted):
    """The loop that the host has. Raises NoLoop if it has no loop."""
    if wanted is not None:
        return ON_REQUEST[wanted]()
    for find in FINDERS_OF_LOOPS:
        loop = safely_found(find)
        if loop is not None:
            return loop
    raise NoLoop('no loop of this program is known that could run a reload')
