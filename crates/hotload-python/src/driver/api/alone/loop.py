# The loop: looks at the files, and runs the steps when one has changed.
# Uses: base, dependents, errors, levels, library, loading, plan, poller, reruns, sources, steps

ASK_AGAIN = 0.5  # seconds between two calls of the callables in the watch list
HALF_WRITTEN = 0.06  # seconds to wait for the rest of a source that does not compile


def hotload(watch=None, steps=None, waittime_ms=INTERVAL, poll_interval=None, **unknown):
    """Runs the steps now and whenever something that is watched has changed, until Ctrl-C.

    `watch`: a path, a callable that returns paths, or a list (or other iterable) of these. What
    `listfiles` returns stands for the files that are in its folder at the time.
    `steps`: a list of Runnables, which run in this order. If one raises, the next one still runs.
    `poll_interval`: seconds between two looks at the files. `waittime_ms` is the same, also in
    seconds, whatever its name says.
    """
    file, line = location_of_call()
    if Loop.called_in is not None:
        refuse('hotload.hotload is called twice, first in line %d' % Loop.called_in)
    if not is_interruptible():
        refuse('hotload.hotload is called in a thread: call it in the main thread, where Ctrl-C ends it')
    Loop.called_in = line
    os.environ['HOTLOAD_RUNNING'] = 'HOTLOAD_RUNNING'
    loop = Loop(Plan(watch, steps, waittime_ms, poll_interval, unknown), file)
    try:
        loop.run()
    except KeyboardInterrupt:
        say('Interrupt received, stopping hotload')


def refuse(why):
    """Ends the program: what the script asks for cannot be done."""
    file, line = location_of_call()
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

    called_in = None  # the line that calls `hotload`

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
        while True:
            sleep(self.plan.interval)
            changed += self.poller.tick()
            if self.is_live and now() - self.asked > ASK_AGAIN:
                changed += self.ask()
            if changed:
                self.cycle(sorted(set(changed + self.wait_for_rest(changed))))
                # A step may have added to a list.
                changed = self.ask()

    def ask(self):
        """Asks the watch list again; returns the files that are new."""
        self.asked = now()
        has_changed = self.plan.watch.has_changed()
        if not has_changed and not self.is_live:
            return []
        try:
            new = self.poller.watch(self.plan.watch.collect())
            # What a step has added to a list was there before: it has not been saved.
            return [] if has_changed else new
        except SystemExit:
            return []  # `refuse` has said why
        except Exception:
            show_error('a callable in the watch list failed', exc_info())
            # Not again at once, so that there is time to read this.
            self.asked += 10
            return []

    def wait_for_rest(self, changed):
        """Gives an editor that writes a file in two parts time for the second.

        Returns what has changed in the meantime.
        """
        until = now() + HALF_WRITTEN
        while now() < until and [file for file in changed if is_broken(file)]:
            sleep(0.002)
        return self.poller.tick()

    def cycle(self, changed):
        SOURCES.changed = [file for file in changed if has_entry(file)]
        SOURCES.removed = [file for file in changed if not has_entry(file)]
        forget_warnings()
        begin_levels()
        started = now()
        failed = False
        for step in self.plan.steps:
            failed = not self.step(step) or failed
        self.take_back_interrupts()
        report_patches()
        self.report(changed, failed, now() - started)
        self.poller.have_run(SOURCES.read)
        SOURCES.read = []

    def take_back_interrupts(self):
        """Without this, the next Ctrl-C would bring back a debugger that was left."""
        if signal.getsignal(signal.SIGINT) is not self.interrupted:
            try:
                signal.signal(signal.SIGINT, self.interrupted)
            except (TypeError, ValueError):
                pass  # not the main thread, or a handler that is not Python's

    def step(self, step):
        """Runs one step; returns whether it has succeeded."""
        errors = STATE.errors = []
        STATE.running = True
        try:
            return self.run_one(step) and not errors
        finally:
            STATE.running = False
            for error in errors:
                show_error('%s failed' % step_name(step), error)

    def run_one(self, step):
        try:
            run_step(step)
            return True
        except KeyboardInterrupt:
            raise
        except StaysOld as error:
            say('skipped %s: it needs %s, which failed' % (step_name(step), error))
        except Missing:
            say('skipped %s: its file is missing' % step_name(step))
        except CommandFailed as error:
            say('failed: %s' % error)
        except SystemExit as error:
            if error.code is None or isinstance(error.code, int) and error.code == 0:
                return True
            say('stopped: sys.exit(%r)' % (error.code,))
        except:  # old-style exceptions of 2.7, too
            show_error('%s failed' % step_name(step), exc_info())
        return False

    def report(self, changed, failed, seconds):
        if self.script in changed:
            say('note: `%s` was saved; run it again for the change to take effect' % self.script)
        if not failed:
            for step in self.plan.steps:
                # A subclass with its own `__init__` need not have a name.
                if isinstance(step, ReloadedPythonModule) and hasattr(step, 'name'):
                    say('Successfully reloaded %s @ %s' % (
                        step.name, time.strftime('%Y-%m-%d %H:%M:%S')))
        if TIME_RELOADS:
            say('Reloaded in %d ms' % round(seconds * 1000))


def is_broken(file):
    """Whether a source that has run no longer compiles."""
    if file not in SOURCES.loaded:
        return False
    try:
        compile(read_once(file)[0], file, 'exec', 0, 1)
    except EnvironmentError:
        return True  # gone for the moment
    except Exception:
        return True
    return False
