"""The random test of `--reload patch`: `python held.py PARTS FIRST LAST EDITS`.

For each seed from FIRST to LAST a random module is edited as often as asked. Objects of it are held from
the start, and more are taken after each save. After each save the module has what a fresh one has, and
every held object behaves like the fresh one, or a line has said why not.
"""
import os
import random
import shutil
import sys
import tempfile
import types

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import session

PY2 = sys.version_info[0] == 2

HEAD = '''\
import functools
import c

def plain(fn):
    def inner(*args): return ('plain', %(a)d, fn(*args))
    return inner

def wraps(fn):
    @functools.wraps(fn)
    def inner(*args): return ('wraps', fn(*args))
    return inner

def with_argument(k):
    def decorate(fn):
        def inner(*args): return ('argument', k, fn(*args))
        return inner
    return decorate

def same(fn):
    return fn

class Wrapper(object):
    def __init__(self, fn): self.fn = fn
    def __call__(self, *args): return ('object', %(b)d, self.fn(*args))

class Field(object):
    def __init__(self, fn): self.fn = fn
    def __get__(self, instance, owner): return ('field', %(b)d, self.fn(instance))

'''

OTHER = '''\
import functools
items = {}
def other(fn):
    def inner(*args): return ('other', fn(*args))
    return inner
def register(thing):
    items[thing.__name__] = thing
    return thing
class Base(object):
    def base(self): return 'base'
'''

DECORATORS = ['', '', '', '@plain', '@wraps', '@with_argument(%d)', '@same', '@Wrapper', '@c.other', '@c.register',
              '@plain\n@wraps', '@functools.partial(plain)']
if not PY2:
    DECORATORS += ['@functools.lru_cache(maxsize=None)', '@functools.singledispatch']
MEMBERS = ['method', 'method', 'property', 'static', 'class', 'constant', 'field', 'lambda', 'nested', 'decorated']
if not PY2:
    MEMBERS += ['super', 'class_cell']
KINDS = ['function', 'function', 'lambda', 'class', 'class', 'closure', 'constant', 'slots', 'old']
if sys.version_info >= (3, 7):
    KINDS += ['dataclass', 'enum']
if not PY2:
    KINDS += ['metaclass']


class Model(object):
    """A module, as what can be edited."""

    def __init__(self, chance):
        self.chance = chance
        self.head = {'a': 1, 'b': 1}
        self.items = []
        self.count = 0
        for _ in range(chance.randint(2, 7)):
            self.add()

    def number(self):
        return self.chance.randint(1, 99)

    def add(self):
        self.count += 1
        kind = self.chance.choice(KINDS)
        item = {'kind': kind, 'name': 'x%d' % self.count, 'number': self.number(), 'decorator': '', 'default': 0,
                'base': None, 'members': {}, 'blank': 0}
        if kind == 'function':
            item['decorator'] = self.decorator()
        if kind in ('class', 'slots', 'old', 'dataclass', 'metaclass'):
            if kind == 'class' and self.chance.random() < .4:
                item['base'] = self.base_before(len(self.items))
            for _ in range(self.chance.randint(0, 4)):
                self.add_member(item)
        if kind == 'enum':
            item['members'] = {'A': 1, 'B': 2}
        self.items.append(item)

    def decorator(self):
        return self.chance.choice(DECORATORS).replace('%d', str(self.chance.randint(1, 3)))

    def base_before(self, index):
        found = [item['name'] for item in self.items[:index] if item['kind'] == 'class']
        return self.chance.choice(found + ['c.Base'])

    def add_member(self, item):
        name = 'm%d' % self.chance.randint(1, 6)
        item['members'][name] = (self.chance.choice(MEMBERS), self.number(), self.chance.randint(0, 1))

    def edit(self):
        """Changes something; a few times more than one thing."""
        for _ in range(self.chance.choice([1, 1, 2, 4])):
            self.edit_once()

    def edit_once(self):
        chance = self.chance
        what = chance.randint(0, 10)
        if what == 0 or not self.items:
            return self.add()
        item = chance.choice(self.items)
        if what == 1 and not [each for each in self.items if each['base'] == item['name']]:
            self.items.remove(item)
        elif what == 2:
            self.head[chance.choice('ab')] = self.number()
        elif what == 3:
            item['blank'] = 1 - item['blank']
        elif what == 4 and item['kind'] == 'function':
            item['decorator'] = self.decorator()
        elif what == 5 and item['kind'] in ('function', 'closure'):
            item['default'] = 1 - item['default']
        elif item['kind'] == 'enum':
            name = chance.choice('ABCD')
            if name in item['members'] and len(item['members']) > 1:
                del item['members'][name]
            else:
                item['members'][name] = 1 + 'ABCD'.index(name)
        elif item['members'] and what == 6:
            del item['members'][chance.choice(sorted(item['members']))]
        elif item['kind'] in ('class', 'slots', 'old', 'dataclass', 'metaclass') and what in (7, 8):
            self.add_member(item)
        elif item['kind'] == 'class' and what == 9:
            item['base'] = chance.choice([None, self.base_before(self.items.index(item))])
        elif item['members']:
            name = chance.choice(sorted(item['members']))
            kind, _, other = item['members'][name]
            item['members'][name] = kind, self.number(), other
        else:
            item['number'] = self.number()

    def text(self):
        return HEAD % self.head + ''.join([self.text_of(item) for item in self.items])

    def text_of(self, item):
        name, number, kind = item['name'], item['number'], item['kind']
        text = '\n' * item['blank']
        if kind == 'function':
            default = 'b=%d' % number if item['default'] else 'b=1'
            decorator = item['decorator'] and item['decorator'] + '\n'
            return text + '%sdef %s(a=0, %s):\n    "Has %d."\n    return (a, b, %d)\n' % (
                decorator, name, default, number, number)
        if kind == 'lambda':
            return text + '%s = lambda *args: %d\n' % (name, number)
        if kind == 'constant':
            return text + '%s = %d\n' % (name, number)
        if kind == 'closure':
            used = 'n, k' if item['default'] else 'n'
            return text + ('def make_%s(n, k=%d):\n    def inner(*args): return (%s, %d)\n    return inner\n'
                           '%s = make_%s(%d)\n' % (name, number % 3, used, number, name, name, number % 5))
        if kind == 'enum':
            lines = ['    %s = %d' % pair for pair in sorted(item['members'].items(), key=lambda it: it[1])]
            return text + 'import enum\nclass %s(enum.Enum):\n%s\n    def x(self): return %d\n' % (
                name, '\n'.join(lines), number)
        return text + self.text_of_class(item)

    def text_of_class(self, item):
        kind, name = item['kind'], item['name']
        head = {'class': 'class %s(%s):' % (name, item['base'] or 'object'), 'slots': 'class %s(object):' % name,
                'old': 'class %s:' % name, 'dataclass': 'import dataclasses\n@dataclasses.dataclass\nclass %s:' % name,
                'metaclass': 'class M%s(type):\n    def meta(cls): return %d\nclass %s(metaclass=M%s):' % (
                    name, item['number'], name, name)}[kind]
        lines = [head, '    number = %d' % item['number']]
        if kind == 'slots':
            lines.append('    __slots__ = ("s%d",)' % (item['number'] % 2))
        if kind == 'dataclass':
            lines.append('    field%d: int = %d' % (item['number'] % 2, item['number']))
        for member in sorted(item['members']):
            lines += self.lines_of_member(kind, member, *item['members'][member])
        return '\n'.join(lines) + '\n'

    def lines_of_member(self, owner, name, kind, number, other):
        value = 'return (%r, %d)' % (name, number)
        if kind == 'property':
            lines = ['@property', 'def %s(self): %s' % (name, value)]
        elif kind == 'static':
            lines = ['@staticmethod', 'def %s(): %s' % (name, value)]
        elif kind == 'class':
            lines = ['@classmethod', 'def %s(cls): %s' % (name, value)]
        elif kind == 'constant':
            lines = ['%s = %d' % (name, number)]
        elif kind == 'field':
            lines = ['@Field', 'def %s(self): %s' % (name, value)]
        elif kind == 'lambda':
            lines = ['%s = lambda self: %d' % (name, number)]
        elif kind == 'nested':
            lines = ['class %s(object):' % name, '    def y(self): return %d' % number]
        elif kind == 'decorated':
            lines = [['@plain', '@wraps'][other], 'def %s(self): %s' % (name, value)]
        elif kind == 'super':
            lines = ['def %s(self): return (%d, getattr(super(), "base", int)())' % (name, number)]
        elif kind == 'class_cell':
            lines = ['def %s(self): return (%d, __class__.__name__)' % (name, number)]
        else:
            lines = ['def %s(self%s): %s' % (name, ', a=1' if other else '', value)]
        return ['    ' + line for line in lines]


def result_of(function, *arguments):
    try:
        return describe(function(*arguments))
    except Exception as error:
        return 'raises %s' % type(error).__name__


def public_names(instance):
    found = {}
    for name in dir(type(instance)) if not isinstance(instance, type) else dir(instance):
        if name[:1] != '_':
            found[name] = True
    return sorted(found)


def describe(value):
    """How an object behaves, so that it can be compared with another one."""
    if isinstance(value, (int, str, type(None))):
        return value
    if isinstance(value, (tuple, list)):
        return tuple([describe(each) for each in value])
    if isinstance(value, types.ModuleType):
        return 'module'
    if isinstance(value, type) or PY2 and isinstance(value, types.ClassType):
        if hasattr(value, '__members__'):
            members = [(each.name, each.value, describe_instance(each)) for each in value]
            return ('enum', value.__name__, tuple(members))
        return ('class', value.__name__, tuple([base.__name__ for base in value.__bases__]),
                result_of(lambda: describe_instance(value())))
    if callable(value):
        return ('call', result_of(value), value.__doc__ if isinstance(value, types.FunctionType) else '')
    return type(value).__name__


def describe_instance(instance):
    found = []
    names = dir(instance.__class__) if PY2 else public_names(instance)
    for name in names:
        if name[:1] == '_' or name in ('name', 'value', 'fn') or name.startswith('field'):
            continue
        value = getattr(instance, name)
        if isinstance(value, types.MethodType) or isinstance(value, types.FunctionType):
            value = result_of(value)
        elif isinstance(value, type):
            value = describe_instance(value()) if value.__module__ == 'm' else value.__name__
        else:
            value = describe(value) if not name.startswith('s') else 'slot'
        found.append((name, value))
    return tuple(found)


class Held(object):
    """An object that was taken from the module, and how to get the same of a fresh one."""

    def __init__(self, what, path, take, module):
        self.what, self.path, self.take = what, path, take
        self.value = take(module)

    def behaves_like(self, module):
        """How this behaves, and how one of another module does."""
        return self.seen(self.value), self.seen(self.take(module))

    def seen(self, value):
        if self.what == 'instance':
            return result_of(lambda: describe_instance(value))
        if self.what == 'bound':
            return result_of(value)
        return describe(value)[:2] if callable(value) and self.what != 'made' else describe(value)


def get(path):
    def take(module):
        value = module
        for part in path.split('.'):
            value = getattr(value, part)
        return value
    return take


def held_of(model, module):
    """Objects that something may hold."""
    found = []
    for item in model.items:
        name, kind = item['name'], item['kind']
        take = get(name)
        if kind == 'constant':
            continue
        found.append(Held('object', name, take, module))
        if kind == 'closure':
            found.append(Held('made', name, lambda module, name=name: getattr(module, 'make_' + name)(7), module))
        if kind in ('class', 'slots', 'old', 'dataclass', 'metaclass'):
            found.append(Held('instance', name, lambda module, take=take: take(module)(), module))
            for member in sorted(item['members']):
                what = item['members'][member][0]
                if what in ('method', 'super', 'class_cell', 'lambda', 'decorated', 'class', 'static'):
                    found.append(Held('bound', name + '.' + member, lambda module, take=take, member=member: getattr(
                        take(module)(), member), module))
    return found


def still_means(held, model, kinds):
    """Whether a path has the same meaning as when the object was taken."""
    parts = held.path.split('.')
    for item in model.items:
        if item['name'] == parts[0]:
            if len(parts) == 1:
                return held.kind == item['kind']
            return parts[1] in item['members'] and item['members'][parts[1]][0] == held.member
    return False


def fresh(text):
    """The module that a new interpreter would have."""
    module = types.ModuleType('m')
    items, sys.modules['c'].items = sys.modules['c'].items, {}
    own, sys.modules['m'] = sys.modules['m'], module
    try:
        eval(compile(text, '<fresh>', 'exec', 0, 1), module.__dict__)
    finally:
        sys.modules['c'].items, sys.modules['m'] = items, own
    return module


def edits_of(folder, seed, edits, problems):
    """The requests of one session."""
    chance = random.Random(seed)
    model = Model(chance)
    path = os.path.join(folder, 'm.py')
    write(os.path.join(folder, 'c.py'), OTHER)
    write(os.path.join(folder, 'lib.py'), 'import m\n')
    write(path, model.text())
    yield session.setup(folder, ['lib'])
    yield session.reload('lib', folder)
    held, excused, log = [], {}, []
    for number in range(edits + 1):
        new = held_of(model, sys.modules['m'])
        for each in new:
            each.kind = [item['kind'] for item in model.items if item['name'] == each.path.split('.')[0]][0]
            each.member = member_of(model, each.path)
        held += new
        if number == edits:
            return
        before = model.text()
        model.edit()
        write(path, model.text())
        reply = yield session.save(['lib'], [path], level='patch')
        if reply['outcome'] not in ('ok', 'skipped'):
            problems.append('edit %d: %s' % (number, reply))
            return
        for each in reply['patched']:
            for entry in each['replaced'] + each['refused']:
                excused.setdefault(str(entry['name']).split('.')[0], []).append((number, str(entry['why'])))
        yield session.reload('lib', folder, [path])
        held = [each for each in held if still_means(each, model, None)]
        wrong = compare(sys.modules['m'], fresh(model.text()), model, held, excused)
        if wrong:
            problems.append('seed %d, edit %d: %s\n%s\nexcused: %r\n--- before\n%s--- after\n%s' % (
                seed, number, wrong, reply['patched'], excused, before[len(HEAD):], model.text()[len(HEAD):]))
            return


def member_of(model, path):
    name, _, member = path.partition('.')
    for item in model.items:
        if item['name'] == name and member:
            return item['members'][member][0]
    return None


def compare(module, other, model, held, excused):
    names = [sorted([name for name in vars(each) if name[:2] != '__']) for each in (module, other)]
    if names[0] != names[1]:
        return 'names %r instead of %r' % (names[0], names[1])
    for name in names[1]:
        if name == 'c' or name == 'Wrapper' or name == 'Field':
            continue
        found, expected = describe(getattr(module, name)), describe(getattr(other, name))
        if found != expected:
            return 'the module has %s %r instead of %r' % (name, found, expected)
    for each in held:
        found, expected = each.behaves_like(other)
        if found != expected and not is_excused(each, model, excused):
            return 'held %s %s: %r instead of %r' % (each.what, each.path, found, expected)
    return None


def is_excused(held, model, excused):
    """Whether a line has said that an old object could not follow, or one that it is made from."""
    name = held.path.split('.')[0]
    while name:
        if name in excused or 'make_' + name in excused:
            return True
        bases = [item['base'] for item in model.items if item['name'] == name]
        name = bases[0] if bases else None
    return False


def write(path, text):
    with open(path, 'w') as stream:
        stream.write(text)


def main(arguments):
    parts = session.parts_in(arguments[0])
    first, last, edits = map(int, arguments[1:4])
    for seed in range(first, last):
        folder = os.path.realpath(tempfile.mkdtemp())
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            status = 1
            try:
                problems = []
                sys.path[0] = '?'
                session.run(parts, edits_of(folder, seed, edits, problems))
                sys.stdout.write(''.join([each + '\n' for each in problems[:1]]))
                status = int(bool(problems))
            except BaseException:
                import traceback
                traceback.print_exc(file=sys.stdout)
            sys.stdout.flush()
            os._exit(status)
        status = os.waitpid(child, 0)[1]
        shutil.rmtree(folder)
        if status:
            print('seed %d failed: run `held.py PARTS %d %d %d`' % (seed, seed, seed + 1, edits))
            return 1
    print('seeds %d to %d, %d edits each' % (first, last, edits))
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
