"""Checks the Python that hotload ships, program by program.

A program is several files that share one namespace, so a name may come from another file, from the
shim or from the builtins of its Python. Each file says in its first lines which others it takes
names from, as in `# Uses: base, channel`.

Reads `{"shim": text, "files": {path: text}, "programs": [{"name", "major", "files": [[path, text]]}]}`
from standard input and prints what is wrong, one problem a line. Runs on Python 3.
"""
import ast
import builtins
import json
import os
import re
import symtable
import sys

BUILTINS_OF_2_7 = set('''
ArithmeticError AssertionError AttributeError BaseException BufferError BytesWarning
DeprecationWarning EOFError Ellipsis EnvironmentError Exception False FloatingPointError
FutureWarning GeneratorExit IOError ImportError ImportWarning IndentationError IndexError KeyError
KeyboardInterrupt LookupError MemoryError NameError None NotImplemented NotImplementedError OSError
OverflowError PendingDeprecationWarning ReferenceError RuntimeError RuntimeWarning StandardError
StopIteration SyntaxError SyntaxWarning SystemError SystemExit TabError True TypeError
UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError
UnicodeWarning UserWarning ValueError Warning ZeroDivisionError __debug__ __import__ __package__ abs
all any apply basestring bin bool buffer bytearray bytes callable chr classmethod cmp coerce compile
complex copyright credits delattr dict dir divmod enumerate eval execfile exit file filter float
format frozenset getattr globals hasattr hash help hex id input int intern isinstance issubclass
iter len license list locals long map max memoryview min next object oct open ord pow print property
quit range raw_input reduce reload repr reversed round set setattr slice sorted staticmethod str sum
super tuple type unichr unicode vars xrange zip
'''.split())

# An older Python is refused with a message, for which it has to get that far.
PARSED_BY_2_4 = ('shim.py', 'fallback.py', 'guest/file.py', 'guest/join.py')

OF_EVERY_MODULE = {'__name__', '__file__', '__doc__'}


def tables_in(table):
    yield table
    for inner in table.get_children():
        yield from tables_in(inner)


def names_in(path, text):
    """The global names that a file defines, and those that it refers to."""
    module = symtable.symtable(text, path, 'exec')
    symbols = module.get_symbols()
    defined = {symbol.get_name() for symbol in symbols if symbol.is_assigned() or symbol.is_imported()}
    used = {symbol.get_name() for symbol in symbols if symbol.is_referenced()}
    for table in tables_in(module):
        if table is not module:
            used |= {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global()}
    return defined, used


def kept_under_another_name(text):
    """The `name` of each `other = name`, which a file may then define anew."""
    statements = ast.parse(text).body
    assigned = [each.value for each in statements if isinstance(each, ast.Assign)]
    return {value.id for value in assigned if isinstance(value, ast.Name)}


def names_of_shim(text):
    """The names that the shim gives to the program that it runs."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
            if [target.id for target in node.targets if isinstance(target, ast.Name)] == ['names']:
                names = {ast.literal_eval(key) for key in node.value.keys}
                return names - OF_EVERY_MODULE
    return set()


def stem(path):
    return os.path.splitext(os.path.basename(path))[0]


def joined(files):
    """The texts by path, the halves of a file together."""
    texts = {}
    for path, text in files:
        texts[path] = texts.get(path, '') + text
    return texts


def check_program(program, of_shim, uses):
    """Yields what is wrong with one program; adds to `uses` what its files take from which."""
    texts = joined(program['files'])
    known = OF_EVERY_MODULE | (BUILTINS_OF_2_7 if program['major'] == 2 else set(dir(builtins)))
    names = {path: names_in(path, text) for path, text in texts.items()}
    home = {name: 'shim' for name in of_shim if program['name'] != 'hotload.py'}
    for path, (defined, used) in names.items():
        kept = kept_under_another_name(texts[path])
        for name in defined & set(home):
            if name not in kept:
                yield '%s: %s defines %s, as %s does' % (program['name'], path, name, home[name])
            uses.setdefault(path, set()).add(home[name])
        for name in defined:
            # Who wraps a function under its own name is no concern of those that call it.
            home.setdefault(name, stem(path))
    if len({stem(path) for path in texts}) < len(texts):
        yield '%s: two files have one name' % program['name']
    for path, (defined, used) in names.items():
        for name in sorted(used - defined):
            if name in home:
                uses.setdefault(path, set()).add(home[name])
            elif name not in known:
                yield '%s: %s uses %s, which nothing defines' % (program['name'], path, name)


def check_declared(path, text, used):
    """Yields what is wrong with the lines `# Uses:` of a file."""
    lines = text.split('\n')
    found = [number for number, line in enumerate(lines) if line.startswith('# Uses: ')]
    code = [node.lineno for node in ast.parse(text).body if not is_documentation(node)]
    if found and code and found[-1] >= code[0]:
        yield '%s: `# Uses:` stands below the first lines' % path
    declared = [name for number in found for name in re.split(', *', lines[number][len('# Uses: '):])]
    if declared != sorted(set(declared)):
        yield '%s: `# Uses:` is not in order' % path
    for name in sorted(used - set(declared)):
        yield '%s: uses %s and does not say so' % (path, name)
    for name in sorted(set(declared) - used):
        yield '%s: says that it uses %s' % (path, name)


def is_documentation(node):
    return isinstance(node, ast.Expr) and type(node.value).__name__ in ('Str', 'Constant')


def check_choices(path, text):
    """Yields each `a and b or c` that chooses a value: it falls through to `c` when `b` is false."""
    tree = ast.parse(text)
    conditions = []
    for node in ast.walk(tree):
        conditions += [node.test] if hasattr(node, 'test') else getattr(node, 'ifs', [])
    inside = {id(node) for condition in conditions for node in ast.walk(condition)}
    for node in ast.walk(tree):
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or) and id(node) not in inside:
            if isinstance(node.values[0], ast.BoolOp):
                yield '%s:%d: write `b if a else c`' % (path, node.lineno)


def problems(given):
    uses, contained = {}, set()
    for program in given['programs']:
        contained |= {path for path, _ in program['files']}
        of_shim = names_of_shim(given[program.get('starter', 'shim')])
        yield from check_program(program, of_shim, uses)
    for path, text in sorted(given['files'].items()):
        if path not in contained:
            yield '%s: in no program' % path
        yield from check_declared(path, text, uses.get(path, set()))
        if path not in PARSED_BY_2_4:
            yield from check_choices(path, text)


found = sorted(set(problems(json.load(sys.stdin))))
print('\n'.join(found) or 'nothing')
