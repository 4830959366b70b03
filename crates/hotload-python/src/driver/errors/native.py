# A traceback as this Python prints it, without the driver's frames: `--traceback native`.
# Uses: base, decoding, imports, sources


def native_lines(kind, value, trace):
    """The lines of the traceback, with their line ends."""
    traceback = import_own('traceback')
    filled = fill_line_cache()
    try:
        # 3.13 imports more once it has something to print.
        return with_own_imports(print_traceback, traceback, kind, value, trace)
    finally:
        for path in filled:
            import_own('linecache').cache.pop(path, None)


def fill_line_cache():
    """Has tracebacks show the lines that ran, not those that are in the file by now."""
    linecache = import_own('linecache')
    for path in SOURCES.loaded:
        data = SOURCES.loaded[path][-1][0]
        if PY2:
            lines = data.splitlines(True)
        else:
            lines = decode_source(data).splitlines(True)
        # Without an mtime an entry is not compared with the file.
        linecache.cache[path] = (len(data), None, lines, path)
    return list(SOURCES.loaded)


def print_traceback(traceback, kind, value, trace):
    if not hasattr(traceback, 'TracebackException'):  # 2.7 and 3.4
        entries = [entry for entry in traceback.extract_tb(trace) if not is_own(entry[0])]
        lines = traceback.format_exception_only(kind, value)
        if entries:
            lines = ['Traceback (most recent call last):\n'] + traceback.format_list(entries) + lines
        return lines
    shown = traceback.TracebackException(kind, value, trace)
    hide_driver(shown, {})
    lines = list(shown.format())
    if not shown.stack and lines[:1] == ['Traceback (most recent call last):\n']:
        del lines[0]
    return lines


def is_own(file):
    """Whether a frame belongs to hotload or to importing."""
    return (
        file == DRIVER_FILE
        or file.startswith('<frozen importlib')
        or file.endswith(os.path.join('importlib', '__init__.py')))


def hide_driver(shown, done):
    """Removes the frames of the driver and of importing from an exception and its causes."""
    if shown is None or id(shown) in done:
        return
    done[id(shown)] = True
    shown.stack[:] = [entry for entry in shown.stack if not is_own(entry.filename)]
    hide_driver(shown.__cause__, done)
    hide_driver(shown.__context__, done)
    for member in getattr(shown, 'exceptions', None) or ():
        hide_driver(member, done)
