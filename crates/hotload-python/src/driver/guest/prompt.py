# Python's own prompt: while it waits for a key it calls `PyOS_InputHook`, on the thread that waits.
# Uses: base, channel, error_reports, imports, interruption, interrupts, loops, own_channel, prompt_line
# Uses: qt, tk, turns

# Frames of these files are a prompt's own; any other one is user code that waits for input itself.
PROMPT_FILES = ('code.py', 'cmd.py', 'pdb.py', 'bdb.py', 'runpy.py')


class PromptLoop(Loop):

    name = "Python's prompt"
    has_input = False
    slot = before = function = address = None
    is_pressed = False      # whether Ctrl-C is on its way to the prompt
    waits = False           # whether the hook waits for a key
    owns_sigint = False

    def start(self):
        ctypes = import_own('ctypes')
        self.base = codes_below_typed_line()
        self.line = PromptLine()
        self.input = sys.stdin.fileno()
        self.wake_end, self.wake = os.pipe()
        # Called without the GIL: CFUNCTYPE takes it, PYFUNCTYPE would not. Must stay alive.
        self.function = ctypes.CFUNCTYPE(ctypes.c_int)(self.hook)
        self.address = ctypes.cast(self.function, ctypes.c_void_p).value
        self.slot = input_hook_slot()
        self.before = self.slot.value
        self.slot.value = self.address
        self.watch = WindowWatch(self)
        sys.meta_path.insert(0, self.watch)
        try:
            if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
                signal.signal(signal.SIGINT, self.pressed)
                self.owns_sigint = True
        except ValueError:
            pass  # not the main thread

    def stop(self):
        if self.slot.value == self.address:
            self.slot.value = self.before
        if self.watch in sys.meta_path:
            sys.meta_path.remove(self.watch)
        if self.owns_sigint and signal.getsignal(signal.SIGINT) == self.pressed:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        os.close(self.wake)
        os.close(self.wake_end)

    def hook(self):
        try:
            self.wait_for_key()
        except:
            pass  # nothing that is raised here would get anywhere
        if self.is_pressed:
            self.pass_on()
        return 0

    def wait_for_key(self):
        select = import_own('select')
        while GUEST.is_joined and not self.is_pressed:
            if self.hands_over():
                return
            if self.line.has_typed_ahead():
                return
            if GUEST.queue:
                GUEST.turn()
                if not GUEST.is_joined:
                    return
            self.waits = True
            try:
                ready = select.select([self.input, CHANNEL.fileno(), self.wake_end], [], [])[0]
            except select.error:
                continue  # a signal, on 2.7
            finally:
                self.waits = False
            if self.input in ready or self.wake_end in ready:
                return
            GUEST.turn()

    def hands_over(self):
        """Leaves the prompt to the loop of windows that have been opened at it."""
        windows = safely(find_windows)
        if windows is None:
            return False
        self.slot.value = self.before
        loop = WindowLoop(self, windows)
        loop.start()
        GUEST.loop = loop
        return True

    # Ctrl-C. readline is interrupted, calls the hook, and only then asks Python for signals: a
    # KeyboardInterrupt would be raised in the hook, and lost. So here the key is only noted; then the
    # hook is taken away and the signal sent once more, which the prompt now hears itself.

    def pressed(self, number, frame):
        if self.is_in_hook(frame) and INTERRUPTION.thread is None:
            if not self.is_pressed:
                self.is_pressed = True
                os.write(self.wake, b'x')
            return
        if self.is_pressed:
            self.is_pressed = False
            os.read(self.wake_end, 1)
            if GUEST.is_joined:
                self.slot.value = self.address
        raise KeyboardInterrupt

    def is_in_hook(self, frame):
        while frame is not None:
            if frame.f_code is PromptLoop.hook.__code__:
                return True
            frame = frame.f_back
        return False

    def pass_on(self):
        self.slot.value = None
        THREADS.start_new_thread(self.press_again, ())

    def press_again(self):
        sleep(0.01)
        os.kill(getpid(), signal.SIGINT)

    def why_not_now(self):
        if codes_that_wait(self.base):
            return 'your code waits for input'
        return None

    def begin_output(self):
        self.line.clear()

    def end_run(self):
        self.line.draw()

    def say(self, text):
        is_at_prompt = not codes_that_wait(self.base)
        if is_at_prompt:
            self.line.clear()
        Loop.say(self, text)
        if is_at_prompt:
            self.line.draw()


def input_hook_slot():
    ctypes = import_own('ctypes')
    return ctypes.c_void_p.in_dll(ctypes.pythonapi, 'PyOS_InputHook')


def stack_of(frame):
    """The code objects of a frame and of those that have called it, the outermost first."""
    found = []
    while frame is not None:
        found.insert(0, frame.f_code)
        frame = frame.f_back
    return found


def codes_below_typed_line():
    """What was running before the line was typed that joins."""
    frame = sys._getframe()
    while frame is not None and frame.f_code.co_name != '_hotload_guest':
        frame = frame.f_back
    # Above it: the file as a whole, then the typed line.
    for _ in range(3):
        frame = getattr(frame, 'f_back', None)
    return stack_of(frame)


def codes_that_wait(base):
    """The code of the user's that waits for a key, as far as there is any."""
    frame = sys._getframe()
    while frame is not None and frame.f_globals is NAMES:
        frame = frame.f_back
    codes, common = stack_of(frame), 0
    while common < min(len(codes), len(base)) and codes[common] is base[common]:
        common += 1
    return [code for code in codes[common:] if not is_of_prompt(code.co_filename)]


def is_of_prompt(path):
    folder, name = os.path.split(path)
    return name in PROMPT_FILES or os.path.basename(folder) == '_pyrepl' or path.startswith(
        '<frozen ')


def find_prompt():
    if not hasattr(sys, 'ps1') or sys.stdin is None:
        return None
    try:
        if not os.isatty(sys.stdin.fileno()):
            return None
        input_hook_slot()
    except Exception:
        return None  # no terminal, or a Python without `ctypes`
    return PromptLoop()


class WindowLoop(Loop):
    """A prompt with windows, whose loop is turned while it waits for a key."""

    has_input = False

    def __init__(self, prompt, windows):
        self.prompt, self.windows = prompt, windows
        self.name = windows.name
        self.begin_output, self.end_run = prompt.begin_output, prompt.end_run
        self.come_again, self.say = windows.come_again, prompt.say

    def start(self):
        self.windows.start()
        if not self.prompt.before and isinstance(self.windows, TkLoop):
            # Tk has found the place taken. Each interpreter of it tries again.
            tk = sys.modules.get('tkinter') or sys.modules.get('Tkinter')
            self.kept = tk.Tcl()

    def stop(self):
        self.windows.stop()
        self.prompt.stop()

    def why_not_now(self):
        return self.prompt.why_not_now() or self.windows.why_not_now()


def find_windows():
    return find_qt() or find_tk()


class WindowWatch(object):
    """Sees when something is imported that takes the place of the prompt's hook."""

    def __init__(self, prompt):
        self.prompt = prompt

    def find_spec(self, name, path=None, target=None):
        if name.endswith('.QtCore'):
            THREADS.start_new_thread(self.take_back, ())
        return None

    find_module = find_spec

    def take_back(self):
        block_signals()
        prompt = self.prompt
        for _ in range(100):
            sleep(0.03)
            if not GUEST.is_joined or GUEST.loop is not prompt:
                return
            if prompt.slot.value not in (None, prompt.address):
                prompt.before = prompt.slot.value
                prompt.slot.value = prompt.address
                return
