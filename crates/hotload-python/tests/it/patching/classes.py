"""Cases of `--reload patch`, in the form of `table.py`: classes, and what registers itself."""
from table import case

case(
    'function_registered_by_decorator',
    'import c\n'
    '@c.register\n'
    'def f(): return 1\n',
    'import c\n'
    '@c.register\n'
    'def f(): return 2\n',
    'f = m.f', '([g() for g in c.items], len(c.items), f is m.f)', ([2], 1, True),
    c='items = set()\n'
      'def register(x):\n'
      '    items.add(x)\n'
      '    return x\n')

case(
    'class_registered_by_decorator',
    'import c\n'
    '@c.register\n'
    'class A(object):\n'
    '    def x(self): return 1\n',
    'import c\n'
    '@c.register\n'
    'class A(object):\n'
    '    def x(self): return 2\n',
    'A = m.A', '([g().x() for g in c.items], A is m.A)', ([2], True),
    c='items = set()\n'
      'def register(x):\n'
      '    items.add(x)\n'
      '    return x\n')

case(
    'class_registered_by_call',
    'import c\n'
    'class A(object):\n'
    '    def x(self): return 1\n'
    'c.items.add(A)\n'
    'for each in (A,): c.items.add(each)\n',
    'import c\n'
    'class A(object):\n'
    '    def x(self): return 2\n'
    'c.items.add(A)\n'
    'for each in (A,): c.items.add(each)\n',
    'A = m.A', '([g().x() for g in c.items], A is m.A)', ([2], True),
    c='items = set()\n')

case(
    'registered_by_init_subclass',
    'import c\n'
    'class A(c.Plugin):\n'
    '    def x(self): return 1\n',
    'import c\n'
    'class A(c.Plugin):\n'
    '    def x(self): return 2\n',
    'A = m.A', '([g().x() for g in c.items.values()], A is m.A, c.items["A"] is A)', ([2], True, True),
    c='items = {}\n'
      'class Plugin(object):\n'
      '    def __init_subclass__(cls):\n'
      '        items[cls.__name__] = cls\n', since=(3, 6))

case(
    'subclasses_appear_once',
    'import c\n'
    'class A(c.Plugin):\n'
    '    def x(self): return 1\n',
    'import c\n'
    'class A(c.Plugin):\n'
    '    def x(self): return 2\n',
    'A = m.A', '([g is A for g in c.Plugin.__subclasses__()])', [True],
    c='class Plugin(object):\n'
      '    pass\n')

case(
    'class_and_its_base_change',
    'class P(object):\n'
    '    def w(self): return 1\n'
    'class A(P):\n'
    '    def x(self): return self.w()\n',
    'class P(object):\n'
    '    def w(self): return 2\n'
    'class A(P):\n'
    '    def x(self): return self.w() * 10\n',
    'a = m.A(); P = m.P', '(a.x(), isinstance(a, P), issubclass(m.A, m.P), m.P is P)', (20, True, True, True))

case(
    'subclass_in_another_module',
    'class P(object):\n'
    '    def w(self): return 1\n',
    'class P(object):\n'
    '    def w(self): return 2\n',
    'a = c.A(); A = c.A', '(a.w(), isinstance(a, m.P), A is c.A, c.A.__mro__[1] is m.P)',
    (2, True, True, True),
    c='from m import P\n'
      'class A(P):\n'
      '    pass\n')

case(
    'base_added_under_object',
    'class Q(object):\n'
    '    def w(self): return "Q"\n'
    'class A(object):\n'
    '    def x(self): return 1\n',
    'class Q(object):\n'
    '    def w(self): return "Q"\n'
    'class A(Q):\n'
    '    def x(self): return 2\n',
    'a = m.A()', '(a.x(), m.A().w(), m.A().x(), bool([each for each in reports if "replaced A" in each]))',
    (2, 'Q', 2, True))

case(
    'base_removed',
    'class Q(object):\n'
    '    def w(self): return "Q"\n'
    'class R(object): pass\n'
    'class A(Q, R):\n'
    '    def x(self): return 1\n',
    'class Q(object):\n'
    '    def w(self): return "Q"\n'
    'class R(object): pass\n'
    'class A(R):\n'
    '    def x(self): return 2\n',
    'a = m.A()', '(a.x(), hasattr(a, "w"))', (2, False))

case(
    'bare_super_in_new_method',
    'class P(object):\n'
    '    def f(self): return 1\n'
    'class A(P):\n'
    '    pass\n',
    'class P(object):\n'
    '    def f(self): return 1\n'
    'class A(P):\n'
    '    def f(self): return super().f() + 1\n'
    '    @classmethod\n'
    '    def k(cls): return __class__\n'
    '    @property\n'
    '    def p(self): return super().f()\n',
    'a = m.A()', '(a.f(), m.A().f(), a.k() is m.A, a.p)', (2, 2, True, 1), since=(3, 0))

case(
    'slots_unchanged',
    'class A(object):\n'
    '    __slots__ = ("u", "v")\n'
    '    def x(self): return self.u\n',
    'class A(object):\n'
    '    __slots__ = ("u", "v")\n'
    '    def x(self): return self.u * 2\n',
    'a = m.A(); a.u = 4', '(a.x(), a.u, type(a) is m.A)', (8, 4, True))

case(
    'slots_changed_is_reported',
    'class A(object):\n'
    '    __slots__ = ("u",)\n',
    'class A(object):\n'
    '    __slots__ = ("u", "v")\n',
    'a = m.A(); b = m.A()', '[each for each in reports if "replaced" in each]',
    ['replaced A: __slots__ changed, 2'])

case(
    'class_attribute_set_by_others_survives',
    'class A(object):\n'
    '    def x(self): return 1\n',
    'class A(object):\n'
    '    def x(self): return 2\n',
    'pass', '(m.A.mine, m.A().x())', (5, 3),
    v3='class A(object):\n'
       '    def x(self): return 3\n',
    between='m.A.mine = 5')

case(
    'custom_descriptor',
    'class D(object):\n'
    '    def __init__(self, fn): self.fn = fn\n'
    '    def __get__(self, obj, cls): return self.fn(obj)\n'
    'class A(object):\n'
    '    @D\n'
    '    def p(self): return 1\n',
    'class D(object):\n'
    '    def __init__(self, fn): self.fn = fn\n'
    '    def __get__(self, obj, cls): return self.fn(obj) + 10\n'
    'class A(object):\n'
    '    @D\n'
    '    def p(self): return 2\n',
    'a = m.A()', 'a.p', 12)

case(
    'descriptor_that_raises',
    'class D(object):\n'
    '    def __get__(self, obj, cls): raise RuntimeError("get")\n'
    '    def __set__(self, obj, value): raise RuntimeError("set")\n'
    '    def __eq__(self, other): raise RuntimeError("eq")\n'
    '    def __hash__(self): raise RuntimeError("hash")\n'
    '    def __getattr__(self, name): raise RuntimeError("getattr")\n'
    '    def __bool__(self): raise RuntimeError("bool")\n'
    '    __nonzero__ = __bool__\n'
    'class A(object):\n'
    '    d = D()\n'
    '    def x(self): return 1\n'
    'd = D()\n',
    'class D(object):\n'
    '    def __get__(self, obj, cls): raise RuntimeError("get")\n'
    '    def __set__(self, obj, value): raise RuntimeError("set")\n'
    '    def __eq__(self, other): raise RuntimeError("eq")\n'
    '    def __hash__(self): raise RuntimeError("hash")\n'
    '    def __getattr__(self, name): raise RuntimeError("getattr")\n'
    '    def __bool__(self): raise RuntimeError("bool")\n'
    '    __nonzero__ = __bool__\n'
    'class A(object):\n'
    '    d = D()\n'
    '    def x(self): return 2\n'
    'd = D()\n',
    'a = m.A()', '(a.x(), [each for each in reports if "refused" in each])', (2, []))

case(
    'hostile_metaclass',
    'class M(type):\n'
    '    def __getattribute__(cls, name): raise RuntimeError(name)\n'
    '    def __setattr__(cls, name, value): raise RuntimeError(name)\n'
    '    def __delattr__(cls, name): raise RuntimeError(name)\n'
    '    def __eq__(cls, other): raise RuntimeError("eq")\n'
    '    def __hash__(cls): raise RuntimeError("hash")\n'
    '    def __instancecheck__(cls, other): raise RuntimeError("instance")\n'
    '    def __subclasscheck__(cls, other): raise RuntimeError("subclass")\n'
    'A = M("A", (object,), {"__module__": __name__, "x": lambda self: 1})\n',
    'class M(type):\n'
    '    def __getattribute__(cls, name): raise RuntimeError(name)\n'
    '    def __setattr__(cls, name, value): raise RuntimeError(name)\n'
    '    def __delattr__(cls, name): raise RuntimeError(name)\n'
    '    def __eq__(cls, other): raise RuntimeError("eq")\n'
    '    def __hash__(cls): raise RuntimeError("hash")\n'
    '    def __instancecheck__(cls, other): raise RuntimeError("instance")\n'
    '    def __subclasscheck__(cls, other): raise RuntimeError("subclass")\n'
    'A = M("A", (object,), {"__module__": __name__, "x": lambda self: 2})\n',
    'a = object.__new__(m.A)', '(a.x(), type(a) is m.A, [r for r in reports if "refused" in r])', (2, True, []))

case(
    'metaclass_changed',
    'class M(type): pass\n'
    'class A(object):\n'
    '    def x(self): return 1\n',
    'class M(type): pass\n'
    'A = M("A", (object,), {"x": lambda self: 2, "__module__": __name__})\n',
    'a = m.A()', '(m.A().x(), [r for r in reports if "replaced" in r])',
    (2, ['replaced A: its metaclass changed, 1']))

case(
    'old_style_class',
    'class A:\n'
    '    k = 1\n'
    '    def x(self): return 1\n'
    '    def gone(self): return 1\n',
    'class A:\n'
    '    k = 2\n'
    '    def x(self): return 2\n'
    '    def new(self): return 3\n',
    'a = m.A(); cb = a.x', '(a.x(), a.k, cb(), a.new(), hasattr(a, "gone"), isinstance(a, m.A))',
    (2, 2, 2, 3, False, True))

case(
    'old_style_base_changed',
    'class P:\n'
    '    def w(self): return "P"\n'
    'class A: pass\n',
    'class P:\n'
    '    def w(self): return "P2"\n'
    'class A(P): pass\n',
    'a = m.A()', '(a.w(), isinstance(a, m.P))', ('P2', True), until=(2, 7))

case(
    'exception_class',
    'class E(Exception):\n'
    '    def x(self): return 1\n'
    'def f(): raise E()\n',
    'class E(Exception):\n'
    '    def x(self): return 2\n'
    'def f(): raise E()\n',
    'e = m.E(); E = m.E\n'
    'def caught():\n'
    '    try: m.f()\n'
    '    except E as error: return error.x()\n', '(e.x(), caught(), type(e) is m.E)', (2, 2, True))

case(
    'named_tuple',
    'from collections import namedtuple\n'
    'P = namedtuple("P", "a b")\n'
    'origin = P(1, 2)\n',
    'from collections import namedtuple\n'
    'P = namedtuple("P", "b a")\n'
    'origin = P(1, 2)\n',
    'p = m.P(5, 6); P = m.P', '(p.a, p.b, m.P(1, 2).a, P is m.P, type(m.origin) is P)', (6, 5, 2, True, True))

case(
    'typed_named_tuple',
    'from typing import NamedTuple\n'
    'class P(NamedTuple):\n'
    '    a: int\n'
    '    def x(self): return 1\n',
    'from typing import NamedTuple\n'
    'class P(NamedTuple):\n'
    '    a: int\n'
    '    b: int = 3\n'
    '    def x(self): return 2\n',
    'p = m.P(5); P = m.P', '(p.x(), m.P(1).b, P is m.P)', (2, 3, True), since=(3, 7))

case(
    'abstract_class',
    'import abc\n'
    'class A(abc.ABC):\n'
    '    @abc.abstractmethod\n'
    '    def x(self): pass\n'
    'A.register(int)\n',
    'import abc\n'
    'class A(abc.ABC):\n'
    '    @abc.abstractmethod\n'
    '    def x(self): pass\n'
    '    @abc.abstractmethod\n'
    '    def y(self): pass\n'
    'A.register(str)\n',
    'A = m.A; A.register(float); isinstance("", A)',
    '(A is m.A, sorted(A.__abstractmethods__), isinstance(1.0, A), isinstance("", A))',
    (True, ['x', 'y'], True, True), since=(3, 4))

case(
    'no_abstract_methods_left',
    'import abc\n'
    'class A(abc.ABC):\n'
    '    @abc.abstractmethod\n'
    '    def x(self): pass\n',
    'import abc\n'
    'class A(abc.ABC):\n'
    '    def x(self): return 2\n',
    'A = m.A', 'A().x()', 2, since=(3, 4))

case(
    'enum_methods_and_members',
    'import enum\n'
    'class E(enum.Enum):\n'
    '    A = 1\n'
    '    B = 2\n'
    '    def x(self): return 1\n',
    'import enum\n'
    'class E(enum.Enum):\n'
    '    A = 1\n'
    '    C = 3\n'
    '    def x(self): return 2\n',
    'E = m.E; a = E.A',
    '(a is m.E.A, a is E(1), a.x(), E is m.E, [e.name for e in E], E(3).x(), type(E.C) is E, hasattr(E, "B"))',
    (True, True, 2, True, ['A', 'C'], 2, True, False), since=(3, 4))

case(
    'enum_value_changed',
    'import enum\n'
    'class E(enum.Enum):\n'
    '    A = 1\n',
    'import enum\n'
    'class E(enum.Enum):\n'
    '    A = 5\n',
    'a = m.E.A', '(a is m.E.A, a.value, m.E(5) is a)', (True, 5, True), since=(3, 4))

case(
    'int_enum_value_changed',
    'import enum\n'
    'class E(enum.IntEnum):\n'
    '    A = 1\n',
    'import enum\n'
    'class E(enum.IntEnum):\n'
    '    A = 5\n',
    'a = m.E.A', '(int(m.E.A), bool([each for each in reports if "replaced E" in each]))', (5, True), since=(3, 4))

case(
    'flag',
    'import enum\n'
    'class E(enum.Flag):\n'
    '    A = 1\n'
    '    B = 2\n',
    'import enum\n'
    'class E(enum.Flag):\n'
    '    A = 1\n'
    '    B = 2\n'
    '    C = 4\n',
    'a = m.E.A', '(a is m.E.A, (a | m.E.C).value, m.E.C in (a | m.E.C))', (True, 5, True), since=(3, 6))

case(
    'dataclass_with_slots',
    'from dataclasses import dataclass\n'
    '@dataclass(slots=True)\n'
    'class D:\n'
    '    a: int\n'
    '    def t(self): return self.a\n',
    'from dataclasses import dataclass\n'
    '@dataclass(slots=True)\n'
    'class D:\n'
    '    a: int\n'
    '    def t(self): return self.a * 2\n',
    'd = m.D(4)', '(d.t(), type(d) is m.D)', (8, True), since=(3, 10))

case(
    'dataclass_field_removed',
    'from dataclasses import dataclass\n'
    '@dataclass(order=True)\n'
    'class D:\n'
    '    a: int\n'
    '    b: int = 5\n',
    'from dataclasses import dataclass\n'
    '@dataclass(order=True)\n'
    'class D:\n'
    '    a: int\n',
    'd = m.D(4)', '(repr(m.D(4)), hasattr(d.__class__, "b"), d == m.D(4))', ('D(a=4)', False, True), since=(3, 7))

case(
    'nested_class_added_and_removed',
    'class A(object):\n'
    '    class N(object):\n'
    '        k = 1\n'
    '    class Gone(object):\n'
    '        pass\n',
    'class A(object):\n'
    '    class N(object):\n'
    '        k = 2\n'
    '    class New(object):\n'
    '        pass\n',
    'n = m.A.N(); A = m.A', '(n.k, type(n) is m.A.N, hasattr(A, "Gone"), hasattr(A, "New"))', (2, True, False, True))

case(
    'instance_made_while_running',
    'class A(object):\n'
    '    def x(self): return 1\n'
    'a = A()\n',
    'class A(object):\n'
    '    def x(self): return 2\n'
    'a = A()\n'
    'b = [A()]\n',
    'A = m.A; a = m.a', '(type(m.a) is A, type(m.b[0]) is A, a.x(), m.a.x())', (True, True, 2, 2))

case(
    'pickle_of_function_and_class',
    'class A(object):\n'
    '    pass\n'
    'def f(): return 1\n',
    'class A(object):\n'
    '    pass\n'
    'def f(): return 2\n',
    'import pickle; A, f = m.A, m.f', '(pickle.loads(pickle.dumps(f)) is m.f, pickle.loads(pickle.dumps(A)) is m.A)',
    (True, True))

case(
    'dictionary_key',
    'class A(object):\n'
    '    pass\n'
    'def f(): return 1\n',
    'class A(object):\n'
    '    pass\n'
    'def f(): return 2\n',
    'd = {m.A: 1, m.f: 2}', '(d[m.A], d[m.f])', (1, 2))

case(
    'property_setter_added',
    'class A(object):\n'
    '    @property\n'
    '    def p(self): return 1\n',
    'class A(object):\n'
    '    @property\n'
    '    def p(self): return self.v\n'
    '    @p.setter\n'
    '    def p(self, v): self.v = v * 2\n',
    'a = m.A()', '(setattr(a, "p", 3), a.p)[1]', 6)

case(
    'method_becomes_property',
    'class A(object):\n'
    '    def p(self): return 1\n',
    'class A(object):\n'
    '    @property\n'
    '    def p(self): return 2\n',
    'a = m.A()', 'a.p', 2)

case(
    'static_method_becomes_method',
    'class A(object):\n'
    '    @staticmethod\n'
    '    def p(): return 1\n',
    'class A(object):\n'
    '    def p(self): return 2\n',
    'a = m.A()', 'a.p()', 2)

case(
    'init_subclass_that_raises',
    'class P(object):\n'
    '    def __init_subclass__(cls): pass\n'
    'class A(P):\n'
    '    def x(self): return 1\n',
    'class P(object):\n'
    '    def __init_subclass__(cls): raise RuntimeError("no")\n'
    'class A(P):\n'
    '    def x(self): return 2\n',
    'a = m.A(); A = m.A', '(a.x(), A is m.A, [each for each in reports if "kept" in each])', (1, True, ['kept m']),
    since=(3, 6))
