"""Names each function that runs code from a string beside a nested function.

Python 2.7.3 to 2.7.8 refuse that as a SyntaxError ("unqualified exec is not allowed in function").
Reads sources from standard input, with a NUL between them.
"""
import ast
import sys

# What makes a scope of its own within a function.
NESTED = [ast.FunctionDef, ast.Lambda, ast.GeneratorExp, ast.ClassDef, ast.SetComp, ast.DictComp]


def is_exec(node):
    if hasattr(ast, 'Exec') and isinstance(node, ast.Exec):
        return True
    return (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            and node.func.id in ('exec', 'execfile'))


def offenders(text):
    for function in ast.walk(ast.parse(text)):
        if isinstance(function, ast.FunctionDef):
            inside = [node for node in ast.walk(function) if node is not function]
            nested = [node for node in inside if isinstance(node, tuple(NESTED))]
            if nested and [node for node in inside if is_exec(node)]:
                yield function.name


found = []
for text in sys.stdin.read().split('\0'):
    found.extend(offenders(text))
print('found %s' % ' '.join(found))
