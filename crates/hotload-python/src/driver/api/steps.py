# The steps that a launch script can give.


class Runnable(object):
    """A step. Subclass it and define `run`.

    `run(self, **kwargs)` is called in each cycle. It may name what it wants: `changed_files`, a
    list of paths, and `changed_modules`, a list of the loaded modules among them. Both are empty in
    the first cycle. What it raises is reported, and the next step runs.
    """

    def run(self, **kwargs):
        raise NotImplementedError('%s has no method `run`' % type(self).__name__)


class PythonHandle(Runnable):
    """Calls something, without arguments."""

    def __init__(self, callable):
        self.callable = callable

    def run(self, **kwargs):
        self.callable()


class Command(Runnable):
    """Runs a command in the shell and waits for it. Another exit status than 0 is a failed step."""

    def __init__(self, command):
        self.command = command

    def run(self, **kwargs):
        status = import_own('subprocess').call(self.command, shell=True)
        if status != 0:
            raise CommandFailed('`%s` ended with exit status %s' % (self.command, status))


class CommandFailed(Exception):
    """A command ended with another exit status than 0."""


class ClearTerminal(Runnable):
    """Clears the screen, if there is one. The scroll-back stays."""

    def run(self, **kwargs):
        stream = sys.__stdout__
        if stream is None or not stream.isatty():
            return
        if os.name == 'nt':
            import_own('subprocess').call('cls', shell=True)
        else:
            # Scrolls what is there up, and goes to the top.
            stream.write('\033[2J\033[H')
            stream.flush()


class ReloadedPythonModule(Runnable):
    """Reloads a module in each cycle. Names that it does not bind again stay.

    In its first cycle a module that has just run is not run a second time, unless its file was
    saved since. Subclass it and define the hooks for what comes before and after a reload. Both get
    the module, in the first cycle, too: `pre_reload_hook` then as it was just loaded.
    """

    def __init__(self, module):
        if not hasattr(module, '__name__'):
            refuse('ReloadedPythonModule takes a module; with a name, write '
                   'ReloadedPythonModule.from_module_name(...)')
        self.name = module.__name__
        self.given = module
        self.is_first_run = True
        file = source_file(module)
        if file is not None:
            # From its source from now on, wherever it lies.
            SOURCES.named[file] = self.name

    @classmethod
    def from_module_name(cls, name):
        """A step that reloads the module of this name, and loads it in the first cycle.

        If that first load fails, a later save loads it.
        """
        name = checked_name(name)
        return cls(sys.modules.get(name) or announced_module(name))

    @property
    def module(self):
        """The module. Before the first cycle it has no names yet, unless somebody has imported it."""
        return sys.modules.get(self.name, self.given)

    def pre_reload_hook(self, module):
        """Called before each reload, for clean-up."""

    def post_reload_hook(self, module):
        """Called after each reload that has succeeded, for what is to be done then."""

    def function(self, name):
        """A function of the module. It is looked up by each call, and so is the reloaded one."""
        return ModuleFunction(self, name)

    def run(self, **kwargs):
        is_first_run, self.is_first_run = self.is_first_run, False
        file = source_file(self.module)
        if file is not None and not os.path.exists(file):
            raise Missing(file)
        if not isinstance(sys.modules.get(self.name), type(os)):
            self.load()
            self.pre_reload_hook(self.module)
        elif is_first_run and has_just_run(self.name, file):
            self.pre_reload_hook(self.module)
        else:
            self.reload(file)
        self.post_reload_hook(self.module)

    def load(self):
        forget_absences()
        UNFINISHED[self.name] = True
        try:
            load_first(self.name)
            UNFINISHED.pop(self.name, None)
        except:
            # The next try fills the same module.
            SOURCES.prepared[self.name] = self.given
            raise

    def reload(self, file):
        if file is not None and has_hook(self):
            # Nothing is cleaned up for a source that does not compile.
            check_source(self.name, file)
        try:
            self.pre_reload_hook(self.module)
        except Exception:
            # The new text runs all the same: it may be the one that mends this.
            self.reload_text()
            raise
        self.reload_text()

    def reload_text(self):
        forget_absences()
        reload_whole(self.module)


class ModuleFunction(object):
    """A function of a reloaded module, by its name."""

    def __init__(self, reloader, name):
        self.reloader = reloader
        self.name = name

    def __call__(self, *arguments, **keywords):
        names = self.reloader.module.__dict__
        if self.name not in names:
            raise AttributeError(
                'module `%s` has no function `%s`' % (self.reloader.name, self.name))
        return names[self.name](*arguments, **keywords)


class ReloadModules(Runnable):
    """Reloads each changed module but the one that another step reloads.

    One whose reload fails is tried again in each cycle until it loads.
    """

    due = {}  # name -> module: of all such steps, since an edited script has others

    def __init__(self, module):
        # A ReloadedPythonModule knows the name of its module.
        self.name = getattr(module, 'name', None) or getattr(module, '__name__', None)
        if self.name is None:
            refuse('ReloadModules takes a module or a ReloadedPythonModule')

    def run(self, changed_modules=(), **kwargs):
        forget_absences()
        for module in changed_modules:
            self.due[module.__name__] = module
        self.due.pop(self.name, None)
        names = sorted(self.due)
        for place, name in enumerate(names):
            try:
                self.reload(name)
            except Exception:
                self.reload_quietly(names[place + 1:])
                raise

    def reload(self, name):
        module = self.due[name]
        try:
            reload_whole(module)
        except Exception:
            if not os.path.exists(source_file(module)):
                del self.due[name]  # should it come back, it has changed
            raise
        del self.due[name]

    def reload_quietly(self, names):
        """Reloads these after one that has failed. What fails here is told in a later cycle."""
        for name in names:
            try:
                self.reload(name)
            except Exception:
                pass


def checked_name(name):
    if PY2 and isinstance(name, unicode):
        name = name.encode('utf-8')
    if not isinstance(name, str) or '' in name.split('.'):
        refuse('from_module_name takes the name of a module, and %r is none' % (name,))
    return name


def announced_module(name):
    """A module without names: whoever loads it first fills it."""
    if name.endswith('.py'):
        refuse('`%s` is a file: name the module, `%s`' % (name, name[:-3]))
    found = find_file(name)
    if found is None:
        # Without a source: built in, or an extension. There is nothing to put off.
        try:
            __import__(name)
        except ImportError:
            refuse('there is no module `%s`' % name)
        return sys.modules[name]
    file = os.path.abspath(found[0])
    SOURCES.targets[name] = (file, found[1])
    SOURCES.named[file] = name
    SOURCES.prepared[name] = type(os)(name)  # Jython's `sys` is no module
    SOURCES.prepared[name].__file__ = file
    return SOURCES.prepared[name]


def source_file(module):
    """The source of a module, also where `__file__` names what was compiled from it; or None."""
    file = getattr(module, '__file__', None)
    if not file:
        return None
    file = os.path.abspath(file)
    for ending in ('.pyc', '.pyo', '$py.class'):
        if file.endswith(ending):
            file = file[:-len(ending)] + '.py'
    return file


# Names of modules whose last load by a step has not come to its end.
UNFINISHED = {}

# file -> what had been loaded from it last when this cycle began.
LOADED_BEFORE = {}


def has_just_run(name, file):
    """Whether the text that is in the file has run in this cycle, to its end."""
    if name in UNFINISHED or file not in SOURCES.loaded:
        return False
    loaded = SOURCES.loaded[file][-1]
    try:
        return loaded is not LOADED_BEFORE.get(file) and loaded[0] == read_once(file)[0]
    except EnvironmentError:
        return False


def reload_whole(module):
    UNFINISHED[module.__name__] = True
    reload_module(module)
    UNFINISHED.pop(module.__name__, None)


def check_source(name, file):
    """Raises what compiling the file raises."""
    data, modified = read_once(file)
    try:
        if PY2:
            check_encoding(data, file)
        compile(data, file, 'exec', 0, 1)
    except Exception:
        SOURCES.broken = (exc_info()[1], file)
        SOURCES.read.append([name, file, modified, data, False])
        raise


def has_hook(reloader):
    return 'pre_reload_hook' in [
        name for kind in type(reloader).__mro__ for name in vars(kind)
        if kind not in (ReloadedPythonModule, Runnable)]


def loaded_modules(files):
    """The loaded modules whose sources are among the files."""
    wanted = dict([(os.path.normcase(file), True) for file in files])
    found = {}
    for name, module in list(sys.modules.items()):
        if name not in ('__main__', 'hotload') and isinstance(module, type(os)):
            file = source_file(module)
            if file is not None and os.path.normcase(file) in wanted:
                found[name] = module
    return [found[name] for name in sorted(found)]


def run_step(step):
    """Runs a step with what it wants to know."""
    keywords = {'changed_files': list(SOURCES.changed)}
    names, takes_any = argument_names(step.run)
    if takes_any or 'changed_modules' in names:
        keywords['changed_modules'] = loaded_modules(SOURCES.changed)
    if not takes_any:
        keywords = dict([(name, keywords[name]) for name in keywords if name in names])
    step.run(**keywords)


def argument_names(function):
    """The names of a function's arguments, and whether it takes any other keyword, too."""
    code = getattr(getattr(function, '__func__', function), '__code__', None)
    if code is None:
        return (), True
    count = code.co_argcount + getattr(code, 'co_kwonlyargcount', 0)
    return code.co_varnames[:count], bool(code.co_flags & 0x08)


def step_name(step):
    """A step as messages and events call it."""
    kind = type(step)
    if kind is ClearTerminal:
        return 'clear'
    if kind is Command:
        return 'run:%s' % step.command
    if kind is ReloadedPythonModule:
        return 'reload:%s' % step.name
    if isinstance(step, ReloadedPythonModule):
        return '%s(%s)' % (kind.__name__, getattr(step, 'name', '?'))
    if kind is PythonHandle:
        return 'PythonHandle(%s)' % getattr(step.callable, '__name__', '...')
    return kind.__name__
