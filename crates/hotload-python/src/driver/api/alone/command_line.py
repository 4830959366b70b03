# `find . -name '*.py' | python hotload.py lib.py`
# Uses: base, errors, imports, loop, sources, steps


def main(arguments):
    """Runs the command line; returns the exit status."""
    argparse = import_own('argparse')
    parser = argparse.ArgumentParser(
        prog='hotload.py',
        description='Reload a module whenever a file that standard input lists is saved.')
    parser.add_argument('file', metavar='lib.py', help='the module to reload')
    parser.add_argument('--entrypoint', metavar='FUNC', help='call FUNC in it after each reload')
    parser.add_argument('--recursive', action='store_true', default=is_set('HOTLOAD_RECURSIVE'),
                        help='reload other changed modules first')
    parser.add_argument('--no-clear', action='store_true', default=is_set('HOTLOAD_NO_CLEAR'),
                        help='do not clear the screen')
    parser.add_argument('--version', action='version', version=__version__)
    options = parser.parse_args(arguments)
    files = listed_on_standard_input()
    if not files:
        say("error: there are no files on standard input\n\n"
            "hint: pipe a list into it: find . -name '*.py' | python hotload.py lib.py")
        return 1
    # The reloaded modules may import this one as `hotload`.
    sys.modules['hotload'] = sys.modules['__main__']
    folder, name = os.path.split(options.file)
    sys.path[0] = os.path.abspath(folder)
    sys.path.append('.')
    SOURCES.roots.append(os.path.normcase(sys.path[0]))
    if name.endswith('.py'):
        name = name[:-3]
    sys.argv = [options.file]
    hotload(files, steps_for(options, name))
    return 0


def steps_for(options, name):
    steps = []
    if not options.no_clear:
        steps.append(ClearTerminal())
    reloader = Target.from_module_name(name)
    reloader.entrypoint = options.entrypoint
    if options.recursive:
        steps.append(ReloadModules(reloader))
    return steps + [reloader]


class Target(ReloadedPythonModule):
    """Reloads a module and calls one of its functions."""

    entrypoint = None

    def post_reload_hook(self, module):
        if self.entrypoint:
            self.function(self.entrypoint)()


def is_set(name):
    return os.environ.get(name) == name


def listed_on_standard_input():
    """The paths on standard input, one per line. After that, user code reads the terminal."""
    if sys.stdin is None or sys.stdin.isatty():
        return []
    files = [line.rstrip('\r\n') for line in sys.stdin]
    try:
        terminal = os.open('/dev/tty', os.O_RDWR)
    except EnvironmentError:
        pass  # there is none: user code gets empty input
    else:
        os.dup2(terminal, 0)
        os.close(terminal)
        sys.stdin = sys.__stdin__ = os.fdopen(0)
    return [file for file in files if file]
