"""Cases of `--reload patch`, in the form of `table.py`: names, failures and bad input."""
from table import case

case(
    'mentioned_name_is_kept',
    'state = 1\n'
    'def f(): return state\n',
    'def f(): return state\n',
    '', 'm.f()', 1)

case(
    'removed_class_and_import',
    'import os\n'
    'class A(object): pass\n'
    'x = 1\n',
    'y = 1\n',
    'm.mine = 1', '[hasattr(m, each) for each in ("os", "A", "x", "y", "mine")]', [False, False, False, True, True])

case(
    'rollback_of_everything',
    'import functools\n'
    'X = 1\n'
    'def f(a=1): return a\n'
    'class A(object):\n'
    '    k = 1\n'
    '    def x(self): return 1\n'
    '@functools.wraps(f)\n'
    'def g(): return 1\n'
    'def gone(): pass\n',
    'X = 2\n'
    'def f(a=2): return a\n'
    'class A(object):\n'
    '    k = 2\n'
    '    def x(self): return 2\n'
    '    def y(self): return 2\n'
    'def g(): return 2\n'
    'new = 1\n'
    'raise RuntimeError("half-way")\n',
    'f, a, g, A = m.f, m.A(), m.g, m.A',
    '(m.X, f(), f is m.f, a.k, a.x(), hasattr(a, "y"), g(), A is m.A, hasattr(m, "new"), hasattr(m, "gone"),'
    ' hasattr(m, "functools"), reports)',
    (1, 1, True, 1, 1, False, 1, True, False, True, True, ['kept m']))

case(
    'rollback_of_bases_and_names',
    'class P(object): pass\n'
    'class Q(object): pass\n'
    'class A(P): pass\n',
    'class P(object): pass\n'
    'class Q(object): pass\n'
    'class A(Q): pass\n'
    'del P\n'
    '1 / 0\n',
    'a = m.A()', '(isinstance(a, m.P), isinstance(a, m.Q))', (True, False))

case(
    'rollback_of_cells',
    'def make(n):\n'
    '    def inner(): return n\n'
    '    return inner\n'
    'f = make(1)\n',
    'def make(n):\n'
    '    def inner(): return n * 10\n'
    '    return inner\n'
    'f = make(2)\n'
    '1 / 0\n',
    'f = m.f', '(f(), m.f())', (1, 1))

case(
    'module_in_place_of_itself',
    'import sys\n'
    'class M(object):\n'
    '    def x(self): return 1\n'
    'sys.modules[__name__] = M()\n',
    'import sys\n'
    'class M(object):\n'
    '    def x(self): return 2\n'
    'sys.modules[__name__] = M()\n',
    'old = m', '(sys.modules["m"].x(), old.x())', (2, 2))

case(
    'class_assignment',
    'class A(object):\n'
    '    def x(self): return "A1"\n'
    'class B(object):\n'
    '    def x(self): return "B1"\n',
    'class A(object):\n'
    '    def x(self): return "A2"\n'
    'class B(object):\n'
    '    def x(self): return "B2"\n',
    'a = m.A(); a.__class__ = m.B', 'a.x()', 'B2')

case(
    'local_names_at_module_level',
    'x = 1\n'
    'n = sorted(k for k in dir() if k[:1] != "_")\n',
    'x = 1\n'
    'y = 2\n'
    'n = sorted(k for k in dir() if k[:1] != "_")\n'
    'z = locals()["x"] + vars()["y"]\n'
    's = "%(x)s" % locals()\n'
    'locals()["w"] = 5\n'
    'exec("v = x + 1")\n'
    't = [x + each for each in (1, 2)]\n'
    'd = dict(locals())["x"]\n'
    'del y\n',
    '', '(m.z, m.s, m.w, m.v, m.t, m.d, hasattr(m, "y"), "x" in m.n)', (3, '1', 5, 2, [2, 3], 1, False, True))
