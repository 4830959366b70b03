"""Cases of `--reload patch`, in the form of `table.py`: what decorators, descriptors and closures make of functions and classes."""
from table import case

case(
    'identity_decorator_becomes_wrapper',
    'def d(fn): return fn\n'
    '@d\n'
    'def f(): return 1\n',
    'def d(fn):\n'
    '    def w(): return fn() + 10\n'
    '    return w\n'
    '@d\n'
    'def f(): return 2\n',
    'f = m.f', '(m.f(), f() == 12 or bool([each for each in reports if "replaced f" in each]))', (12, True))

case(
    'wrapper_becomes_identity_decorator',
    'def d(fn):\n'
    '    def w(): return fn() + 10\n'
    '    return w\n'
    '@d\n'
    'def f(): return 1\n',
    'def d(fn): return fn\n'
    '@d\n'
    'def f(): return 2\n',
    'f = m.f', '(m.f(), f())', (2, 2))

case(
    'decorated_method_held',
    'def d(fn):\n'
    '    def w(self): return fn(self) + 10\n'
    '    return w\n'
    'class A(object):\n'
    '    def x(self): return 1\n',
    'def d(fn):\n'
    '    def w(self): return fn(self) + 10\n'
    '    return w\n'
    'class A(object):\n'
    '    @d\n'
    '    def x(self): return 2\n',
    'a = m.A(); cb = a.x', '(a.x(), cb())', (12, 12))

case(
    'partial_method',
    'import functools\n'
    'class A(object):\n'
    '    def x(self, n): return n\n'
    '    y = functools.partialmethod(x, 1)\n',
    'import functools\n'
    'class A(object):\n'
    '    def x(self, n): return n * 2\n'
    '    y = functools.partialmethod(x, 5)\n',
    'a = m.A(); cb = a.x', '(a.y(), cb(3))', (10, 6), since=(3, 4))

case(
    'cached_property',
    'import functools\n'
    'class A(object):\n'
    '    @functools.cached_property\n'
    '    def p(self): return 1\n',
    'import functools\n'
    'class A(object):\n'
    '    @functools.cached_property\n'
    '    def p(self): return 2\n',
    'a = m.A()', '(a.p, m.A().p)', (2, 2), since=(3, 8))

case(
    'single_dispatch_method',
    'import functools\n'
    'class A(object):\n'
    '    @functools.singledispatchmethod\n'
    '    def f(self, a): return "any1"\n'
    '    @f.register(int)\n'
    '    def _(self, a): return "int1"\n',
    'import functools\n'
    'class A(object):\n'
    '    @functools.singledispatchmethod\n'
    '    def f(self, a): return "any2"\n'
    '    @f.register(int)\n'
    '    def _(self, a): return "int2"\n'
    '    @f.register(str)\n'
    '    def _(self, a): return "str2"\n',
    'a = m.A()', '(a.f(None), a.f(1), a.f(""))', ('any2', 'int2', 'str2'), since=(3, 8))

case(
    'generic_function_registered_elsewhere',
    'import functools\n'
    '@functools.singledispatch\n'
    'def f(a): return "any1"\n',
    'import functools\n'
    '@functools.singledispatch\n'
    'def f(a): return "any2"\n',
    'm.f.register(int, lambda a: "mine"); f = m.f', '(f(None), f(1), f is m.f)', ('any2', 'mine', True), since=(3, 4))

case(
    'total_ordering',
    'import functools\n'
    '@functools.total_ordering\n'
    'class A(object):\n'
    '    def __eq__(self, other): return True\n'
    '    def __lt__(self, other): return False\n',
    'import functools\n'
    '@functools.total_ordering\n'
    'class A(object):\n'
    '    def __eq__(self, other): return False\n'
    '    def __lt__(self, other): return True\n',
    'a = m.A()', '(a <= m.A(), a > m.A(), a == a)', (True, False, False))

case(
    'special_methods',
    'class A(object):\n'
    '    def __len__(self): return 1\n',
    'class A(object):\n'
    '    def __len__(self): return 2\n'
    '    def __call__(self): return 3\n'
    '    def __getitem__(self, i): return i\n'
    '    def __eq__(self, other): return True\n'
    '    def __hash__(self): return 7\n',
    'a = m.A()', '(len(a), a(), a[5], a == 1, hash(a))', (2, 3, 5, True, 7))

case(
    'new_and_init',
    'class A(object):\n'
    '    def __init__(self): self.v = 1\n',
    'class A(object):\n'
    '    def __new__(cls, *args): return object.__new__(cls)\n'
    '    def __init__(self, v=2): self.v = v\n',
    'A = m.A', '(A().v, A(5).v)', (2, 5))

case(
    'mixed_layouts',
    'class A(dict):\n'
    '    def x(self): return 1\n',
    'class A(list):\n'
    '    def x(self): return 2\n',
    'a = m.A()', '(m.A().x(), isinstance(m.A(), list), bool([each for each in reports if "replaced A" in each]))',
    (2, True, True))

case(
    'subclass_of_replaced_class',
    'class P(object):\n'
    '    __slots__ = ("u",)\n'
    '    def x(self): return 1\n'
    'class A(P):\n'
    '    def y(self): return self.x()\n',
    'class P(object):\n'
    '    __slots__ = ("u", "v")\n'
    '    def x(self): return 2\n'
    'class A(P):\n'
    '    def y(self): return self.x() * 10\n',
    'a = m.A()', '(m.A().y(), isinstance(m.A(), m.P), bool([each for each in reports if "replaced A" in each]))',
    (20, True, True))

case(
    'set_name',
    'class D(object):\n'
    '    def __set_name__(self, owner, name): self.owner, self.name = owner, name\n'
    'class A(object):\n'
    '    d = D()\n'
    '    def x(self): return 1\n',
    'class D(object):\n'
    '    def __set_name__(self, owner, name): self.owner, self.name = owner, name\n'
    'class A(object):\n'
    '    d = D()\n'
    '    def x(self): return 2\n',
    'a = m.A()', '(a.x(), m.A.d.name, m.A.d.owner is m.A)', (2, 'd', True), since=(3, 6))

case(
    'class_keyword_arguments',
    'class P(object):\n'
    '    def __init_subclass__(cls, k=0): cls.k = k\n'
    'class A(P, k=1):\n'
    '    pass\n',
    'class P(object):\n'
    '    def __init_subclass__(cls, k=0): cls.k = k * 10\n'
    'class A(P, k=2):\n'
    '    pass\n',
    'a = m.A()', '(a.k, m.A().k)', (20, 20), since=(3, 6))

case(
    'registered_in_list_by_metaclass',
    'import c\n'
    'A = c.Meta("A", (object,), {"x": lambda self: 1, "__module__": __name__})\n',
    'import c\n'
    'A = c.Meta("A", (object,), {"x": lambda self: 2, "__module__": __name__})\n',
    'A = m.A', '([each().x() for each in c.Meta.items], c.Meta.items[0] is A is m.A)', ([2], True),
    c='class Meta(type):\n'
      '    items = []\n'
      '    def __init__(cls, *args):\n'
      '        type.__init__(cls, *args)\n'
      '        Meta.items.append(cls)\n')

case(
    'method_of_imported_class_is_left_alone',
    'import threading\n'
    'from threading import Event\n'
    'class A(object):\n'
    '    start = threading.Thread.start\n'
    'E = Event\n',
    'import threading\n'
    'from threading import Event, Condition\n'
    'class A(object):\n'
    '    start = threading.Thread.join\n'
    'E = Condition\n',
    'import threading; before = threading.Thread.__dict__["start"].__code__',
    'threading.Thread.__dict__["start"].__code__ is before', True)

case(
    'mock_in_place_of_function',
    'def f(): return 1\n',
    'class Mock(object):\n'
    '    def __getattr__(self, name): raise RuntimeError(name)\n'
    '    def __call__(self): return 2\n'
    'f = Mock()\n',
    'f = m.f', '(f(), m.f())', (2, 2))

case(
    'hostile_function_attributes',
    'class H(object):\n'
    '    def __eq__(self, other): raise RuntimeError("eq")\n'
    '    __hash__ = None\n'
    '    def __del__(self): pass\n'
    'def f(a=H()): return 1\n'
    'f.h = H()\n',
    'class H(object):\n'
    '    def __eq__(self, other): raise RuntimeError("eq")\n'
    '    __hash__ = None\n'
    'def f(a=H()): return 2\n'
    'f.h = H()\n',
    'f = m.f', '(f(), type(f.h) is m.H, [each for each in reports if "refused" in each])', (2, True, []))

case(
    'hostile_module_dictionary',
    'class K(str):\n'
    '    def __eq__(self, other): raise RuntimeError("eq")\n'
    '    def __hash__(self): return 5\n'
    'def f(): return 1\n'
    'f.__dict__["a"] = 1\n'
    'X = K("x")\n',
    'class K(str):\n'
    '    def __eq__(self, other): raise RuntimeError("eq")\n'
    '    def __hash__(self): return 5\n'
    'def f(): return 2\n'
    'X = K("x")\n',
    'f = m.f', '(f(), [each for each in reports if "refused" in each])', (2, []))

case(
    'recursive_closure',
    'def make():\n'
    '    def inner(n): return 0 if n == 0 else inner(n - 1) + 1\n'
    '    return inner\n'
    'f = make()\n',
    'def make():\n'
    '    def inner(n): return 0 if n == 0 else inner(n - 1) + 2\n'
    '    return inner\n'
    'f = make()\n',
    'f, i = m.f, m.make()', '(f(3), i(3))', (6, 6))

case(
    'closure_with_empty_cell',
    'def make():\n'
    '    def inner(): return later\n'
    '    if False: later = 1\n'
    '    return inner\n'
    'f = make()\n',
    'def make(k=5):\n'
    '    def inner(): return k\n'
    '    if False: later = 1\n'
    '    return inner\n'
    'f = make()\n',
    'f = m.f', '(f(), m.f())', (5, 5))

case(
    'counter_in_closure',
    'def make():\n'
    '    count = [0]\n'
    '    def inner(): count[0] += 1; return count[0]\n'
    '    return inner\n',
    'def make():\n'
    '    count = [0]\n'
    '    def inner(): count[0] += 10; return count[0]\n'
    '    return inner\n',
    'i = m.make(); i()', 'i()', 11)

case(
    'class_made_by_function',
    'def make():\n'
    '    class L(object):\n'
    '        def x(self): return 1\n'
    '    return L\n'
    'C = make()\n',
    'def make():\n'
    '    class L(object):\n'
    '        def x(self): return 2\n'
    '    return L\n'
    'C = make()\n',
    'a = m.C(); b = m.make()()', '(a.x(), b.x(), type(a) is m.C)', (2, 2, True))

case(
    'generator_function_becomes_plain',
    'def g():\n'
    '    yield 1\n',
    'def g():\n'
    '    return [2]\n',
    'g = m.g', 'list(g())', [2])

case(
    'coroutine_alive',
    'async def g():\n'
    '    return 1\n',
    'async def g():\n'
    '    return 2\n',
    'old = m.g()\n'
    'def finish(c):\n'
    '    try: c.send(None)\n'
    '    except StopIteration as e: return e.value\n', '(finish(old), finish(m.g()))', (1, 2), since=(3, 5))

case(
    'weak_references',
    'def f(): return 1\n'
    'class A(object):\n'
    '    def x(self): return 1\n',
    'def f(): return 2\n'
    'class A(object):\n'
    '    def x(self): return 2\n',
    'import weakref; w, W = weakref.ref(m.f), weakref.ref(m.A)', '(w() is m.f, W() is m.A, w(), W()().x())[:2]',
    (True, True))

case(
    'type_annotations_of_module',
    'a: int = 1\n'
    'b: int = 2\n',
    'a: str = "1"\n',
    '', '(sorted(m.__annotations__), m.a, hasattr(m, "b"))', (['a'], '1', False), since=(3, 6))

case(
    'future_import_with_decorator',
    'from __future__ import division\n'
    'def d(fn): return fn\n'
    '@d\n'
    'def f(): return 1\n',
    '# -*- coding: utf-8 -*-\n'
    'from __future__ import division\n'
    'def d(fn): return fn\n'
    '@d\n'
    'def f(): return 1 / 2\n',
    'f = m.f', '(f(), f is m.f)', (0.5, True))

case(
    'exit_in_the_middle',
    'def f(): return 1\n'
    'x = 1\n',
    'def f(): return 2\n'
    'import sys\n'
    'sys.exit(0)\n'
    'x = 2\n',
    'f = m.f', '(f(), m.f(), m.x)', (2, 2, 1))

case(
    'exit_with_status_is_taken_back',
    'def f(): return 1\n'
    'x = 1\n',
    'def f(): return 2\n'
    'x = 2\n'
    'import sys\n'
    'sys.exit(3)\n',
    'f = m.f', '(f(), m.f(), m.x)', (1, 1, 1))

case(
    'rollback_of_registries',
    'import functools\n'
    '@functools.singledispatch\n'
    'def f(a): return "any1"\n'
    '@f.register(int)\n'
    'def _(a): return "int1"\n',
    'import functools\n'
    '@functools.singledispatch\n'
    'def f(a): return "any2"\n'
    '1 / 0\n',
    'f = m.f', '(f(None), f(1), m.f is f)', ('any1', 'int1', True), since=(3, 4))

case(
    'rollback_of_enum',
    'import enum\n'
    'class E(enum.Enum):\n'
    '    A = 1\n'
    '    B = 2\n',
    'import enum\n'
    'class E(enum.Enum):\n'
    '    A = 3\n'
    '    C = 4\n'
    '1 / 0\n',
    'E, a = m.E, m.E.A', '(E is m.E, a.value, E(1) is a, E(2) is E.B, [e.name for e in E], hasattr(E, "C"))',
    (True, 1, True, True, ['A', 'B'], False), since=(3, 4))

case(
    'failure_then_success',
    'class A(object):\n'
    '    def x(self): return 1\n',
    'class A(object):\n'
    '    def x(self): return 2\n'
    '    def y(self): return 2\n'
    '1 / 0\n',
    'a = m.A()', '(a.x(), hasattr(a, "y"), type(a) is m.A)', (3, False, True),
    v3='class A(object):\n'
       '    def x(self): return 3\n')

case(
    'name_removed_after_failure',
    'x = 1\n'
    'y = 1\n',
    'x = 2\n'
    '1 / 0\n',
    '', '(m.x, hasattr(m, "y"))', (3, False),
    v3='x = 3\n')

case(
    'changed_twice_held_since_the_first',
    'def d(fn):\n'
    '    def w(): return fn() + 10\n'
    '    return w\n'
    'class A(object):\n'
    '    def x(self): return 1\n'
    'def f(): return 1\n',
    'def d(fn):\n'
    '    def w(): return fn() + 10\n'
    '    return w\n'
    'class A(object):\n'
    '    @property\n'
    '    def x(self): return 2\n'
    '@d\n'
    'def f(): return 2\n',
    'a = m.A(); f = m.f', '(a.x(), f(), m.f())', (3, 13, 13),
    v3='def d(fn):\n'
       '    def w(): return fn() + 10\n'
       '    return w\n'
       'class A(object):\n'
       '    def x(self): return 3\n'
       '@d\n'
       'def f(): return 3\n')
