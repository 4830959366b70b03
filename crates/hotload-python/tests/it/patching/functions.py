"""Cases of `--reload patch`, in the form of `table.py`: functions, and what stands for them."""
from table import case

case(
    'decorator_added',
    'def d(fn):\n'
    '    def w(*a): return fn(*a) + 10\n'
    '    return w\n'
    'def f(): return 1\n',
    'def d(fn):\n'
    '    def w(*a): return fn(*a) + 10\n'
    '    return w\n'
    '@d\n'
    'def f(): return 2\n',
    'f = m.f', '(f(), m.f(), f is m.f)', (12, 12, True))

case(
    'decorator_removed',
    'def d(fn):\n'
    '    def w(*a): return fn(*a) + 10\n'
    '    return w\n'
    '@d\n'
    'def f(): return 1\n',
    'def d(fn):\n'
    '    def w(*a): return fn(*a) + 10\n'
    '    return w\n'
    'def f(): return 2\n',
    'f = m.f; inner = f.__closure__[0].cell_contents', '(f(), inner(), m.f(), f is m.f)', (2, 2, 2, True))

case(
    'decorator_added_then_body',
    'def d(fn):\n'
    '    def w(*a): return fn(*a) + 10\n'
    '    return w\n'
    'def f(): return 1\n',
    'def d(fn):\n'
    '    def w(*a): return fn(*a) + 10\n'
    '    return w\n'
    '@d\n'
    'def f(): return 2\n',
    'f = m.f', '(f(), m.f())', (13, 13),
    v3='def d(fn):\n'
       '    def w(*a): return fn(*a) + 10\n'
       '    return w\n'
       '@d\n'
       'def f(): return 3\n')

case(
    'decorator_added_then_removed',
    'def d(fn):\n'
    '    def w(*a): return fn(*a) + 10\n'
    '    return w\n'
    'def f(): return 1\n',
    'def d(fn):\n'
    '    def w(*a): return fn(*a) + 10\n'
    '    return w\n'
    '@d\n'
    'def f(): return 2\n',
    'f = m.f', '(f(), m.f(), f is m.f)', (3, 3, True),
    v3='def d(fn):\n'
       '    def w(*a): return fn(*a) + 10\n'
       '    return w\n'
       'def f(): return 3\n')

case(
    'decorator_argument_changed',
    'def d(k):\n'
    '    def deco(fn):\n'
    '        def w(*a): return fn(*a) + k\n'
    '        return w\n'
    '    return deco\n'
    '@d(10)\n'
    'def f(): return 1\n',
    'def d(k):\n'
    '    def deco(fn):\n'
    '        def w(*a): return fn(*a) + k\n'
    '        return w\n'
    '    return deco\n'
    '@d(100)\n'
    'def f(): return 1\n',
    'f = m.f', '(f(), m.f())', (101, 101))

case(
    'decorator_order_changed',
    'def a(fn):\n'
    '    def wa(): return fn() * 2\n'
    '    return wa\n'
    'def b(fn):\n'
    '    def wb(): return fn() + 1\n'
    '    return wb\n'
    '@a\n'
    '@b\n'
    'def f(): return 5\n',
    'def a(fn):\n'
    '    def wa(): return fn() * 2\n'
    '    return wa\n'
    'def b(fn):\n'
    '    def wb(): return fn() + 1\n'
    '    return wb\n'
    '@b\n'
    '@a\n'
    'def f(): return 5\n',
    'f = m.f', '(f(), m.f())', (11, 11))

case(
    'decorator_in_another_module',
    'from c import d\n'
    '@d\n'
    'def f(): return 1\n',
    'from c import d\n'
    '@d\n'
    'def f(): return 2\n',
    'f = m.f', '(f(), m.f(), f is m.f)', (12, 12, True),
    c='def d(fn):\n'
      '    def w(*a): return fn(*a) + 10\n'
      '    return w\n')

case(
    'decorator_of_library',
    'import contextlib\n'
    '@contextlib.contextmanager\n'
    'def f():\n'
    '    yield 1\n',
    'import contextlib\n'
    '@contextlib.contextmanager\n'
    'def f():\n'
    '    yield 2\n',
    'f = m.f', '(f().__enter__(), m.f().__enter__(), f is m.f)', (2, 2, True))

case(
    'wraps_held_inner',
    'import functools\n'
    'def d(fn):\n'
    '    @functools.wraps(fn)\n'
    '    def w(*a): return fn(*a)\n'
    '    return w\n'
    '@d\n'
    'def f(): return 1\n',
    'import functools\n'
    'def d(fn):\n'
    '    @functools.wraps(fn)\n'
    '    def w(*a): return fn(*a)\n'
    '    return w\n'
    '@d\n'
    'def f(): return 2\n',
    'inner = m.f.__wrapped__', '(inner(), inner is m.f.__wrapped__)', (2, True), since=(3, 4))

case(
    'class_as_decorator',
    'class D(object):\n'
    '    def __init__(self, fn): self.fn = fn\n'
    '    def __call__(self): return self.fn() + 10\n'
    '@D\n'
    'def f(): return 1\n',
    'class D(object):\n'
    '    def __init__(self, fn): self.fn = fn\n'
    '    def __call__(self): return self.fn() + 100\n'
    '@D\n'
    'def f(): return 2\n',
    'f = m.f', '(f(), m.f(), f is m.f)', (102, 102, True))

case(
    'keyword_defaults',
    'def f(*, a=1): return a\n',
    'def f(*, a=2): return a\n',
    'f = m.f', 'f()', 2, since=(3, 0))

case(
    'doc_and_annotations',
    'def f(a: int):\n'
    '    "one"\n',
    'def f(a: str):\n'
    '    "two"\n',
    'f = m.f', '(f.__doc__, f.__annotations__["a"].__name__)', ('two', 'str'), since=(3, 0))

case(
    'function_attributes',
    'def f(): return 1\n'
    'f.one = 1\n'
    'f.both = 1\n',
    'def f(): return 1\n'
    'f.two = 2\n'
    'f.both = 2\n',
    'f = m.f', '(hasattr(f, "one"), f.two, f.both)', (False, 2, 2))

case(
    'closure_of_other_free_variables',
    'def make(a, b):\n'
    '    def inner(): return a\n'
    '    return inner\n',
    'def make(a, b):\n'
    '    def inner(): return a + b\n'
    '    return inner\n',
    'i = m.make(1, 2)', '(i(), m.make(1, 2)(), bool(reports))', (1, 3, True))

case(
    'module_level_closure',
    'def make(n):\n'
    '    def inner(): return n\n'
    '    return inner\n'
    'f = make(1)\n'
    'g = make(2)\n',
    'def make(n):\n'
    '    def inner(): return n * 10\n'
    '    return inner\n'
    'f = make(3)\n'
    'g = make(4)\n',
    'f, g = m.f, m.g', '(f(), g(), f is m.f, g is m.g)', (30, 40, True, True))

case(
    'closure_free_variables_changed',
    'def make(n, k):\n'
    '    def inner(): return n\n'
    '    return inner\n'
    'f = make(1, 2)\n',
    'def make(n, k):\n'
    '    def inner(): return n + k\n'
    '    return inner\n'
    'f = make(1, 2)\n',
    'f = m.f', '(f(), m.f())', (3, 3))

case(
    'lambda_in_class',
    'class A(object):\n'
    '    x = lambda self: 1\n',
    'class A(object):\n'
    '    x = lambda self: 2\n',
    'cb = m.A().x', 'cb()', 2)

case(
    'alias_follows',
    'def f(): return 1\n'
    'g = f\n',
    'def f(): return 2\n'
    'g = f\n',
    'f, g = m.f, m.g', '(f(), g(), f is g, m.f is m.g, f is m.f)', (2, 2, True, True, True))

case(
    'alias_moves_to_another',
    'def a(): return "a1"\n'
    'def b(): return "b1"\n'
    'f = a\n',
    'def a(): return "a2"\n'
    'def b(): return "b2"\n'
    'f = b\n',
    'a, b = m.a, m.b', '(a(), b(), m.f(), m.f is b)', ('a2', 'b2', 'b2', True))

case(
    'alias_of_library_is_left_alone',
    'import os.path\n'
    'f = os.path.join\n',
    'import os.path\n'
    'f = os.path.basename\n',
    'import os.path; j = os.path.join', '(j("a", "b")[0], m.f is os.path.basename)', ('a', True))

case(
    'two_definitions_of_one_name',
    'def f(): return "first1"\n'
    'g = f\n'
    'def f(): return "second1"\n',
    'def f(): return "first2"\n'
    'g = f\n'
    'def f(): return "second2"\n',
    'f = m.f', '(f(), m.f(), m.g())', ('second2', 'second2', 'first2'))

case(
    'functions_in_loop',
    'fs = []\n'
    'for i in range(3):\n'
    '    def f(n=i): return n\n'
    '    fs.append(f)\n',
    'fs = []\n'
    'for i in range(3):\n'
    '    def f(n=i): return n * 10\n'
    '    fs.append(f)\n',
    'f = m.f', '([g() for g in m.fs], f(), m.f())', ([0, 10, 20], 20, 20))

case(
    'conditional_definition',
    'if True:\n'
    '    def f(): return 1\n'
    'else:\n'
    '    def f(): return -1\n',
    'if True:\n'
    '    def f(): return 2\n'
    'else:\n'
    '    def f(): return -2\n',
    'f = m.f', '(f(), f is m.f)', (2, True))

case(
    'rebound_by_hand',
    'def d(fn):\n'
    '    def w(): return fn() + 10\n'
    '    return w\n'
    'def f(): return 1\n'
    'f = d(f)\n',
    'def d(fn):\n'
    '    def w(): return fn() + 10\n'
    '    return w\n'
    'def f(): return 2\n'
    'f = d(f)\n',
    'f = m.f', '(f(), m.f())', (12, 12))

case(
    'generator_alive',
    'def g():\n'
    '    yield 1\n'
    '    yield 2\n',
    'def g():\n'
    '    yield 10\n'
    '    yield 20\n',
    'i = m.g(); next(i); g = m.g', '(list(i), list(g()))', ([2], [10, 20]))

case(
    'recursive_function',
    'def f(n): return 0 if n == 0 else f(n - 1) + 1\n',
    'def f(n): return 0 if n == 0 else f(n - 1) + 2\n',
    'f = m.f', 'f(3)', 6)

case(
    'function_becomes_class',
    'def f(): return 1\n',
    'class f(object):\n'
    '    pass\n',
    'f = m.f', 'type(f()) is m.f', True)

case(
    'class_becomes_function',
    'class f(object):\n'
    '    pass\n',
    'def f(): return 1\n',
    'f = m.f', '(m.f(), bool([each for each in reports if "replaced" in each]))', (1, True))

case(
    'partial_of_function',
    'import functools\n'
    'def f(a, b): return a + b\n'
    'p = functools.partial(f, 1)\n',
    'import functools\n'
    'def f(a, b): return a - b\n'
    'p = functools.partial(f, 10)\n',
    'import functools; p = m.p; q = functools.partial(m.f, 5)', '(p(1), q(1), m.p(1), p is m.p)',
    (9, 4, 9, True))

case(
    'cached_function',
    'import functools\n'
    '@functools.lru_cache(maxsize=None)\n'
    'def f(a): return a\n',
    'import functools\n'
    '@functools.lru_cache(maxsize=None)\n'
    'def f(a): return a * 2\n',
    'f = m.f; f(1)', '(f(1), m.f(1), f is m.f)', (2, 2, True), since=(3, 2))

case(
    'cache_kept_if_unchanged',
    'import functools\n'
    '@functools.lru_cache(maxsize=None)\n'
    'def f(a): return a\n'
    'def g(): return 1\n',
    'import functools\n'
    '@functools.lru_cache(maxsize=None)\n'
    'def f(a): return a\n'
    'def g(): return 2\n',
    'f = m.f; f(1)', '(f.cache_info().currsize, f is m.f)', (1, True), since=(3, 2))

case(
    'cache_added',
    'def f(a): return a\n',
    'import functools\n'
    '@functools.lru_cache(maxsize=None)\n'
    'def f(a): return a * 2\n',
    'f = m.f', '(f(1), m.f(1), m.f.cache_info().currsize)', (2, 2, 1), since=(3, 2))

case(
    'cache_removed',
    'import functools\n'
    '@functools.lru_cache(maxsize=None)\n'
    'def f(a): return a\n',
    'def f(a): return a * 2\n',
    'f = m.f; f(1)', '(f(1), m.f(1), bool(reports))', (2, 2, True), since=(3, 2))

case(
    'cached_method',
    'import functools\n'
    'class A(object):\n'
    '    @functools.lru_cache(maxsize=None)\n'
    '    def x(self): return 1\n',
    'import functools\n'
    'class A(object):\n'
    '    @functools.lru_cache(maxsize=None)\n'
    '    def x(self): return 2\n',
    'a = m.A(); a.x()', 'a.x()', 2, since=(3, 2))

case(
    'generic_function',
    'import functools\n'
    '@functools.singledispatch\n'
    'def f(a): return "any1"\n'
    '@f.register(int)\n'
    'def _(a): return "int1"\n'
    '@f.register(str)\n'
    'def _(a): return "str1"\n',
    'import functools\n'
    '@functools.singledispatch\n'
    'def f(a): return "any2"\n'
    '@f.register(int)\n'
    'def _(a): return "int2"\n'
    '@f.register(float)\n'
    'def _(a): return "float2"\n',
    'f = m.f; f(1); f("")', '(f(None), f(1), f(1.0), f(""), f is m.f)',
    ('any2', 'int2', 'float2', 'any2', True), since=(3, 4))

case(
    'async_function',
    'async def f(): return 1\n',
    'async def f(): return 2\n',
    'f = m.f; import asyncio', 'asyncio.new_event_loop().run_until_complete(f())', 2, since=(3, 5))
