"""How long it takes to note who imports whom, and to find out what a save concerns.

`python speed.py PARTS COUNT FUNCTIONS` prints milliseconds, one measurement a line: its name, and the
best of several runs, each in a process of its own. Each of the COUNT modules has FUNCTIONS functions
of six lines.
"""
import os
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import session

now = getattr(time, 'process_time', getattr(time, 'clock', None))  # of this process: others may run
RUNS = 7
SAVES = 30


def write(folder, count, functions):
    """A target that imports a tree of modules, each of which imports some of the others."""
    for number in range(count):
        below = [each for each in (2 * number + 1, 2 * number + 2, number + 7) if each < count]
        lines = ['import m%d' % each for each in below]
        lines += ['from m%d import f%d as g%d' % (each, each, each) for each in below]
        for function in range(functions):
            name = 'f%d' % number if function == 0 else 'f%d_%d' % (number, function)
            lines += ['def %s(x):' % name, '    """Does something."""', '    total = x + %d' % function,
                      '    for each in range(total):', '        total += each', '    return total']
        with open(os.path.join(folder, 'm%d.py' % number), 'w') as stream:
            stream.write('\n'.join(lines) + '\n')
    save_leaf(folder, 0)
    with open(os.path.join(folder, 'lib.py'), 'w') as stream:
        stream.write('import m0, leaf\nx = leaf.x\n')


def save_leaf(folder, number):
    with open(os.path.join(folder, 'leaf.py'), 'w') as stream:
        stream.write('x = %d\n' % number)


def measure(folder, observes, times):
    """A session: yields requests, and notes how long they take."""
    leaf = os.path.join(folder, 'leaf.py')
    setup = session.setup(folder, ['leaf', 'lib'])
    setup['observes'] = observes
    if observes:
        setup['targets'] = setup['targets'][1:]
    yield setup
    # What the driver needs besides is compiled before anything is measured.
    open(os.path.join(folder, 'other.txt'), 'w').close()
    start = now()
    yield session.reload('lib', folder)
    times['import'] = now() - start
    for number in range(SAVES):
        if observes:
            start = now()
            yield session.save(['lib'], [os.path.join(folder, 'other.txt')])
            note(times, 'nothing', now() - start)
            yield session.reload('lib', folder)
        save_leaf(folder, number + 1)
        start = now()
        if observes:
            yield session.save(['lib'], [leaf])
        else:
            yield session.reload('leaf', folder, [leaf])
        yield session.reload('lib', folder, [leaf])
        note(times, 'leaf', now() - start)


def note(times, what, seconds):
    times[what] = min(seconds, times.get(what, seconds))


def main(arguments):
    parts = session.parts_in(arguments[0])
    folder = os.path.realpath(tempfile.mkdtemp())
    try:
        write(folder, int(arguments[1]), int(arguments[2]))
        best = {}
        for _ in range(RUNS):
            for observes in (False, True):
                for what, seconds in times_of(parts, folder, observes).items():
                    note(best, what + (' noted' if observes else ''), seconds)
        for what in sorted(best):
            print('%s: %.3f' % (what, best[what] * 1000))
    finally:
        shutil.rmtree(folder)


def times_of(parts, folder, observes):
    read, write = os.pipe()
    if os.fork() == 0:
        times = {}
        sys.path[0] = '?'
        session.run(parts, measure(folder, observes, times))
        os.write(write, repr(times).encode('ascii'))
        os._exit(0)
    os.close(write)
    with os.fdopen(read, 'rb') as stream:
        text = stream.read()
    os.wait()
    return eval(text.decode('ascii'))


if __name__ == '__main__':
    main(sys.argv[1:])
