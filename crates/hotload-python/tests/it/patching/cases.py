"""Runs the cases of `--reload patch` in `table.py`: `python cases.py PARTS [NAME...]`.

The driver runs in the same process, so that a case looks at the objects themselves. Each case has a
process of its own.
"""
import os
import shutil
import sys
import tempfile
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import classes
import functions
import mixtures
import names
import session
import table

PY2 = sys.version_info[0] == 2


# What PyPy does not have: reference counts, and caches of functions in C.
MISSED_BY_PYPY = (
    'cache_kept_if_unchanged', 'cache_removed', 'registered_by_init_subclass',
    'registered_in_list_by_metaclass', 'subclasses_appear_once')


def is_missed(name, case):
    return 'miss' in case or name in MISSED_BY_PYPY and '__pypy__' in sys.builtin_module_names


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, 'wb') as stream:
        stream.write(text.encode('utf-8'))
    return path


def innermost_line(function):
    """The line of the innermost frame of what a call raises."""
    try:
        function()
    except Exception:
        trace = sys.exc_info()[2]
        while trace.tb_next is not None:
            trace = trace.tb_next
        return trace.tb_lineno


def reports_in(reply):
    """The reports of a reply as a case names them."""
    found = []
    for each in reply.get('patched', ()):
        if each['taken_back']:
            found.append('kept ' + each['module'])
        for kind in ('functions', 'classes'):
            found += ['%s %s' % (kind, name) for name in each[kind]]
        found += ['replaced %(name)s: %(why)s, %(instances)s' % entry for entry in each['replaced']]
        found += ['refused %(name)s: %(why)s' % entry for entry in each['refused']]
    return [str(each) for each in found]


def run_cycle(folder, changed, level='patch'):
    """The requests of a cycle; the reports come back with the last one."""
    reports = []
    if changed:
        reply = yield session.save(['lib'], changed, level=level)
        reports += reports_in(reply)
    reply = yield session.reload('lib', folder, changed)
    reports += reports_in(reply)
    yield reports


def session_of(case, folder, result):
    """The requests of one case."""
    texts = [case['v1'], case['v2']] + ([case['v3']] if case.get('v3') is not None else [])
    module = write(folder, 'm.py', texts[0])
    others = {'lib': 'import m\n' + ('import c\n' if case.get('c') else '')}
    if case.get('c'):
        others['c'] = case['c']
    others.update(case.get('others', {}))
    for name in sorted(others):
        write(folder, name + '.py', others[name])
    yield session.setup(folder, ['lib'])
    yield session.reload('lib', folder)
    names = {'lineno': innermost_line, 'sys': sys, 'reports': []}
    for name in ['m', 'lib'] + sorted(others):
        if name in sys.modules:
            names[name] = sys.modules[name]
    eval(compile(case['setup'] or 'pass', '<setup>', 'exec'), names)
    for text in texts[1:]:
        write(folder, 'm.py', text)
        reply = yield session.save(['lib'], [module], level='patch')
        names['reports'] = reports_in(reply)
        reply = yield session.reload('lib', folder, [module])
        names['reports'] += reports_in(reply)
        names['m'] = sys.modules['m']
        if text is not texts[-1]:
            eval(compile(case.get('between', 'pass'), '<between>', 'exec'), names)
    try:
        found = eval(case['probe'], names)
    except Exception:
        found = traceback.format_exc()
    result.append((found, names['reports']))


def run(parts, case):
    """What a case gives, and what was reported, as text."""
    read, written = os.pipe()
    child = os.fork()
    if child == 0:
        sys.path[0] = '?'
        folder, result = os.path.realpath(tempfile.mkdtemp()), []
        try:
            session.run(parts, session_of(case, folder, result))
            found, reports = result[0]
            passed = type(found) is not type('') or type(case['ideal']) is type('')
            text = repr((passed and found == case['ideal'], repr(found), reports))
        except BaseException:
            text = repr((False, traceback.format_exc(), []))
        finally:
            shutil.rmtree(folder)
        os.write(written, text.encode('utf-8')[:60000])
        os._exit(0)
    os.close(written)
    with os.fdopen(read, 'rb') as stream:
        text = stream.read()
    os.waitpid(child, 0)
    if not text:
        return False, 'the process died', []
    return eval(text.decode('utf-8'))


def main(arguments):
    parts = session.parts_in(arguments[0])
    failed, count = [], 0
    for name in sorted(table.CASES):
        case = table.CASES[name]
        if arguments[1:] and name not in arguments[1:]:
            continue
        if not table.is_for(case, sys.version_info) and not arguments[1:]:
            continue
        passed, found, reports = run(parts, case)
        count += 1
        if passed is is_missed(name, case):
            failed.append(name)
            print('%s: %s instead of %r %s' % (name, found, case['ideal'], reports))
    print('%d cases, %d failed' % (count, len(failed)))
    return int(bool(failed))


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
