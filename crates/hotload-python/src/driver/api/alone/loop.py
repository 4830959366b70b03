# The loop: looks at the files, and runs the steps when one has changed.

# How often callables in the watch list are asked for what there is by now, in seconds.
ASK_AGAIN = 0.5

# How long a source that does not compile may turn out to be half a save, in seconds.
HALF_WRITTEN = 0.06

CALLED = []  # where `hotload` was called


def hotload(watch=None, steps=None, waittime_ms=INTERVAL, poll_interval=None, **unknown):
    """Runs the steps now and whenever something that is watched has changed, until Ctrl-C.

    `watch`: a path, a callable that returns paths, or a list (or other iterable) of these. What
    `listfiles` returns stands for the files that are in its folder by then.
    `steps`: a list of Runnables, run in this order. When one raises, the next one runs.
    `poll_interval`: seconds between two looks at the files. `waittime_ms` is the same, in seconds
    as well: its name is from a time when it was thought to be something else.
    """
    file, line = place_of_call()
    if CALLED:
        refuse('hotload.hotload is called twice, first in line %d' % CALLED[0])
    if not is_interruptible():
        refuse('hotload.hotload is called in a thread: call it in the main one, where Ctrl-C ends it')
    CALLED.append(line)
    os.environ['HOTLOAD_RUNNING'] = 'HOTLOAD_RUNNING'
    loop = Loop(Plan(watch, steps, waittime_ms, poll_interval, unknown), file)
    try:
        loop.run()
    except KeyboardInterrupt:
        say('Interrupt received, stopping hotload')


def refuse(why):
    """Ends the program: what the script asks for cannot be done."""
    file, line = place_of_call()
    if file is not None:
        why = '%s, line %d: %s' % (file, line, why)
    say('error: ' + why)
    raise SystemExit(2)


def is_interruptible():
    try:
        signal.signal(signal.SIGINT, signal.getsignal(signal.SIGINT))
    except ValueError:
        return False  # not the main thread
    except TypeError:
        pass  # a handler that is not Python's
    return True


class Loop(object):

    def __init__(self, plan, script):
        self.plan = plan
        self.script = os.path.abspath(script or '.')
        watched = plan.watch.first
        self.poller = Poller(watched)
        self.is_live = watched.is_live
        self.asked = now()
        self.interrupted = signal.getsignal(signal.SIGINT)

    def run(self):
        self.cycle([])
        changed = self.ask()
        while 1:
            sleep(self.plan.interval)
            changed = changed + self.poller.tick()
            if self.is_live and now() - self.asked > ASK_AGAIN:
                changed = changed + self.ask()
            if changed:
                self.cycle(sorted(set(changed + self.wait_for_rest(changed))))
                # A step may have added to a list.
                changed = self.ask()

    def ask(self):
        """Asks the watch list anew; returns the files that have come into being."""
        self.asked = now()
        has_changed = self.plan.watch.has_changed()
        if not has_changed and not self.is_live:
            return []
        try:
            new = self.poller.watch(self.plan.watch.collect())
            # What a step has put on a list was there before: nobody has saved it.
            return not has_changed and new or []
        except SystemExit:
            return []  # `refuse` has said why
        except Exception:
            show_error('the watch list', exc_info())
            # Not again at once: whoever reads this should be able to.
            self.asked = self.asked + 10
            return []

    def wait_for_rest(self, changed):
        """Gives an editor that writes a file in two parts the time for the second.

        Returns what has changed meanwhile.
        """
        until = now() + HALF_WRITTEN
        while now() < until and [file for file in changed if is_broken(file)]:
            sleep(0.002)
        return self.poller.tick()

    def cycle(self, changed):
        SOURCES.changed = changed
        started = now()
        failed = False
        for step in self.plan.steps:
            failed = not self.step(step) or failed
        self.take_back_interrupts()
        self.report(changed, failed, now() - started)
        self.poller.have_run(SOURCES.read)
        SOURCES.read = []

    def take_back_interrupts(self):
        """A debugger that user code has left would come back at the next Ctrl-C, here."""
        if signal.getsignal(signal.SIGINT) is not self.interrupted:
            try:
                signal.signal(signal.SIGINT, self.interrupted)
            except (TypeError, ValueError):
                pass  # not the main thread, or a handler that is not Python's

    def step(self, step):
        """Runs one step; returns whether it has succeeded."""
        try:
            run_step(step)
            return True
        except KeyboardInterrupt:
            raise
        except Missing:
            say('%s left out: its file is not there' % step_name(step))
        except CommandFailed:
            say('failed: %s' % exc_info()[1])
        except SystemExit:
            code = exc_info()[1].code
            if code is None or isinstance(code, int) and code == 0:
                return True
            say('stopped: sys.exit(%r)' % (code,))
        except:  # old-style exceptions of 2.7, too
            show_error('%s failed' % step_name(step), exc_info())
        return False

    def report(self, changed, failed, seconds):
        if self.script in changed:
            say('note: `%s` was saved; start it again to use it' % self.script)
        if not failed:
            for step in self.plan.steps:
                # One with an `__init__` of its own need not have a name.
                if isinstance(step, ReloadedPythonModule) and hasattr(step, 'name'):
                    say('Successfully reloaded %s @ %s' % (
                        step.name, time.strftime('%Y-%m-%d %H:%M:%S')))
        if TIME_RELOADS:
            say('Reloaded in %d ms' % round(seconds * 1000))


def is_broken(file):
    """Whether a source that has run is one that does not compile now."""
    if file not in SOURCES.loaded:
        return False
    try:
        compile(read_once(file)[0], file, 'exec', 0, 1)
    except EnvironmentError:
        return True  # gone for the moment
    except Exception:
        return True
    return False
