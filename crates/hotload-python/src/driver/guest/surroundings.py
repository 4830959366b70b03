# What user code finds around it in a host, for as long as it runs.
# Uses: base, output

# LATER

INPUT = 'raw_input' if PY2 else 'input'

VARIABLES = {'HOTLOAD_RUNNING': 'HOTLOAD_RUNNING', 'HOTLOAD_RESTARTS': '0'}


class Surroundings(object):
    """The streams, arguments, paths and variables of one run. `leave` gives the host its own back."""

    def __init__(self, folders, argument, arguments, has_input):
        self.streams = sys.stdin, sys.stdout, sys.stderr
        self.arguments = getattr(sys, 'argv', None)
        self.variables = {name: os.environ.get(name) for name in VARIABLES}
        self.writes_no_bytecode = sys.dont_write_bytecode
        self.folders = folders
        for folder in reversed(folders):
            sys.path.insert(0, folder)
        sys.argv = [argument] + arguments
        os.environ.update(VARIABLES)
        sys.dont_write_bytecode = True
        sys.stdout, sys.stderr = Tee(sys.stdout, False), Tee(sys.stderr, True)
        self.input = getattr(builtins, INPUT)
        if not has_input:
            sys.stdin = NoInput()
            # That of the prompt of 3.13 does not ask the stream.
            setattr(builtins, INPUT, NoInput().refuse)

    def leave(self):
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, Tee):
                stream.send_line()
        sys.stdin, sys.stdout, sys.stderr = self.streams
        setattr(builtins, INPUT, self.input)
        sys.dont_write_bytecode = self.writes_no_bytecode
        for name in VARIABLES:
            if self.variables[name] is not None:
                os.environ[name] = self.variables[name]
            elif name in os.environ:
                del os.environ[name]
        if self.arguments is not None:
            sys.argv = self.arguments
        for folder in self.folders:
            if folder in sys.path:
                sys.path.remove(folder)
