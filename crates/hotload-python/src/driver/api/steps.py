# The steps of launch scripts.
# Uses: base, finder, imports, levels, loading, loop, reruns, sources


class Runnable(object):
    """A step. Subclass it and define `run`.

    `run(self, **kwargs)` is called in each cycle. It may name the arguments that it wants:
    `changed_files`, a list of paths, and `changed_modules`, a list of the loaded modules among them.
    Both are empty in the first cycle. If it raises, the error is reported and the next step runs.
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
    """Runs a command in the shell and waits for it. The step fails if the exit status is not 0."""

    def __init__(self, command):
        self.command = command

    def run(self, **kwargs):
        status = import_own('subprocess').call(self.command, shell=True)
        if status != 0:
            raise CommandFailed('`%s` ended with exit status %s' % (self.command, status))


class CommandFailed(Exception):
    """The exit status of a command is not 0."""


class ClearTerminal(Runnable):
    """Clears the screen, if there is one, but not the scroll-back."""

    def run(self, **kwargs):
        stream = sys.__stdout__
        if stream is None or not stream.isatty():
            return
        if os.name == 'nt':
            import_own('subprocess').call('cls', shell=True)
        else:
            # Scrolls up what is there and moves to the top.
            stream.write('\033[2J\033[H')
            stream.flush()


class ReloadedPythonModule(Runnable):
    """Reloads a module in each cycle. Names that the module does not rebind keep their values.

    In the first cycle a module that has just run does not run again, unless its file was saved in
    the meantime. Subclass this and define the hooks to do something before or after a reload. Both get
    the module, in the first cycle too: `pre_reload_hook` then gets it as it was just loaded.

    `level`: what runs besides the module. "module": nothing; "changed": the saved modules, before it;
    "dependents": those and whatever imports them, in order; "patch": the same, and existing functions,
    classes and instances of what runs take on the new behaviour.
    """

    def __init__(self, module, level='module'):
        if not hasattr(module, '__name__'):
            refuse('ReloadedPythonModule takes a module; for a name, write '
                   'ReloadedPythonModule.from_module_name(...)')
        self.name = module.__name__
        self.given = module
        self.level = checked_level(level)
        self.is_first_run = True
        file = source_file(module)
        if file is not None:
            # From now on it is loaded from its source, wherever that is.
            SOURCES.named[file] = self.name

    @classmethod
    def from_module_name(cls, name, level='module'):
        """A step that loads the module of this name in the first cycle, and then reloads it.

        If the first load fails, the next save loads it.
        """
        name = checked_name(name)
        module = sys.modules.get(name) or unloaded_module(name)
        # A subclass with an `__init__` of its own need not take a level.
        return cls(module) if level == 'module' else cls(module, level=level)

    @property
    def module(self):
        """The module. It has no names before the first cycle, unless it has been imported."""
        return sys.modules.get(self.name, self.given)

    def pre_reload_hook(self, module):
        """Called before each reload, to clean up."""

    def post_reload_hook(self, module):
        """Called after each reload that succeeded."""

    def function(self, name):
        """A function of the module, looked up at each call, so that the reloaded one is called."""
        return ModuleFunction(self, name)

    def run(self, **kwargs):
        is_first_run, self.is_first_run = self.is_first_run, False
        file = source_file(self.module)
        if file is not None and not os.path.exists(file):
            raise Missing(file)
        if module_to_run(self.name) is None:
            self.load()
            self.pre_reload_hook(self.module)
        elif is_first_run and has_just_run(self.name, file):
            self.pre_reload_hook(self.module)
        elif getattr(self, 'level', 'module') == 'module':
            self.reload(file)
        else:
            run_with_dependents(self.name, self.level, lambda: self.reload(file))
        self.post_reload_hook(self.module)

    def load(self):
        forget_absences()
        UNFINISHED[self.name] = True
        try:
            fills_given = SOURCES.prepared.get(self.name) is self.given
            load_first(self.name)
            UNFINISHED.pop(self.name, None)
            if fills_given and self.name not in SOURCES.prepared:
                note_substitute(self.name, self.given)
        except:
            # The next attempt fills the same module.
            SOURCES.prepared[self.name] = self.given
            raise

    def reload(self, file):
        if file is not None and has_hook(self):
            # For a source that does not compile nothing is cleaned up.
            check_source(self.name, file)
        try:
            self.pre_reload_hook(self.module)
        except Exception:
            # The new text runs all the same: it may be the one that fixes this.
            self.reload_text()
            raise
        self.reload_text()

    def reload_text(self):
        forget_absences()
        reload_whole(self.name, self.module)


class ModuleFunction(object):
    """A function of a reloaded module, by name."""

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
    """Reloads each changed module except the one that another step reloads.

    A module whose reload fails is tried again in each cycle until it succeeds.
    """

    due = {}  # name -> module; shared by all such steps, since an edited script makes new ones

    def __init__(self, module):
        # A ReloadedPythonModule has the name of its module.
        self.name = getattr(module, 'name', None) or getattr(module, '__name__', None)
        if self.name is None:
            refuse('ReloadModules takes a module or a ReloadedPythonModule')

    def run(self, changed_modules=(), **kwargs):
        forget_absences()
        for module in changed_modules:
            self.due[module.__name__] = module
        self.due.pop(self.name, None)
        names = sorted(self.due)
        for index, name in enumerate(names):
            try:
                self.reload(name)
            except Exception:
                self.reload_quietly(names[index + 1:])
                raise

    def reload(self, name):
        module = self.due[name]
        try:
            reload_whole(name, module)
        except Exception:
            if not os.path.exists(source_file(module)):
                del self.due[name]  # if it comes back, that is a change
            raise
        del self.due[name]

    def reload_quietly(self, names):
        """Reloads these after one has failed. If they fail, a later cycle reports it."""
        for name in names:
            try:
                self.reload(name)
            except Exception:
                pass


def checked_name(name):
    if PY2:
        if isinstance(name, unicode):
            name = name.encode('utf-8')
    if not isinstance(name, str) or '' in name.split('.'):
        refuse('from_module_name takes the name of a module, not %r' % (name,))
    return name


def unloaded_module(name):
    """A module without names yet: its first load, by whatever import, fills it."""
    if name.endswith('.py'):
        refuse('`%s` is a file: give the name of the module, `%s`' % (name, name[:-3]))
    found = find_file(name)
    if found is None:
        # It has no source: it is built in, or an extension. There is no reason to wait.
        try:
            __import__(name)
        except ImportError:
            refuse('there is no module `%s`' % name)
        return sys.modules[name]
    file = os.path.abspath(found[0])
    SOURCES.targets[name] = (file, found[1])
    SOURCES.named[file] = name
    SOURCES.prepared[name] = type(os)(name)  # `sys` would not do: in Jython it is not a module
    SOURCES.prepared[name].__file__ = file
    return SOURCES.prepared[name]


def source_file(module):
    """The source of a module, even if `__file__` names what was compiled from it; or None."""
    file = getattr(module, '__file__', None)
    if not file:
        return None
    file = os.path.abspath(file)
    for ending in ('.pyc', '.pyo', '$py.class'):
        if file.endswith(ending):
            file = file[:-len(ending)] + '.py'
    return file


UNFINISHED = {}  # names of the modules whose last load by a step did not finish
LOADED_BEFORE = {}  # file -> what was last loaded from it before this cycle


def has_just_run(name, file):
    """Whether the present text of the file has run in this cycle, to its end."""
    if name in UNFINISHED or file not in SOURCES.loaded:
        return False
    loaded = SOURCES.loaded[file][-1]
    try:
        return loaded is not LOADED_BEFORE.get(file) and loaded[0] == read_once(file)[0]
    except EnvironmentError:
        return False


def reload_whole(name, module):
    UNFINISHED[name] = True
    run_again(name, module)
    UNFINISHED.pop(name, None)


def check_source(name, file):
    """Raises the error if the file does not compile."""
    data, modified = read_once(file)
    try:
        if PY2:
            check_encoding(data, file)
        compile(data, file, 'exec', 0, 1)
    except Exception:
        SOURCES.broken = exc_info()[1], file
        SOURCES.read.append([name, file, modified, data, False])
        raise


def has_hook(reloader):
    return 'pre_reload_hook' in [
        name for kind in type(reloader).__mro__ for name in vars(kind)
        if kind not in (ReloadedPythonModule, Runnable)]


def loaded_modules(files):
    """The loaded modules whose sources are among the files."""
    wanted = {os.path.normcase(file) for file in files}
    found = {}
    for name, module in list(sys.modules.items()):
        if name not in ('__main__', 'hotload') and isinstance(module, type(os)):
            file = source_file(module)
            if file is not None and os.path.normcase(file) in wanted:
                found[name] = module
    return [found[name] for name in sorted(found)]


def run_step(step):
    """Runs a step with the arguments that it wants."""
    keywords = {'changed_files': list(SOURCES.changed)}
    names, takes_any = argument_names(step.run)
    if takes_any or 'changed_modules' in names:
        keywords['changed_modules'] = loaded_modules(SOURCES.changed)
    if not takes_any:
        keywords = {name: keywords[name] for name in keywords if name in names}
    step.run(**keywords)


def argument_names(function):
    """The names of a function's arguments, and whether it takes any other keyword."""
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
