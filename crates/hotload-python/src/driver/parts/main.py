# How a target runs as `__main__`: as `python FILE` or `python -m MODULE` runs it, on each save.
# Uses: base, finder, sources


class Program(object):
    """What runs as `__main__`."""

    module = None   # the module that it runs in, which keeps its names
    run_as = None   # `MODULE`, if it does not run as a file


PROGRAM = Program()


def run_main():
    file = SOURCES.targets['__main__'][0]
    if PROGRAM.module is None:
        # A host's own: its names are what scripts in it expect.
        PROGRAM.module = sys.modules.get('__main__') or type(os)('__main__')
    sys.modules['__main__'] = PROGRAM.module
    import_parent()
    code = compile_source('__main__', file)
    names = PROGRAM.module.__dict__
    names.update(own_names(file))
    NAMES.get('run_anew_patched', eval)(code, names)  # with `--reload patch`


def import_parent():
    parent = (PROGRAM.run_as or '').rpartition('.')[0]
    if parent and parent not in sys.modules:
        __import__(parent)


def own_names(file):
    """The names that a module has before it runs."""
    names = {'__name__': '__main__', '__file__': file, '__doc__': None, '__package__': None}
    if PROGRAM.run_as is not None:
        names['__package__'] = PROGRAM.run_as.rpartition('.')[0]
        names['__loader__'] = SourceLoader(PROGRAM.run_as, file, None) if PY2 else None
    if not PY2:
        # Worker processes start from the spec, or from the file where there is none.
        spec = None
        if PROGRAM.run_as is not None:
            spec = spec_of_file(PROGRAM.run_as, file, None)
        names['__spec__'] = spec
        names['__cached__'] = getattr(spec, 'cached', None)
        names['__loader__'] = SourceLoader('__main__', file) if spec is None else spec.loader
    return names
