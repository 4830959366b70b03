"""The cases of `--reload patch`: a module `m` before and after a save, what is held, and what comes.

`v1` to `v3` are the texts of m.py, saved one after the other; `c` is a module that imports it. `setup`
runs after the first load; `probe` is evaluated after the last save, and should be `ideal`. `lineno(f)`
is the line of the innermost frame of what f() raises, `reports` what the last save has reported.

`since` is the first Python that has what the case needs; `until` is the last. `miss` says why a case
does not give that: then it must not.
"""

CASES = {}


def case(name, v1, v2, setup, probe, ideal, c=None, v3=None, **others):
    CASES[name] = dict(others, v1=v1, v2=v2, setup=setup, probe=probe, ideal=ideal, c=c, v3=v3)


def is_for(case, version):
    return case.get('since', (2, 7)) <= version[:2] <= case.get('until', (9, 9))


case(
    'func_via_module',
    'def f(): return 1\n',
    'def f(): return 2\n',
    '', 'm.f()', 2)

case(
    'held_func_ref',
    'def f(): return 1\n',
    'def f(): return 2\n',
    'f=m.f', 'f()', 2)

case(
    'client_from_import_func',
    'def f(): return 1\n',
    'def f(): return 2\n',
    '', 'c.g()', 2,
    c='from m import f\n'
      'def g(): return f()\n')

case(
    'client_from_import_const',
    'K=1\n',
    'K=2\n',
    '', 'c.g()', 2,
    c='from m import K\n'
      'def g(): return K\n')

case(
    'client_derived_const',
    'K=1\n',
    'K=2\n',
    '', 'c.D', 20,
    c='import m\n'
      'D=m.K*10\n')

case(
    'new_func_shares_globals',
    'n=0\n'
    'def f():\n'
    '    global n\n'
    '    n+=1\n',
    'n=0\n'
    'def f():\n'
    '    global n\n'
    '    n+=1\n'
    'def h(): return n\n',
    '', '(m.f(),m.f(),m.h()==m.n)[2]', True)

case(
    'old_instance_method',
    'class A(object):\n'
    '    def x(self): return 1\n',
    'class A(object):\n'
    '    def x(self): return 2\n',
    'a=m.A()', 'a.x()', 2)

case(
    'old_instance_isinstance',
    'class A(object):\n'
    '    def x(self): return 1\n',
    'class A(object):\n'
    '    def x(self): return 2\n',
    'a=m.A()', 'isinstance(a,m.A)', True)

case(
    'client_class_identity',
    'class A(object):\n'
    '    def x(self): return 1\n',
    'class A(object):\n'
    '    def x(self): return 2\n',
    '', 'isinstance(m.A(),c.A)', True,
    c='from m import A\n')

case(
    'super_call_old_inst',
    'class A(object):\n'
    '    def f(self): return 1\n'
    'class B(A):\n'
    '    def f(self): return super().f()+1\n',
    'class A(object):\n'
    '    def f(self): return 1\n'
    'class B(A):\n'
    '    def f(self): return super().f()+2\n',
    'b=m.B()', 'b.f()', 3,
    since=(3, 0))

case(
    'super_py2style_old_inst',
    'class A(object):\n'
    '    def f(self): return 1\n'
    'class B(A):\n'
    '    def f(self): return super(B,self).f()+1\n',
    'class A(object):\n'
    '    def f(self): return 1\n'
    'class B(A):\n'
    '    def f(self): return super(B,self).f()+2\n',
    'b=m.B()', 'b.f()', 3)

case(
    'method_gains_super',
    'class A(object):\n'
    '    def f(self): return 1\n'
    'class B(A):\n'
    '    def f(self): return 10\n',
    'class A(object):\n'
    '    def f(self): return 1\n'
    'class B(A):\n'
    '    def f(self): return super().f()+2\n',
    'b=m.B()', 'b.f()', 3,
    since=(3, 0))

case(
    'module_state_dict_kept',
    'cache={}\n'
    'def f(): return 1\n',
    'cache={}\n'
    'def f(): return 2\n',
    "m.cache['k']=1", "(m.f(),m.cache.get('k'))", (2, 1),
    miss='what a text binds is bound anew: the state helpers keep state')

case(
    'NameError_idiom_state',
    'try:\n'
    '    cache\n'
    'except NameError:\n'
    '    cache={}\n'
    'def f(): return 1\n',
    'try:\n'
    '    cache\n'
    'except NameError:\n'
    '    cache={}\n'
    'def f(): return 2\n',
    "m.cache['k']=1", "(m.f(),m.cache.get('k'))", (2, 1))

case(
    'NameError_idiom_state_full_exec',
    'import os\n'
    'try:\n'
    '    cache\n'
    'except NameError:\n'
    '    cache={}\n'
    'T=os.getpid()\n'
    'def f(): return 1\n',
    'import os\n'
    'try:\n'
    '    cache\n'
    'except NameError:\n'
    '    cache={}\n'
    'T=os.getpid()+0\n'
    'def f(): return 2\n',
    "m.cache['k']=1", "(m.f(),m.cache.get('k'))", (2, 1))

case(
    'deleted_name_gone',
    'def f(): return 1\n'
    'def old(): return 1\n',
    'def f(): return 2\n',
    '', "(m.f(),hasattr(m,'old'))", (2, False))

case(
    'decorated_body_held',
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
    'f=m.f', 'f()', 2)

case(
    'decorator_changed_held',
    'def d(fn):\n'
    '    def w(*a): return fn(*a)+10\n'
    '    return w\n'
    '@d\n'
    'def f(): return 1\n',
    'def d(fn):\n'
    '    def w(*a): return fn(*a)+100\n'
    '    return w\n'
    '@d\n'
    'def f(): return 1\n',
    'f=m.f', 'f()', 101)

case(
    'closure_held',
    'def make(n):\n'
    '    def inner(): return n*1\n'
    '    return inner\n',
    'def make(n):\n'
    '    def inner(): return n*2\n'
    '    return inner\n',
    'i=m.make(3)', 'i()', 6)

case(
    'lambda_held',
    'f=lambda: 1\n',
    'f=lambda: 2\n',
    'f=m.f', 'f()', 2)

case(
    'default_arg_held',
    'def f(x=1): return x\n',
    'def f(x=2): return x\n',
    'f=m.f', 'f()', 2)

case(
    'callback_registry',
    'def f(): return 1\n',
    'def f(): return 2\n',
    'reg=[m.f]', 'reg[0]()', 2)

case(
    'bound_method_held',
    'class A(object):\n'
    '    def x(self): return 1\n',
    'class A(object):\n'
    '    def x(self): return 2\n',
    'cb=m.A().x', 'cb()', 2)

case(
    'property_old_inst',
    'class A(object):\n'
    '    @property\n'
    '    def p(self): return 1\n',
    'class A(object):\n'
    '    @property\n'
    '    def p(self): return 2\n',
    'a=m.A()', 'a.p', 2)

case(
    'static_class_method',
    'class A(object):\n'
    '    @staticmethod\n'
    '    def s(): return 1\n'
    '    @classmethod\n'
    '    def k(cls): return 1\n',
    'class A(object):\n'
    '    @staticmethod\n'
    '    def s(): return 2\n'
    '    @classmethod\n'
    '    def k(cls): return 2\n',
    'a=m.A()', '(a.s(),a.k())', (2, 2))

case(
    'class_const_old_inst',
    'class A(object):\n'
    '    K=1\n',
    'class A(object):\n'
    '    K=2\n',
    'a=m.A()', 'a.K', 2)

case(
    'method_added_old_inst',
    'class A(object):\n'
    '    def x(self): return 1\n',
    'class A(object):\n'
    '    def x(self): return 1\n'
    '    def y(self): return 5\n',
    'a=m.A()', 'a.y()', 5)

case(
    'method_removed_old_inst',
    'class A(object):\n'
    '    def x(self): return 1\n'
    '    def gone(self): return 1\n',
    'class A(object):\n'
    '    def x(self): return 1\n',
    'a=m.A()', "hasattr(a,'gone')", False)

case(
    'base_class_changed',
    'class P(object):\n'
    "    def w(self): return 'P'\n"
    'class Q(object):\n'
    "    def w(self): return 'Q'\n"
    'class A(P): pass\n',
    'class P(object):\n'
    "    def w(self): return 'P'\n"
    'class Q(object):\n'
    "    def w(self): return 'Q'\n"
    'class A(Q): pass\n',
    'a=m.A()', 'a.w()', 'Q')

case(
    'slots_added',
    'class A(object):\n'
    "    __slots__=('u',)\n"
    '    def x(self): return 1\n',
    'class A(object):\n'
    "    __slots__=('u','v')\n"
    '    def x(self): return 2\n',
    'a=m.A()', "(lambda b:(setattr(b,'v',3),b.v,b.x())[1:])(m.A())", (3, 2))

case(
    'enum_eq_unchanged_enum',
    'import enum\n'
    'class E(enum.Enum):\n'
    '    A=1\n'
    'def f(): return 1\n',
    'import enum\n'
    'class E(enum.Enum):\n'
    '    A=1\n'
    'def f(): return 2\n',
    'e=m.E.A', '(m.f(),e==m.E.A)', (2, True),
    since=(3, 4))

case(
    'enum_member_added',
    'import enum\n'
    'class E(enum.Enum):\n'
    '    A=1\n',
    'import enum\n'
    'class E(enum.Enum):\n'
    '    A=1\n'
    '    B=2\n',
    'e=m.E.A', "(hasattr(m.E,'B'),e==m.E.A)", (True, True),
    since=(3, 4))

case(
    'dataclass_method_added',
    'from dataclasses import dataclass\n'
    '@dataclass\n'
    'class D:\n'
    '    a:int\n',
    'from dataclasses import dataclass\n'
    '@dataclass\n'
    'class D:\n'
    '    a:int\n'
    '    def t(self): return self.a*2\n',
    'd=m.D(4)', '(d.t(),d==m.D(4))', (8, True),
    since=(3, 7))

case(
    'dataclass_field_added',
    'from dataclasses import dataclass\n'
    '@dataclass\n'
    'class D:\n'
    '    a:int\n',
    'from dataclasses import dataclass\n'
    '@dataclass\n'
    'class D:\n'
    '    a:int\n'
    '    b:int=7\n',
    'd=m.D(4)', 'm.D(4,5).b', 5,
    since=(3, 7))

case(
    'pickle_old_inst',
    'class A(object):\n'
    '    def x(self): return 1\n',
    'class A(object):\n'
    '    def x(self): return 2\n',
    'a=m.A()', "type(__import__('pickle').loads(__import__('pickle').dumps(a))) is m.A", True)

case(
    'syntax_error_keeps_old',
    'def f(): return 1\n',
    'def f( return 2\n',
    '', 'm.f()', 1)

case(
    'syntax_error_then_fix',
    'def f(): return 1\n',
    'def f( return 2\n',
    '', 'm.f()', 3,
    v3='def f(): return 3\n')

case(
    'runtime_error_keeps_old',
    'X=1\n'
    'def f(): return X\n',
    'X=2\n'
    "raise RuntimeError('boom')\n"
    'def f(): return X\n',
    '', '(m.X,m.f())', (1, 1))

case(
    'runtime_error_then_fix',
    'X=1\n'
    'def f(): return X\n',
    'X=2\n'
    "raise RuntimeError('boom')\n"
    'def f(): return X\n',
    '', '(m.X,m.f())', (3, 3),
    v3='X=3\n'
       'def f(): return X\n')

case(
    'traceback_lineno',
    'def f():\n'
    '    return 1\n',
    '# a\n'
    '# b\n'
    '# c\n'
    'def f():\n'
    "    raise ValueError('x')\n",
    '', 'lineno(m.f)', 5)

case(
    'module_not_reexecuted',
    'import builtins\n'
    "builtins.RUNS=getattr(builtins,'RUNS',0)+1\n"
    'def f(): return 1\n',
    'import builtins\n'
    "builtins.RUNS=getattr(builtins,'RUNS',0)+1\n"
    'def f(): return 2\n',
    '', "(m.f(),__import__('builtins').RUNS)", (2, 1),
    since=(3, 0),
    miss='a module runs once for each save')

case(
    'module_reexecuted_on_stmt_change',
    'out=[]\n'
    "out.append('v1')\n",
    'out=[]\n'
    "out.append('v2')\n",
    '', 'm.out', ['v2'])

case(
    'circular_import',
    'import c\n'
    'def f(): return 1\n'
    'def t(): return c.g()\n',
    'import c\n'
    'def f(): return 2\n'
    'def t(): return c.g()\n',
    '', 'm.t()', 2,
    c='def g():\n'
      '    from m import f\n'
      '    return f()\n')

case(
    'star_import_new_name',
    'def f(): return 1\n',
    'def f(): return 1\n'
    'def n(): return 9\n',
    '', 'c.n()', 9,
    c='from m import *\n')

case(
    'same_second_same_size',
    'def f(): return 1\n',
    'def f(): return 2\n',
    '', 'm.f()', 2)

case(
    'nested_class_method',
    'class A(object):\n'
    '    class N(object):\n'
    '        def x(self): return 1\n',
    'class A(object):\n'
    '    class N(object):\n'
    '        def x(self): return 2\n',
    'a=m.A.N()', 'a.x()', 2)

case(
    'metaclass_method',
    'class M(type):\n'
    '    def z(cls): return 1\n'
    'class A(metaclass=M):\n'
    '    def x(self): return 1\n',
    'class M(type):\n'
    '    def z(cls): return 2\n'
    'class A(metaclass=M):\n'
    '    def x(self): return 2\n',
    'a=m.A()', '(a.x(),m.A.z())', (2, 2),
    since=(3, 0))

case(
    'numpyish_class_attr',
    'class W(object):\n'
    "    def __eq__(s,o): raise ValueError('ambiguous')\n"
    '    __hash__=None\n'
    'class A(object):\n'
    '    w=W()\n'
    '    def x(self): return 1\n',
    'class W(object):\n'
    "    def __eq__(s,o): raise ValueError('ambiguous')\n"
    '    __hash__=None\n'
    'class A(object):\n'
    '    w=W()\n'
    '    def x(self): return 2\n',
    'a=m.A()', 'a.x()', 2)

case(
    'unicode_source',
    u'# -*- coding: utf-8 -*-\n'
    u"s=u'\xe9'\n"
    u'def f(): return 1\n',
    u'# -*- coding: utf-8 -*-\n'
    u"s=u'\xe9'\n"
    u'def f(): return 2\n',
    '', u"(m.f(),m.s==u'\xe9')", (2, True))
