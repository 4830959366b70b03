"""Random small projects, and random edits of them.

A module that others use always defines the same names, since a reload keeps what a new text no longer
defines. Values are used while a module runs only if they come from a module of a lower rank; those of
the others are used by functions.

A module binds each of its names once. Otherwise what the modules of an import cycle compute would
depend on which of them is imported first, and a save of an importer that only changes the order of
its imports would change it in a fresh start, but not in a session, where they do not run again.
"""
import random

MODULES = ['a', 'b', 'c', 'd', 'p', 'p.x', 'p.y', 'p.q', 'p.q.z', 'lib', 'app']
PACKAGES = ('p', 'p.q')
TARGETS = ['lib', 'app']


class Text(object):
    """What a module consists of."""

    def __init__(self, name, lines, kind='good'):
        self.name = name
        self.lines = lines
        self.kind = kind

    def text(self):
        return '\n'.join(self.lines) + '\n'


def suffix(name):
    return name.replace('.', '_')


def file_of(name):
    path = name.replace('.', '/')
    return path + '/__init__.py' if name in PACKAGES else path + '.py'


def package_of(name):
    return name if name in PACKAGES else name.rpartition('.')[0]


class Generator(object):

    def __init__(self, seed, is_two):
        self.random = random.Random(seed)
        self.is_two = is_two
        # Below each other in rank: what is imported at once comes from above.
        self.rank = {name: index for index, name in enumerate(MODULES)}
        middle = MODULES[:4]
        self.random.shuffle(middle)
        inner = ['p.x', 'p.y', 'p.q', 'p.q.z']
        self.random.shuffle(inner)
        order = middle[:2] + inner + ['p'] + middle[2:] + ['lib', 'app']
        if self.random.random() < 0.5:
            order = middle[:1] + ['p'] + inner + middle[1:] + ['lib', 'app']
        self.rank = {name: index for index, name in enumerate(order)}

    def number(self):
        return self.random.randrange(1000)

    def text(self, name):
        """A new text of a module."""
        pick = self.random
        lines, values, calls, late = [], [], [], ''
        if self.is_two and pick.random() < 0.3:
            lines.append('from __future__ import absolute_import')
        own = suffix(name)
        lines.append("__all__ = ['K_%s', 'D_%s', 'f_%s', 'C_%s']" % (own, own, own, own))
        if pick.random() < 0.3:
            lines.append('L_%s = %d' % (own, self.number()))
        below = [each for each in MODULES if self.rank[each] < self.rank[name]]
        wide = pick.choice((1, 2, 2, 3))
        if name in TARGETS:
            wide += 1
        for other in pick.sample(below, min(wide, len(below))):
            self.import_at_once(name, other, lines, values)
        others = [each for each in MODULES if each != name and each not in TARGETS]
        if pick.random() < 0.4:
            self.import_in_function(name, pick.choice(others), lines, calls)
        if pick.random() < 0.15:
            # Closes a cycle: only functions use it.
            other = pick.choice(others)
            late = 'import %s' % other
            if pick.random() < 0.3:
                lines.append(late)
                late = ''
            lines += ['def late_%s_%s():' % (own, suffix(other)),
                      '    return %s.K_%s' % (other, suffix(other))]
            calls.append('late_%s_%s()' % (own, suffix(other)))
        lines.append('K_%s = %d' % (own, self.number()))
        lines.append('D_%s = (%s)' % (own, ', '.join(['K_' + own] + values) + ','))
        calls = [call for call in calls if pick.random() < 0.7]
        lines += ['def f_%s():' % own, '    return (%s)' % (', '.join(
            ['K_' + own, str(self.number())] + calls) + ',')]
        base = 'object'
        classes = [value for value in values if value.endswith('.A')]
        if classes and pick.random() < 0.5:
            base = pick.choice(classes)[:-2]
        lines += ['class C_%s(%s):' % (own, base),
                  '    A = (%d, D_%s)' % (self.number(), own),
                  '    def g(self):', '        return f_%s(), %d' % (own, self.number())]
        if late:
            lines.append(late)
        kind = 'good'
        chance = pick.random()
        if chance < 0.05:
            lines.append('def broken(:')
            kind = 'broken'
        elif chance < 0.1:
            lines.insert(pick.randrange(1, len(lines)) if lines[-1].startswith('x') else len(lines),
                         'raise ValueError(%d)' % self.number())
            kind = 'failing'
        return Text(name, lines, kind)

    def value(self, prefix, other):
        """An expression for something of a module, reached through `prefix`."""
        own = suffix(other)
        return prefix + self.random.choice(('K_' + own, 'D_' + own, 'f_%s()' % own, 'C_%s.A' % own))

    def import_at_once(self, name, other, lines, values):
        """Imports a module of a lower rank, in one of many ways, and uses what it defines."""
        pick, last, parent = self.random, other.rpartition('.')[2], other.rpartition('.')[0]
        own = suffix(other)
        ways = ['import', 'as', 'from', 'from', 'star', 'import_module', 'guarded', 'dunder']
        if parent:
            ways += ['from package', 'from package']
        if package_of(name) and package_of(name) == parent:
            ways += ['beside', 'beside from'] * 2
            if self.is_two and 'absolute_import' not in lines[0]:
                ways += ['implicit', 'implicit from'] * 2
        way = pick.choice(ways)
        if way == 'import':
            lines.append('import %s' % other)
            values.append(self.value(other + '.', other))
        elif way == 'as':
            if parent:
                lines.append('import %s' % other)
                lines.append('m_%s = %s' % (own, other))
            else:
                lines.append('import %s as m_%s' % (other, own))
            values.append(self.value('m_%s.' % own, other))
        elif way == 'from':
            lines.append('from %s import K_%s, D_%s, f_%s, C_%s' % (other, own, own, own, own))
            values.append(self.value('', other))
        elif way == 'star':
            lines.append('from %s import *' % other)
            values.append(self.value('', other))
        elif way == 'import_module':
            lines += ['import importlib', "n_%s = importlib.import_module('%s')" % (own, other)]
            values.append(self.value('n_%s.' % own, other))
        elif way == 'dunder':
            lines.append("d_%s = __import__('%s', globals(), {}, ['K_%s'], 0)" % (own, other, own))
            values.append(self.value('d_%s.' % own, other))
        elif way == 'guarded':
            lines += ['try:', '    from %s import D_%s as g_%s' % (other, own, own),
                      'except ImportError as error:',
                      # In a session the names of a module that has half run are there from before.
                      "    if 'No module named' not in str(error):", '        raise',
                      '    g_%s = None' % own]
            values.append('g_%s' % own)
        elif way == 'from package':
            lines.append('from %s import %s as s_%s' % (parent, last, own))
            values.append(self.value('s_%s.' % own, other))
        elif way == 'beside':
            lines.append('from . import %s as r_%s' % (last, own))
            values.append(self.value('r_%s.' % own, other))
        elif way == 'beside from':
            lines.append('from .%s import K_%s, D_%s, f_%s, C_%s' % (last, own, own, own, own))
            values.append(self.value('', other))
        elif way == 'implicit':
            lines.append('import %s as i_%s' % (last, own))
            values.append(self.value('i_%s.' % own, other))
        elif way == 'implicit from':
            lines.append('from %s import K_%s, D_%s, f_%s, C_%s' % (last, own, own, own, own))
            values.append(self.value('', other))

    def import_in_function(self, name, other, lines, calls):
        own, parent, last = suffix(other), other.rpartition('.')[0], other.rpartition('.')[2]
        function = 'lazy_%s_%s' % (suffix(name), own)
        statement, prefix = 'import %s' % other, other + '.'
        if parent and self.random.random() < 0.5:
            statement, prefix = 'from %s import %s as t' % (parent, last), 't.'
        lines += ['def %s():' % function, '    ' + statement,
                  '    return %sK_%s' % (prefix, own)]
        calls.append('%s()' % function)
