# What is printed during typing appears above the prompt, and the typed text stays.
# Uses: base, error_reports, imports


class PromptLine(object):

    is_cleared = False
    mode = None     # the terminal's, while a run prints

    def clear(self):
        if self.is_cleared or not is_terminal():
            return
        self.is_cleared = True
        os.write(1, b'\r\x1b[K')
        safely(self.end_lines)

    def end_lines(self):
        """Has each line end in the first column: the newer prompts turn that off."""
        termios = import_own('termios')
        self.mode = termios.tcgetattr(1)
        mode = termios.tcgetattr(1)
        mode[1] |= termios.OPOST | termios.ONLCR
        termios.tcsetattr(1, termios.TCSANOW, mode)

    def draw(self):
        if not self.is_cleared:
            return
        self.is_cleared = False
        sys.stdout.flush()
        if self.mode is not None:
            termios = import_own('termios')
            termios.tcsetattr(1, termios.TCSADRAIN, self.mode)
            self.mode = None
        reader, library = new_prompt(), sys.modules.get('readline')
        if reader is not None:
            safely(draw_new_prompt, reader)
        elif getattr(library, '__file__', '').endswith('.so'):
            readline = import_own('ctypes').CDLL(library.__file__)
            readline.rl_on_new_line()
            readline.rl_forced_update_display()
        else:
            sys.stdout.write(str(getattr(sys, 'ps1', '')))
            sys.stdout.flush()

    def has_typed_ahead(self):
        """Whether the newer prompt has read keys that it has not used: no more may come."""
        reader = new_prompt()
        return reader is not None and bool(safely(has_keys, reader.console))


def is_terminal():
    return bool(safely(lambda: os.isatty(1) and sys.stdout is not None))


def new_prompt():
    """The reader of the prompt of 3.13 and later, if that is in use."""
    module = sys.modules.get('_pyrepl.readline')
    reader = getattr(getattr(module, '_wrapper', None), 'reader', None)
    return reader if getattr(reader, 'console', None) is not None else None


def draw_new_prompt(reader):
    reader.dirty = True
    reader.console.repaint()
    reader.refresh()


def has_keys(console):
    if not console.event_queue.empty():
        return True
    buffer = getattr(console, 'input_buffer', b'')
    return len(buffer) > getattr(console, 'input_buffer_pos', 0)
