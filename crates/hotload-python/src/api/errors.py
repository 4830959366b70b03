# Errors as text: what Python prints, without hotload's own frames.


def show_error(what, error):
    """Writes an error to standard error; `what` says where it happened."""
    say('error: %s' % what)
    say(error_text(*error).rstrip('\n'))


def say(text):
    """Standard output carries only what user code prints."""
    try:
        sys.stderr.write(text + '\n')
        sys.stderr.flush()
    except Exception:
        pass  # closed or replaced: nobody to tell


def error_text(kind, value, trace):
    """An exception as Python prints it, with the lines that ran and user code's frames only."""
    try:
        return with_own_imports(printed_error, kind, value, trace)
    except Exception:
        # One whose own methods fail while it is printed.
        return getattr(kind, '__name__', 'an old-style exception')


def printed_error(kind, value, trace):
    import linecache, traceback
    for path in SOURCES.texts:
        # Without an mtime, which is None, an entry is not compared with the file.
        text = SOURCES.texts[path].decode('utf-8', 'replace')
        if PY2:
            text = text.encode('utf-8')
        linecache.cache[path] = (len(text), None, text.splitlines(True), path)
    if hasattr(traceback, 'TracebackException'):
        shown = traceback.TracebackException(kind, value, trace)
        hide_own_frames(shown, [])
        lines, has_frames = list(shown.format()), bool(shown.stack)
    else:
        entries = [entry for entry in traceback.extract_tb(trace) if not is_own(entry[0])]
        lines, has_frames = ['Traceback (most recent call last):\n'], bool(entries)
        lines = lines + traceback.format_list(entries)
        lines = lines + traceback.format_exception_only(kind, value)
    if not has_frames and lines[0].startswith('Traceback'):
        del lines[0]
    return ''.join(lines)


def hide_own_frames(shown, done):
    """Takes hotload's frames, and those of importing, out of an exception and its causes."""
    if shown is None or id(shown) in done:
        return
    done.append(id(shown))
    shown.stack[:] = [entry for entry in shown.stack if not is_own(entry.filename)]
    for other in [shown.__cause__, shown.__context__] + list(
            getattr(shown, 'exceptions', None) or ()):
        hide_own_frames(other, done)


def is_own(file):
    return (
        file == DRIVER_FILE
        or file.startswith('<frozen importlib')
        or file.endswith(os.path.join('importlib', '__init__.py')))
