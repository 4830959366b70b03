# What the host has imported before hotload came.
# Uses: background, base, code_imports, error_reports, finder, graph, openings, reruns, sources, watched

# LATER

AFTER_IMPORT.clear()

report_all_failed_tasks = report_failed_tasks


def report_failed_tasks():
    """The host's tasks are not hotload's to end."""


forget_all_warnings = forget_warnings


def forget_warnings():
    """Has the warnings of watched modules come again."""
    for name in list(SOURCES.seen):
        getattr(sys.modules.get(name), '__dict__', {}).pop('__warningregistry__', None)


def source_of(module):
    """The source file of a module that is loaded, or None."""
    if not isinstance(module, type(os)):
        return None
    file = module.__dict__.get('__file__')
    if type(file) is not str:
        return None
    if file.endswith(('.pyc', '.pyo')):
        file = file[:-1]
    return os.path.abspath(file) if file.endswith('.py') and os.path.isfile(file) else None


def is_loaded_from(name, file):
    found = source_of(sys.modules.get(name))
    return found is not None and os.path.realpath(found) == os.path.realpath(file)


def adopt_modules():
    """Makes known the watched modules that the host has loaded. Returns their names."""
    adopted = []
    for name, module in list(sys.modules.items()):
        file = source_of(module)
        if name != '__main__' and file is not None and safely(is_watched, file):
            SOURCES.seen[name] = file
            adopted.append(name)
    return adopted


def adopt_imports(names):
    """Notes what adopted modules import, as far as their texts tell."""
    need('graph')
    need('dependents')
    for name in names:
        safely(adopt_imports_of, name)


def adopt_imports_of(name):
    at_once, in_functions = imports_in(compile_text(read_once(SOURCES.seen[name])[0], SOURCES.seen[name]))
    for statement in at_once + in_functions:
        for each in imported_by_statement(name, statement, SOURCES.seen):
            note_edge(name, each)


def unhook():
    """Takes out of this Python what hotload has put in."""
    while FINDER in sys.meta_path:
        sys.meta_path.remove(FINDER)
    if not PY2:
        if SourceLoader.get_code is get_code:
            SourceLoader.get_code = PLAIN_GET_CODE
    if 'graph' in LOADED:
        safely(unhook_imports)


def unhook_imports():
    unwrap_opening()
    if builtins.__import__ is wrapped_import:
        builtins.__import__ = OWN_BUILTINS['__import__']
    importlib = sys.modules.get('importlib')
    if GRAPH.import_module is not None and importlib.import_module is wrapped_import_module:
        importlib.import_module = GRAPH.import_module
    if not PY2:
        for name in GRAPH.began:
            spec = spec_in(sys.modules.get(name))
            if type(spec) is ObservedSpec:
                spec.__class__ = bootstrap.ModuleSpec
