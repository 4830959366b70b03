# What the code of a module imports, and which names it uses: read from its instructions.
# Uses: base, graph, imports, sources

OPCODES = import_own('opcode').opmap
IMPORT_NAME, LOAD_CONST = OPCODES.get('IMPORT_NAME', -1), OPCODES.get('LOAD_CONST', -1)
EXTENDED_ARG = OPCODES.get('EXTENDED_ARG', -1)
LOAD_SMALL_INT = OPCODES.get('LOAD_SMALL_INT', -1)  # from 3.14 on
GUARDS = [OPCODES[name] for name in ('SETUP_EXCEPT', 'SETUP_FINALLY', 'SETUP_WITH') if name in OPCODES]
JUMP = 2 if sys.version_info >= (3, 10) else 1  # how many bytes a step of a jump is
WIDTH = 3 if sys.version_info < (3, 6) else 2  # of an instruction with an argument

# Code that uses one of these may import anything.
IMPORTERS = ('__import__', 'import_module', 'exec', 'eval', 'execfile')

IDENTIFIER = '_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

IS_FUNCTION = 1  # in `co_flags`; the body of a class has it not

IMPORTS_IN = {}  # module -> (code, what `imports_in` has found)
NAMES_IN = {}  # module -> (code, what `names_in` has found)


def imports_in(code):
    """The import statements of a module, in their order: (name, names taken from it, level, whether
    an exception may be caught).

    First those that run with the module, then those in its functions.
    """
    at_once, in_functions = [], []
    collect_imports(code, at_once, in_functions)
    return at_once, in_functions


def collect_imports(code, found, in_functions):
    found += statements_in(code)
    for constant in code.co_consts:
        if isinstance(constant, type(code)):
            inner = found
            if constant.co_flags & IS_FUNCTION:
                inner = in_functions
            collect_imports(constant, inner, in_functions)


def statements_in(code):
    """The import statements of one code object."""
    instructions = getattr(code, 'co_code', None)
    if not isinstance(instructions, bytes) or not code.co_names:
        return []
    numbers = bytearray(instructions)
    guarded = guarded_ranges(code, numbers)
    found = [(index, statement_at(code, numbers, index, guarded))
             for index in places_of(IMPORT_NAME, instructions)]
    if is_free(code.co_names):
        found += [(index, called_with(constant_before(code, numbers, index + WIDTH)[0], index, guarded))
                  for index in places_of(LOAD_CONST, instructions)]
    return [statement for index, statement in sorted(found) if statement is not None]


def places_of(opcode, instructions):
    """Where the number of an opcode stands, whether as one or as an argument."""
    wanted = bytes(bytearray([opcode & 255]))
    found, index = [], instructions.find(wanted)
    while index >= 0:
        if WIDTH == 3 or index % 2 == 0:
            found.append(index)
        index = instructions.find(wanted, index + 1)
    return found


def called_with(constant, index, guarded):
    """The import statement for what may be the argument of `import_module`; or None."""
    if type(constant) is not str:
        return None
    name = constant.lstrip('.')
    if not name or name.replace('.', '_').strip(IDENTIFIER):
        return None
    return name, (), len(constant) - len(name), is_within(index, guarded)


def statement_at(code, numbers, index, guarded):
    """The import statement whose last instruction is at this index; None if that is another one's argument."""
    if index + WIDTH > len(numbers):
        return None
    name, before = argument_at(numbers, index)
    names, before = constant_before(code, numbers, before)
    level, before = constant_before(code, numbers, before)
    if before is None or name >= len(code.co_names) or type(level) is not int:
        return None
    if names is not None and not isinstance(names, tuple):
        return None
    return code.co_names[name], names or (), level, is_within(index, guarded)


def guarded_ranges(code, numbers):
    """Where in some code an exception may be caught: (start, end) of its instructions."""
    if hasattr(code, 'co_exceptiontable'):
        return ranges_of_table(bytearray(code.co_exceptiontable))
    found = []
    # Of instructions that differ in length also what only looks like one.
    for index in range(0, len(numbers) - WIDTH + 1, WIDTH if WIDTH == 2 else 1):
        if numbers[index] in GUARDS:
            found.append((index, index + WIDTH + argument_at(numbers, index)[0] * JUMP))
    return found


def ranges_of_table(table):
    """The ranges in an exception table: from 3.11 on."""
    values, value = [], 0
    for number in table:
        value = value << 6 | number & 63
        if not number & 64:
            values.append(value)
            value = 0
    return [(start * 2, (start + length) * 2)
            for start, length in zip(values[::4], values[1::4])]


def is_within(index, ranges):
    return bool([start for start, end in ranges if start <= index < end])


def argument_at(numbers, index):
    """The argument of an instruction, and the index of the first one that belongs to it."""
    if WIDTH == 3:
        return numbers[index + 1] | numbers[index + 2] << 8, index
    value, shift = numbers[index + 1], 8
    while index >= 2 and numbers[index - 2] == EXTENDED_ARG:
        index -= 2
        value |= numbers[index + 1] << shift
        shift += 8
    return value, index


def constant_before(code, numbers, index):
    """What the instruction before this index loads, and that one's index; None if it is another one."""
    if index is None or index < WIDTH or index > len(numbers):
        return None, None
    opcode = numbers[index - WIDTH]
    value, index = argument_at(numbers, index - WIDTH)
    if opcode == LOAD_SMALL_INT:
        return value, index
    if opcode != LOAD_CONST or value >= len(code.co_consts):
        return None, None
    return code.co_consts[value], index


def names_in(code):
    """Every name that a module's code uses, and `*` if it imports everything of another one."""
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, type(code)):
            names |= names_in(constant)
        elif constant == ('*',):
            names.add('*')
    return names


def remembered(store, find, name, code):
    """What `find` finds in a module's code, looked for once."""
    if name not in store or store[name][0] is not code:
        store[name] = code, find(code)
    return store[name][1]


def is_free(names):
    """Whether code that uses these names may import anything."""
    for name in IMPORTERS:
        if name in names:
            return True
    return False


def base_of(importer, name, level, known):
    """The absolute name of what an import statement of a module names."""
    if level == 0:
        return name
    package = package_of(importer)
    if level < 0:
        # 2.7 looks beside the importer first.
        first = package + '.' + name.partition('.')[0]
        return package + '.' + name if package and first in known else name
    for _ in range(level - 1):
        package = package.rpartition('.')[0]
    return package + '.' + name if name else package


def imported_by_statement(importer, statement, known):
    """The known modules that an import statement of a module imports, in the order in which it does."""
    name, names, level = statement[:3]
    base = base_of(importer, name, level, known)
    found = with_packages(base)
    for taken in names:
        if taken == '*':
            found += [base + '.' + each for each in exported_by(base)]
        else:
            found.append(base + '.' + taken)
    return [each for each in found if each in known and each != importer]


def exported_by(name):
    """What a module has in `__all__`, which `import *` imports if it is not there."""
    module = sys.modules.get(name, SOURCES.prepared.get(name))
    exported = names_of(module).get('__all__') if isinstance(module, type(os)) else None
    if type(exported) not in (list, tuple):
        return []
    return [each for each in exported if type(each) is str]


def used_by_statement(importer, statement, known):
    """Those of them whose names the importer can use after the statement."""
    name, names, level = statement[:3]
    base = base_of(importer, name, level, known)
    found = imported_by_statement(importer, statement, known)
    if not names:
        return found
    # `from pkg import module` takes nothing from `pkg` itself, as long as that is what it has there.
    taken = [each for each in names if not is_submodule(base, each, known)]
    return [each for each in found if not base.startswith(each + '.') and (each != base or taken)]


def is_submodule(package, name, known):
    if package + '.' + name not in known:
        return False
    module = sys.modules.get(package)
    if not isinstance(module, type(os)):
        return False
    return names_of(module).get(name) is sys.modules.get(package + '.' + name)
