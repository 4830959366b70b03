"""Named cases of what runs after a save: `python cases.py PARTS [NAME...]`.

A case is a generator: it yields cycles and gets back what has become of them. The driver runs in the
same process, so that a case looks at the modules themselves.
"""
import json
import os
import shutil
import sys
import tempfile
import threading
import types

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import session

PY2 = sys.version_info[0] == 2


class Project(object):
    """A project on disk, and the options of its session."""

    def __init__(self, folder):
        self.folder = folder
        self.targets = ['lib']
        self.level, self.keep, self.only_affected, self.fresh = 'dependents', [], False, False
        self.preload = []

    def path(self, name):
        return os.path.join(self.folder, *name.split('/'))

    def write(self, **texts):
        """Writes files: `p__q` is `p/q.py`, `p__init` its package, and a text of None removes one."""
        return [self.write_file(name.replace('__', '/').replace('/init', '/__init__'), text)
                for name, text in sorted(texts.items())]

    def write_file(self, name, text):
        path = self.path(name if '.' in name else name + '.py')
        if text is None:
            os.remove(path)
            return path, False
        if not os.path.isdir(os.path.dirname(path)):
            os.makedirs(os.path.dirname(path))
        with open(path, 'w') as stream:
            stream.write(text)
        return path, True

    def start(self):
        """The first cycle."""
        return Cycle(self, [], [], True)

    def save(self, **texts):
        """Writes files as `write` does, and runs a cycle."""
        return self.saved(self.write(**texts))

    def save_file(self, name, text):
        return self.saved([self.write_file(name, text)])

    def saved(self, written):
        return Cycle(self, [path for path, exists in written if exists],
                     [path for path, exists in written if not exists], False)


class Cycle(object):
    """What one cycle is asked for, and what has become of it."""

    def __init__(self, project, changed, removed, is_first):
        self.project, self.changed, self.removed = project, changed, removed
        self.is_first = is_first
        self.reply = None       # to the request `dependents`
        self.replies = {}       # target -> the reply to its reload
        self.ran = []           # names of modules, in order
        self.because = {}

    def requests(self):
        project = self.project
        if self.is_first:
            yield None, session.setup(project.folder, project.targets)
            for name in project.preload:
                yield None, {'op': 'preload', 'module': name, 'file': None, 'package': None,
                             'folder': project.folder}
        else:
            yield 'dependents', session.save(
                project.targets, self.changed, self.removed, project.level, project.keep,
                project.only_affected, project.fresh)
        for target in project.targets:
            yield target, session.reload(target, project.folder, self.changed)

    def note(self, what, reply):
        if what is None:
            return
        if what == 'dependents':
            self.reply = reply
        else:
            self.replies[what] = reply
        for each in reply.get('modules', ()):
            self.ran.append(str(each['module']))
            self.because[str(each['module'])] = [str(cause) for cause in each['because']]

    @property
    def outcomes(self):
        return [self.replies[name]['outcome'] for name in self.project.targets]

    @property
    def stayed_old(self):
        return [(str(each['module']), str(each['needs']))
                for reply in [self.reply] + list(self.replies.values())
                for each in reply['stayed_old']]

    @property
    def errors(self):
        """The last lines of all errors, as Python prints them."""
        found = []
        for reply in [self.reply] + [self.replies.get(name) for name in self.project.targets]:
            for error in [reply and reply.get('error')] + (reply and reply['errors'] or []):
                if error:
                    found.append(str(error['native'].strip().splitlines()[-1]))
        return found


def same(found, expected):
    if found != expected:
        raise AssertionError('%r, should be %r' % (found, expected))


def value(name):
    module, _, last = name.rpartition('.')
    return vars(sys.modules[module])[last]


# The cases. Each begins with what a reader would say about it.


def case_a_saved_module_is_seen_by_what_imports_it(p):
    p.write(mymath='X = 1\n', lib='import mymath\nY = mymath.X + 1\n')
    yield p.start()
    cycle = yield p.save(mymath='X = 2\n')
    same((cycle.ran, value('lib.Y')), (['mymath', 'lib'], 3))
    same(cycle.because, {'mymath': ['mymath'], 'lib': ['mymath']})


def case_what_lies_between_runs_too_dependencies_first(p):
    p.write(a='X = 1\n', b='from a import X\n', c='from b import *\n',
            lib='import c, b, a\nY = c.X\n')
    yield p.start()
    cycle = yield p.save(a='X = 2\n')
    same((cycle.ran, value('lib.Y')), (['a', 'b', 'c', 'lib'], 2))


def case_a_target_runs_although_nothing_that_it_uses_was_saved(p):
    p.write(a='X = 1\n', b='X = 1\n', lib='import a, b\n')
    yield p.start()
    cycle = yield p.save(b='X = 2\n')
    same(cycle.ran, ['b', 'lib'])


def case_names_survive(p):
    p.write(a='try:\n    count += 1\nexcept NameError:\n    count = 1\n', lib='import a\n')
    yield p.start()
    yield p.save(a='count += 1\n')
    same(value('a.count'), 2)


def case_fresh_clears_names_first(p):
    p.fresh = True
    p.write(a='old, X = 1, 1\n', lib='import a\nmine = 1\n')
    yield p.start()
    yield p.save(a='X = 2\n', lib='import a\n')
    same([name for name in vars(sys.modules['a']) if name[:2] != '__'], ['X'])
    same('mine' in vars(sys.modules['lib']), False)
    cycle = yield p.save(a='1 // 0\n')
    same((value('a.X'), cycle.stayed_old), (2, [('lib', 'a')]))


def case_two_saved_modules_of_which_one_newly_imports_the_other(p):
    p.write(a='X = 1\n', b='Y = 1\n', lib='import a, b\nZ = a.X, b.Y\n')
    yield p.start()
    cycle = yield p.save(a='import b\nX = b.Y\n', b='Y = 5\n')
    same((cycle.ran, value('lib.Z')), (['b', 'a', 'lib'], (5, 5)))


def case_a_module_that_nothing_imports_any_more_does_not_run(p):
    p.write(a='X = 1\n', lib='import a\n')
    yield p.start()
    yield p.save(lib='Y = 1\n')
    cycle = yield p.save(a='X = 1 // 0\n')
    same((cycle.ran, cycle.reply['outcome']), (['lib'], 'skipped'))
    cycle = yield p.save(a='X = 3\n', lib='import a\nY = a.X\n')
    same((cycle.ran, value('lib.Y')), (['a', 'lib'], 3))


def case_a_new_module_is_loaded_once(p):
    p.write(a='X = 1\n', lib='import a\n')
    yield p.start()
    cycle = yield p.save(a='import new\nX = new.N\n', new='import a\nN = 7\n')
    same((sorted(cycle.ran), value('a.X')), (['a', 'lib', 'new'], 7))


def case_an_import_cycle_runs_from_where_it_began(p):
    p.write(a='import b\nX = 1\ndef f(): return b.Y\n', b='import a\nY = 1\ndef g(): return a.X\n',
            lib='import a, b\nZ = a.f(), b.g()\n')
    yield p.start()
    cycle = yield p.save(b='import a\nY = 2\ndef g(): return a.X\n')
    same((sorted(cycle.ran), value('lib.Z')), (['a', 'b', 'lib'], (2, 1)))


def case_a_cycle_with_a_target(p):
    p.write(a='import lib\nX = 1\n', lib='import a\nY = a.X\n')
    yield p.start()
    cycle = yield p.save(a='import lib\nX = 2\n')
    same((sorted(cycle.ran), value('lib.Y')), (['a', 'lib'], 2))


def case_a_target_that_imports_another_target(p):
    p.targets = ['app', 'lib']
    p.write(a='X = 1\n', lib='import a\nY = a.X\n', app='import lib\nZ = lib.Y\n')
    yield p.start()
    cycle = yield p.save(a='X = 2\n')
    same((cycle.ran, value('app.Z')), (['a', 'lib', 'app'], 2))
    same(cycle.replies['lib'].get('ran_before'), True)


def case_imports_in_functions_count_when_they_run(p):
    p.write(a='X = 1\n', b='def f():\n    import a\n    return a.X\n',
            lib='import b\nY = b.f()\n')
    yield p.start()
    cycle = yield p.save(a='X = 2\n')
    same(value('lib.Y'), 2)
    same('b' in cycle.ran, True)


def case_import_module_counts(p):
    p.write(a='X = 1\n', b='X = 1\n', c='import importlib\nX = importlib.import_module("a").X\n',
            lib='import a, c\nname = "b"\nY = c.X, __import__(name).X\n')
    yield p.start()
    cycle = yield p.save(a='X = 2\n')
    same((cycle.ran, value('lib.Y')), (['a', 'c', 'lib'], (2, 1)))


def case_import_module_counts_after_a_reload(p):
    # Up to 3.10 the first reload loads `importlib` itself.
    p.write(a='X = 1\n', b='X = 1\n', lib='import a, b\nY = b.X\n')
    yield p.start()
    yield p.save(lib='import a, b\nY = b.X\n\n')
    yield p.save(b='import importlib\nX = importlib.import_module("a").X\n')
    cycle = yield p.save(a='X = 2\n')
    same((cycle.ran, value('lib.Y')), (['a', 'b', 'lib'], 2))


def case_what_is_left_of_importers_takes_a_module_from_its_package(p):
    p.write(p__init='', p__x='X = 1\n', a='from p import x\nX = x.X\n', b='import a\n',
            d='import p.x\n', lib='import d, b\n')
    p.keep = ['b']  # so that `a` is not found from the target
    yield p.start()
    cycle = yield p.save(p__x='X = 2\n', d='')
    same((value('a.X'), cycle.ran), (2, ['d', 'p.x', 'a', 'lib']))


def case_a_package_that_fails_and_is_caught(p):
    p.write(p__init='', p__x='X = 1\n', lib='import p.x\n')
    yield p.start()
    yield p.save(p__init='import q\n', lib='import a\nY = a.X\n',
                 a='try:\n    from p.x import X\nexcept ImportError:\n    X = None\n')
    same(value('lib.Y'), None)
    yield p.save(q='')
    same(value('lib.Y'), 1)


def case_relative_imports_and_packages(p):
    p.write(p__init='from .x import X\n', p__x='from . import y\nX = y.Y\n', p__y='Y = 1\n',
            lib='import p\nfrom p import x\nZ = p.X, x.X\n')
    yield p.start()
    cycle = yield p.save(p__y='Y = 2\n')
    same((cycle.ran, value('lib.Z')), (['p.y', 'p.x', 'p', 'lib'], (2, 2)))


def case_implicit_relative_imports(p):
    if not PY2:
        return
    p.write(p__init='', p__x='import y\nX = y.Y\n', p__y='Y = 1\n', lib='import p.x\nZ = p.x.X\n')
    yield p.start()
    cycle = yield p.save(p__y='Y = 2\n')
    same((cycle.ran, value('lib.Z')), (['p.y', 'p.x', 'lib'], 2))
    # A module beside the importer hides one of the library.
    p.write(p__x='import string\nX = string\n')
    yield p.save(p__x='import string\nX = string\n')
    cycle = yield p.save(p__string='Q = 1\n')
    same((cycle.ran, value('p.x.X').__name__), (['p.string', 'p.x', 'lib'], 'p.string'))


def case_namespace_packages(p):
    if PY2:
        return
    p.write_file('n/x.py', 'X = 1\n')
    p.write(lib='import n.x\nY = n.x.X\nZ = getattr(n, "Z", 0)\n')
    yield p.start()
    cycle = yield p.save_file('n/x.py', 'X = 2\n')
    same((cycle.ran, value('lib.Y')), (['n.x', 'lib'], 2))
    cycle = yield p.save_file('n/__init__.py', 'Z = 5\n')
    same((value('lib.Y'), value('lib.Z')), (2, 5))
    yield p.save_file('n/__init__.py', None)
    same((value('lib.Y'), value('lib.Z')), (2, 0))


def case_a_syntax_error_changes_nothing(p):
    p.targets = ['lib', 'app']
    p.write(a='X = 1\n', b='import a\nX = a.X\n', lib='import b\nY = b.X\n', app='')
    yield p.start()
    cycle = yield p.save(a='X = 2\n', b='import a\nX = (a.X\n')
    same((cycle.ran, value('a.X'), cycle.reply['outcome']), ([], 1, 'failed'))
    same([cycle.replies[name].get('needs') for name in p.targets], ['b', 'b'])
    same(cycle.reply['half_written'], p.path('b.py'))
    cycle = yield p.save(b='import a\nX = a.X\n')
    same((cycle.ran, value('lib.Y')), (['a', 'b', 'lib', 'app'], 2))


def case_an_error_stops_what_depends_on_it_and_the_next_save_goes_on(p):
    p.targets = ['lib', 'app']
    p.write(a='X = 1\n', b='import a\nX = a.X\n', c='import a\nX = a.X\n',
            d='import mid\n', mid='X = 1\n', lib='import b\nY = b.X\n', app='import d\n')
    yield p.start()
    cycle = yield p.save(a='X = 1 // 0\n', mid='X = 2\n')
    same((cycle.ran, cycle.stayed_old), (['mid', 'd', 'app'], [('b', 'a'), ('lib', 'a')]))
    same((cycle.reply['outcome'], cycle.outcomes), ('failed', ['skipped', 'ok']))
    same(len(cycle.errors), 1)
    cycle = yield p.save(a='X = 2\n')
    same((cycle.ran, value('lib.Y')), (['a', 'b', 'lib', 'app'], 2))


def case_an_error_that_is_caught_stops_nothing(p):
    p.write(a='X = 1\n', lib='try:\n    import a\nexcept ZeroDivisionError:\n    a = None\n')
    yield p.start()
    cycle = yield p.save(a='X = 1 // 0\n')
    same((cycle.outcomes, cycle.errors, value('lib.a')), (['ok'], [], None))
    cycle = yield p.save(a='X = 3\n')
    same(value('lib.a').X, 3)


def case_a_module_that_was_deleted_and_returns(p):
    p.write(a='X = 1\n', b='import a\nX = a.X\n', lib='import b\nY = b.X\n')
    yield p.start()
    cycle = yield p.save(a=None)
    same('named' in cycle.errors[0] and 'a' in cycle.errors[0], True)
    same(cycle.stayed_old, [('lib', 'b')])
    cycle = yield p.save(a='X = 2\n')
    same((value('lib.Y'), cycle.outcomes, cycle.errors), (2, ['ok'], []))


def case_a_deleted_module_whose_absence_is_caught(p):
    p.write(fast='X = 1\n', lib='try:\n    import fast\nexcept ImportError:\n    fast = None\n')
    yield p.start()
    yield p.save(fast=None)
    same(value('lib.fast'), None)
    yield p.save(fast='X = 2\n')
    same(value('lib.fast').X, 2)


def case_an_import_that_failed_and_would_be_found_now(p):
    p.write(b='try:\n    import fast\n    X = fast.X\nexcept ImportError:\n    X = None\n',
            lib='import b\nY = b.X\n')
    yield p.start()
    cycle = yield p.save(fast='X = 3\n')
    same((value('lib.Y'), cycle.ran[-2:]), (3, ['b', 'lib']))


def case_a_new_file_hides_a_module_of_the_library(p):
    p.write(b='import colorsys\nX = colorsys.__file__\n', lib='import b\nY = b.X\n')
    yield p.start()
    yield p.save(colorsys='X = 3\n')
    same(value('lib.Y').startswith(p.folder), True)
    yield p.save(colorsys=None)
    same(value('lib.Y').startswith(p.folder), False)


def case_a_module_becomes_a_package(p):
    p.write(a='X = 1\n', lib='import a\nY = a.X\n')
    yield p.start()
    p.write(a=None)
    yield p.saved([p.write_file('a/__init__.py', 'from .b import X\n'), p.write_file('a/b.py', 'X = 4\n'),
                   (p.path('a.py'), False)])
    same(value('lib.Y'), 4)


def case_level_changed_leaves_out_importers(p):
    p.level = 'changed'
    p.write(a='X = 1\n', b='from a import X\n', lib='import a, b\nY = a.X, b.X\n')
    yield p.start()
    cycle = yield p.save(a='X = 2\n')
    same((cycle.ran, value('lib.Y')), (['a', 'lib'], (2, 1)))


def case_keep(p):
    p.keep = ['model']
    p.write(a='X = 1\n', model='import a\nX = a.X\n', b='import model\nX = model.X\n',
            lib='import b\nY = b.X\n')
    yield p.start()
    cycle = yield p.save(a='X = 2\n')
    same((cycle.ran, value('lib.Y')), (['a', 'lib'], 1))
    same([dict(each) for each in cycle.reply['kept']], [{'module': 'model', 'why': 'keep'}])
    cycle = yield p.save(model='import a\nX = a.X + 1\n')
    same((cycle.ran, value('lib.Y')), (['model', 'b', 'lib'], 3))


def case_only_affected_targets_run(p):
    p.targets, p.only_affected = ['lib', 'app'], True
    p.write(a='X = 1\n', lib='import a\n', app='Y = 1\n')
    yield p.start()
    cycle = yield p.save(a='X = 2\n')
    same((cycle.ran, cycle.replies['app'].get('unaffected')), (['a', 'lib'], True))


def case_a_file_that_a_module_reads(p):
    p.write_file('params.json', '1')
    p.write_file('more.txt', '1')
    p.write(a='import io, os\nfolder = os.path.dirname(__file__) + os.sep\n'
            'X = open(folder + "params.json").read()\n'
            'open(folder + "written.txt", "w").close()\n'
            'with io.open(folder + "more.txt", encoding="ascii") as f: Z = f.read()\n',
            lib='import a\nY = a.X\n')
    first = yield p.start()
    same([[str(each) for each in first.replies['lib'][kind]] for kind in ('reads', 'writes')],
         [[p.path('more.txt'), p.path('params.json')], [p.path('written.txt')]])
    cycle = yield p.save_file('params.json', '2')
    same((cycle.ran, value('lib.Y'), value('a.Z')), (['a', 'lib'], '2', '1'))
    same(cycle.because['lib'], [p.path('params.json')])
    cycle = yield p.save_file('other.json', '2')
    same((cycle.ran, cycle.reply['reads']), (['lib'], []))
    cycle = yield p.save_file('more.txt', '3')
    same((cycle.ran, value('a.Z')), (['a', 'lib'], '3'))


def case_a_c_extension_needs_a_restart(p):
    import shutil
    source = [getattr(sys.modules[name], '__file__', None) or '' for name in sorted(sys.modules)]
    source = [file for file in source if file.endswith('.so')]
    if not source:
        import _json
        source = [getattr(_json, '__file__', '')]
    name = os.path.basename(source[0])
    module = name.partition('.')[0]
    sys.modules.pop(module, None)
    shutil.copy(source[0], p.path(name))
    p.write(lib='import %s as e\nY = e.__file__\n' % module)
    cycle = yield p.start()
    same([str(each) for each in cycle.replies['lib']['extensions']], [p.path(name)])
    cycle = yield p.saved([(p.path(name), True)])
    same([str(each) for each in cycle.reply['restart']], [p.path(name)])


def case_what_preload_runs_stays_as_it_is(p):
    p.preload = ['heavy']
    p.write(a='X = 1\n', heavy='import a\nX = a.X\n', lib='import a, heavy\nY = a.X, heavy.X\n')
    yield p.start()
    cycle = yield p.save(a='X = 2\n')
    same((cycle.ran, value('lib.Y')), (['a', 'lib'], (2, 1)))
    same([dict(each) for each in cycle.reply['kept']], [{'module': 'heavy', 'why': 'preload'}])
    cycle = yield p.save(heavy='import a\nX = a.X + 1\n')
    same((cycle.ran, value('lib.Y')), (['heavy', 'lib'], (2, 3)))


def case_a_target_in_a_package_that_imports_it_runs_once(p):
    p.targets = ['p.mod']
    p.write(p__init='import p.mod\n', p__mod='import sys\nsys.runs = getattr(sys, "runs", 0) + 1\n')
    yield p.start()
    same(sys.runs, 1)


def case_a_module_that_takes_itself_out(p):
    p.write(a='import sys\nX = 1\ndel sys.modules[__name__]\n', lib='import a\nY = a.X\n')
    cycle = yield p.start()
    cycle = yield p.save(a='import sys\nX = 2\nsys.modules.pop(__name__, None)\n')
    cycle = yield p.save(a='X = 3\n')
    same((value('lib.Y'), cycle.errors), (3, []))


HOSTILE = '''
import sys
class Module(object):
    X = %d
    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        return name
    def __eq__(self, other):
        raise RuntimeError('compared')
    __hash__ = None
sys.modules[__name__] = Module()
'''


def case_an_object_in_the_place_of_a_module(p):
    p.write(a=HOSTILE % 1, lib='import a\nY = a.X\n')
    yield p.start()
    cycle = yield p.save(a=HOSTILE % 2)
    same((value('lib.Y'), cycle.errors), (2, []))


CUSTOM = '''
import sys, types
class Module(types.ModuleType):
    __slots__ = ()
    def __getattribute__(self, name):
        if name in ('__spec__', '__dict__', '__name__', '__class__', '__path__', '__loader__', '__file__'):
            return types.ModuleType.__getattribute__(self, name)
        if name == 'X':
            return vars(self)['X']
        raise AttributeError(name)
X = %d
'''


def case_a_module_with_a_class_of_its_own(p):
    text = CUSTOM + ('' if PY2 else 'sys.modules[__name__].__class__ = Module\n')
    p.write(a=text % 1, lib='import a\nY = a.X\n')
    yield p.start()
    cycle = yield p.save(a=text % 2)
    same((value('lib.Y'), cycle.errors), (2, []))


def case_two_names_for_one_file(p):
    p.write(lib='import sys, os\nsys.path.append(os.path.join(os.path.dirname(__file__), "p"))\n'
            'import p.x, x\nY = p.x.X, x.X\n')
    p.write_file('p/__init__.py', '')
    p.write_file('p/x.py', 'X = 1\n')
    yield p.start()
    cycle = yield p.save_file('p/x.py', 'X = 2\n')
    same((value('lib.Y'), sorted(cycle.ran)), ((2, 2), ['lib', 'p.x', 'x']))


def case_a_thread_that_imports_meanwhile(p):
    p.write(a='X = 1\n', b='import a\nX = a.X\n',
            lib='import threading, b, a\n'
            'def run():\n    import a, b\n    found.append(b.X)\n'
            'found = []\nthread = threading.Thread(target=run)\nthread.start()\nthread.join()\n')
    yield p.start()
    for number in range(3):
        cycle = yield p.save(a='import time\ntime.sleep(0.01)\nX = %d\n' % number)
        same((value('lib.found'), cycle.errors), ([number], []))


def run(parts, case):
    """Runs one case in a process of its own; returns what is wrong, or None."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        report = []
        folder = os.path.realpath(tempfile.mkdtemp())
        try:
            sys.path[0] = '?'
            session.run(parts, played(case(Project(folder)), report))
        except BaseException:
            import traceback
            report.append(traceback.format_exc())
        shutil.rmtree(folder, ignore_errors=True)
        os.write(write, json.dumps(report[0] if report else None).encode('ascii'))
        os._exit(0)
    os.close(write)
    with os.fdopen(read, 'rb') as stream:
        text = stream.read()
    os.waitpid(child, 0)
    return json.loads(text.decode('ascii')) if text else 'the driver died'


def played(case, report):
    """A session's requests for the cycles of a case."""
    cycle = None
    try:
        while True:
            cycle = case.send(cycle)
            for what, request in cycle.requests():
                reply = yield request
                cycle.note(what, reply)
    except StopIteration:
        return
    except Exception:
        import traceback
        errors = cycle.errors if cycle is not None else []
        report.append(traceback.format_exc() + ''.join(['  %s\n' % each for each in errors]))


def main(arguments):
    parts = session.parts_in(arguments[0])
    failed = False
    for name in sorted(globals()):
        if name.startswith('case_') and (not arguments[1:] or name[5:] in arguments[1:]):
            problem = run(parts, globals()[name])
            if problem is not None:
                failed = True
                print('%s:\n%s' % (name[5:].replace('_', ' '), problem))
    return int(failed)


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
