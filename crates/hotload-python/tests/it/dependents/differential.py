"""The differential test: after each save a session must have what a fresh interpreter computes.

`python differential.py PARTS FIRST LAST EDITS`: PARTS is a file with the driver's parts as JSON; one
project for each seed from FIRST to LAST, with so many edits each. Prints the first difference as
small as it can be made, and the number of edits otherwise.
"""
import json
import os
import shutil
import sys
import tempfile
import types

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import project
import session

PY2 = sys.version_info[0] == 2


def describe(value):
    """A value, so that it can be compared with that of another process."""
    if isinstance(value, types.ModuleType):
        return 'module ' + value.__name__
    if isinstance(value, types.FunctionType):
        return ['function', result_of(value)]
    if isinstance(value, type):
        names = [name for name in sorted(vars(value)) if not name.startswith('__')]
        instance = value()
        called = [result_of(getattr(instance, name)) for name in names
                  if isinstance(vars(value)[name], types.FunctionType)]
        plain = [[name, describe(vars(value)[name])] for name in names
                 if not isinstance(vars(value)[name], types.FunctionType)]
        return ['class', value.__name__, [base.__name__ for base in value.__mro__], plain, called]
    if isinstance(value, (tuple, list)):
        return [describe(each) for each in value]
    return repr(value)


def result_of(function):
    try:
        return describe(function())
    except Exception as error:
        return ['raises', type(error).__name__]


def dump(folder, wanted=None):
    """What the modules in a folder define, by module and name.

    A session still has what an old text has defined: only the `wanted` names are looked at.
    """
    found = {}
    for name, module in sorted(sys.modules.items()):
        file = getattr(module, '__file__', None)
        if isinstance(module, types.ModuleType) and file and file.startswith(folder + os.sep):
            found[name] = module
    return {name: {each: describe(value) for each, value in list(vars(found[name]).items())
                   if not each.startswith('__')
                   and (wanted is None or each in wanted.get(name, ()))}
            for name in sorted(found)}


class Fresh(object):
    """Starts fresh interpreters, as copies of a process that has loaded nothing of a project."""

    def __init__(self):
        ask, self.ask = os.pipe()
        self.answer, answer = os.pipe()
        if os.fork() == 0:
            os.close(self.ask)
            os.close(self.answer)
            self.serve(os.fdopen(ask, 'rb'), answer)
            os._exit(0)
        os.close(ask)
        os.close(answer)
        self.ask = os.fdopen(self.ask, 'wb')
        self.answer = os.fdopen(self.answer, 'rb')

    def serve(self, ask, answer):
        for line in iter(ask.readline, b''):
            child = os.fork()
            if child == 0:
                self.start(json.loads(line.decode('ascii')), answer)
                os._exit(0)
            os.waitpid(child, 0)

    def start(self, question, answer):
        folder, targets = question
        sys.path[0] = folder
        sys.dont_write_bytecode = True
        try:
            for target in targets:
                __import__(target)
            result = {'ok': True, 'names': dump(folder)}
        except BaseException as error:
            result = {'ok': False, 'error': '%s: %s' % (type(error).__name__, error)}
        line = (json.dumps(result) + '\n').encode('ascii')
        while line:
            line = line[os.write(answer, line):]

    def names(self, folder, targets):
        self.ask.write((json.dumps([folder, targets]) + '\n').encode('ascii'))
        self.ask.flush()
        return json.loads(self.answer.readline().decode('ascii'))


FRESH = Fresh()


class Project(object):
    """A project on disk."""

    def __init__(self, folder):
        self.folder = folder

    def path(self, name):
        return os.path.join(self.folder, project.file_of(name))

    def write(self, name, text):
        path = self.path(name)
        if text is None:
            os.remove(path)
            return
        if not os.path.isdir(os.path.dirname(path)):
            os.makedirs(os.path.dirname(path))
        with open(path, 'w') as stream:
            stream.write(text)


def script_of(seed, edits):
    """The texts at the start, and the edits: lists of (module, text), None for one that is removed."""
    generator = project.Generator(seed, PY2)
    pick = generator.random
    texts = {}
    for name in project.MODULES:
        text = generator.text(name)
        while text.kind != 'good':
            text = generator.text(name)
        texts[name] = text.text()
    start, steps = dict(texts), []
    for _ in range(edits):
        step = []
        for name in pick.sample(project.MODULES, pick.choice((1, 1, 1, 2, 3))):
            chance = pick.random()
            if chance < 0.06 and name not in project.TARGETS and name not in project.PACKAGES:
                text = None
            elif chance < 0.1 and texts[name] is not None:
                text = texts[name]
            else:
                text = generator.text(name).text()
            if text is None and texts[name] is None:
                continue
            step.append((name, text))
            texts[name] = text
        # What is broken, failing or gone is mended soon, so that there is something to compare.
        for name in project.MODULES:
            if (texts[name] is None or 'raise Value' in texts[name] or 'broken(' in texts[name]) \
                    and name not in [each for each, _ in step] and pick.random() < 0.6:
                text = generator.text(name)
                while text.kind != 'good':
                    text = generator.text(name)
                texts[name] = text.text()
                step.append((name, texts[name]))
        steps.append(step)
    return start, steps


def difference(start, steps, report):
    """A test: yields requests; notes in `report` the first difference, and what was compared."""
    folder = os.path.realpath(tempfile.mkdtemp())
    try:
        disk = Project(folder)
        for name, text in start.items():
            if text is not None:
                disk.write(name, text)
        yield session.setup(folder, project.TARGETS)
        for number in range(len(steps) + 1):
            changed, removed = [], []
            if number:
                for name, text in steps[number - 1]:
                    existed = os.path.exists(disk.path(name))
                    if text is not None or existed:
                        disk.write(name, text)
                        (changed if text is not None else removed).append(disk.path(name))
            outcomes = []
            if number:
                reply = yield session.save(project.TARGETS, changed, removed)
                outcomes.append(reply)
            for target in project.TARGETS:
                reply = yield session.reload(target, folder, changed)
                outcomes.append(reply)
            fresh = FRESH.names(folder, project.TARGETS)
            failed = [each for each in outcomes if each['outcome'] not in ('ok', 'skipped') or 'needs' in each]
            if fresh['ok'] and is_loaded_later(failed, disk, fresh['names']):
                continue
            if fresh['ok']:
                report['compared'] += 1
                if failed:
                    report['difference'] = number, 'a fresh start succeeds; here: %s' % shown(failed)
                    return
                RESULT.clear()
                WANTED.clear()
                WANTED.update(fresh['names'])
                yield session.execute(project.TARGETS[0], folder, 'import _dump; _dump.dump()')
                found = json.loads(json.dumps(dict(RESULT)))
                is_at_fault = False
                for module in sorted(fresh['names']):
                    for name in sorted(fresh['names'][module]):
                        expected = fresh['names'][module][name]
                        if '"raises"' in json.dumps(expected):
                            is_at_fault = True
                            continue
                        if found.get(module, {}).get(name) != expected:
                            report['difference'] = number, '%s.%s is %s, should be %s' % (
                                module, name, found.get(module, {}).get(name), expected)
                            return
                if is_at_fault:
                    return  # see below: a function has imported what had not run to its end
            elif not failed:
                if not is_half_loaded(fresh['error']):
                    report['difference'] = number, 'a fresh start fails: %s' % fresh['error']
                # From here on the session may have what was computed from the old names of a module
                # that had not run to its end. No fresh start has that.
                return
    finally:
        report['folder'] = folder
        shutil.rmtree(folder)
        for name in list(sys.modules):
            if name.partition('.')[0] in project.MODULES:
                del sys.modules[name]


def is_loaded_later(failed, disk, names):
    """Whether what failed is a module that only a function imports: a fresh start does not run it."""
    ran = [line.split('"')[1] for line in shown(failed).splitlines()
           if line.startswith('  File "') and (', in ' not in line or line.endswith('in <module>'))]
    return bool(ran) and ran[-1] not in [disk.path(name) for name in names]


def is_half_loaded(error):
    """Whether a cycle has met a module that had not run to its end: a session still has its names."""
    return error.startswith(('AttributeError', 'NameError')) or 'cannot import name' in error


def shown(outcomes):
    found = []
    for each in outcomes:
        error = each.get('error')
        if error:
            found.append(error['native'])
        else:
            found.append(each['outcome'] + ' ' + each.get('what', ''))
    return '; '.join(found)


RESULT, WANTED = {}, {}
TRIES = 600  # of making a script smaller


def differs(parts, start, steps):
    """Runs a session in a process of its own: (what differs, in which step) or None."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        report = {'compared': 0, 'difference': None}
        dumper = types.ModuleType('_dump')
        dumper.dump = lambda: RESULT.update(dump(report_folder(), WANTED))
        sys.modules['_dump'] = dumper

        def report_folder():
            return os.path.dirname(sys.modules['lib'].__file__)
        try:
            sys.path[0] = '?'
            names = session.run(parts, difference(start, steps, report))
        except BaseException as error:
            import traceback
            report['difference'] = -1, traceback.format_exc()
        os.write(write, json.dumps(report).encode('ascii'))
        os._exit(0)
    os.close(write)
    text = b''
    while True:
        more = os.read(read, 65536)
        if not more:
            break
        text += more
    os.close(read)
    os.waitpid(child, 0)
    if not text:
        return {'compared': 0, 'difference': [-1, 'the driver died']}
    return json.loads(text.decode('ascii'))


def kind_of(difference):
    """What sort of difference it is: one must not be shrunk into another."""
    if difference is None:
        return None
    return [kind for kind in ('should be', 'a fresh start', '') if kind in difference[1]][0]


def shrunk(parts, start, steps):
    """A smaller script that still differs."""
    number, kind = differs(parts, start, steps)['difference'][0], None
    kind = kind_of(differs(parts, start, steps)['difference'])
    steps = steps[:number] if number >= 0 else steps
    has_shrunk, tries = True, 0
    while has_shrunk and tries < TRIES:
        has_shrunk = False
        for smaller in smaller_scripts(start, steps):
            tries += 1
            if tries < TRIES and kind_of(differs(parts, *smaller)['difference']) == kind:
                start, steps = smaller
                has_shrunk = True
                break
    return start, steps


def smaller_scripts(start, steps):
    for index in range(len(steps)):
        if len(steps) > 1:
            yield start, steps[:index] + steps[index + 1:]
    for index, step in enumerate(steps):
        for inner in range(len(step)):
            if len(step) > 1:
                yield start, steps[:index] + [step[:inner] + step[inner + 1:]] + steps[index + 1:]
    for name in start:
        if name not in project.TARGETS and not [
                1 for other in start if other.startswith(name + '.')]:
            if start[name] is not None and not [1 for step in steps for each, _ in step if each == name]:
                left = dict(start)
                del left[name]
                yield left, steps
    for name in start:
        for text in without_lines(start[name]):
            yield dict(start, **{name: text}), steps
    for index, step in enumerate(steps):
        for inner, (name, text) in enumerate(step):
            for less in without_lines(text):
                changed = step[:inner] + [(name, less)] + step[inner + 1:]
                yield start, steps[:index] + [changed] + steps[index + 1:]


def without_lines(text):
    lines = (text or '').splitlines()
    for index in range(len(lines)):
        yield '\n'.join(lines[:index] + lines[index + 1:]) + '\n'
        indented = index + 1
        while indented < len(lines) and lines[indented].startswith(' '):
            indented += 1
        if indented > index + 1:
            yield '\n'.join(lines[:index] + lines[indented:]) + '\n'


def main(arguments):
    parts = session.parts_in(arguments[0])
    edits, compared = int(arguments[3]), 0
    for seed in range(int(arguments[1]), int(arguments[2])):
        start, steps = script_of(seed, edits)
        report = differs(parts, start, steps)
        compared += report['compared']
        if report['difference'] is None:
            continue
        print('seed %d, step %d: %s' % ((seed,) + tuple(report['difference'])))
        if os.environ.get('HOTLOAD_SHRINK') == '0':
            continue
        start, steps = shrunk(parts, start, steps)
        print('smaller: step %d: %s' % tuple(differs(parts, start, steps)['difference']))
        for name in sorted(start):
            print('--- %s\n%s' % (name, start[name]))
        for number, step in enumerate(steps):
            for name, text in step:
                print('--- step %d: %s\n%s' % (number + 1, name, text))
        return 1
    print('%d comparisons, no difference' % compared)
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
