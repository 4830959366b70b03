"""How long it takes to carry over what a module had: `python speed.py PARTS COUNT`.

Prints the milliseconds of a save under `dependents` and under `patch`, the best of several, for a
module with the given number of functions and classes.
"""
import os
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import session

now = getattr(time, 'process_time', getattr(time, 'clock', None))  # of this process: others may run
SAVES = 40


def text_of(count, number):
    lines = ['# %d' % number] * (number % 2)
    for index in range(count):
        if index % 4:
            lines += ['def f%d(a, b=1):' % index, '    """Adds."""', '    return a + b + %d' % (
                number if index == 1 else index)]
        else:
            lines += ['class C%d(object):' % index, '    k = 1', '    def x(self):', '        return %d' % (
                number if index == 0 else index), '    @property', '    def p(self):', '        return 1']
    return '\n'.join(lines) + '\n'


def measure(folder, count, level, best):
    path = os.path.join(folder, 'm.py')
    lib = os.path.join(folder, 'lib.py')
    with open(lib, 'w') as stream:
        stream.write('import m\n')
    for number in range(SAVES):
        with open(path, 'w') as stream:
            stream.write(text_of(count, number))
        if number == 0:
            yield session.setup(folder, ['lib'])
            yield session.reload('lib', folder)
            continue
        start = now()
        reply = yield session.save(['lib'], [path], level=level)
        if number > 2:
            best.append((now() - start) * 1000)
        yield session.reload('lib', folder, [path])
    if '-v' in sys.argv:
        print(reply.get('patched'))


def main(arguments):
    parts = session.parts_in(arguments[0])
    for level in ('dependents', 'patch') * 2:
        folder = os.path.realpath(tempfile.mkdtemp())
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            best = []
            try:
                session.run(parts, measure(folder, int(arguments[1]), level, best))
                best.sort()
                print('%s: %.3f, median %.3f' % (level, best[0], best[len(best) // 2]))
                sys.stdout.flush()
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        shutil.rmtree(folder)


if __name__ == '__main__':
    main(sys.argv[1:])
