# What user code finds around it, without a trace of the shim: environment variables, `__main__`,
# `sys.path`.
# Uses: base, finder, imports, shim


def unset_variables(names):
    for name in names:
        if name in os.environ:
            del os.environ[name]


def clean_main(shim_folder):
    """Leaves nothing of the shim in `__main__`: multiprocessing's children would run it."""
    names = ['__cached__', 'os', 'sys']
    # A host's own script may have run the shim. Jython removes it itself, at the end.
    file = MAIN.get('__file__')
    if os.name != 'java' and file and os.path.dirname(os.path.realpath(file)) == shim_folder:
        names.append('__file__')
    for name in list(MAIN):
        if name in names or name.startswith('_hotload'):
            del MAIN[name]
    if not PY2:
        if '__loader__' in MAIN:
            MAIN['__loader__'] = bootstrap.BuiltinImporter  # as under `python -c`
            MAIN['__spec__'] = None


def import_before_user_files(folders):
    """Imports what the driver will need if a user's file would be found in its place.

    Every import of `token` or `types` finds a file of that name beside the target, and without the
    real modules no traceback can be made. User code imports its own file all the same.
    """
    library, is_any = os.path.dirname(os.__file__), False
    for folder in folders:
        try:
            names = os.listdir(folder)
        except EnvironmentError:
            continue  # cannot be listed, although imports may find what they know by name
        for name in names:
            # Packages shadow as well, whether or not the library's own is one.
            name = name.partition('.')[0]
            stem = os.path.join(library, name)
            if os.path.exists(stem + '.py') or os.path.exists(os.path.join(stem, '__init__.py')):
                is_any = True
                if name not in sys.modules:
                    SHADOWED[name] = None
    if is_any:
        load_later()
        with_own_imports(import_needed)
    elif STATE.observes and (3,) < sys.version_info < (3, 11):
        # Watching imports needs it there. Once user code has cleared `sys.modules` it cannot be imported.
        import importlib


def import_needed():
    import binascii, importlib, select, traceback


def replace_shim_folder(shim_folder, folders):
    # Where Python was started with the shim as its script, the shim's folder comes first. Otherwise
    # (-I, -P, hosts) there is nothing to remove.
    if sys.path[:1] == [shim_folder] or sys.path and os.path.realpath(
            sys.path[0] or '.') == os.path.realpath(shim_folder):
        del sys.path[0]
    STATE.path, STATE.finders = sys.path[:], sys.meta_path[:]
    for folder in reversed(folders):
        if folder not in sys.path[:len(folders)]:
            sys.path.insert(0, folder)


def put_first(folder):
    if sys.path[:1] != [folder]:
        if folder in sys.path:
            sys.path.remove(folder)
        sys.path.insert(0, folder)
