# How a step ended, as data.

MESSAGE_LIMIT = 65536


def describe_error(kind, value, trace):
    """Type, message and frames of an exception, and its text as Python prints it."""
    traceback = import_own('traceback')
    filled = fill_line_cache()
    try:
        # 3.13 imports more when it has something to print.
        return with_own_imports(describe_shown, traceback, kind, value, trace)
    finally:
        for path in filled:
            sys.modules['linecache'].cache.pop(path, None)


def fill_line_cache():
    """Has tracebacks show the lines that ran, not those that are in the file by now."""
    linecache = import_own('linecache')
    for path in SOURCES.texts:
        lines = lines_of(SOURCES.texts[path])
        # Without an mtime an entry is not compared with the file.
        linecache.cache[path] = (len(SOURCES.texts[path]), None, lines, path)
    return list(SOURCES.texts)


def lines_of(data):
    if PY2:
        return data.splitlines(True)
    else:
        io, tokenize = import_own('io'), import_own('tokenize')
        try:
            encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
        except SyntaxError:
            encoding = 'utf-8'
        return io.StringIO(data.decode(encoding, 'replace'), None).readlines()


def describe_shown(traceback, kind, value, trace):
    if not hasattr(traceback, 'TracebackException'):  # 2.7 and 3.4
        entries = [tuple(entry) for entry in traceback.extract_tb(trace) if is_shown(entry[0])]
        lines = []
        if entries:
            lines = ['Traceback (most recent call last):\n'] + traceback.format_list(entries)
        lines = lines + traceback.format_exception_only(kind, value)
    else:
        shown = traceback.TracebackException(kind, value, trace)
        hide_driver(shown, {})
        entries = [(entry.filename, entry.lineno, entry.name, entry.line) for entry in shown.stack]
        lines = list(shown.format())
        if not entries and lines[:1] == ['Traceback (most recent call last):\n']:
            del lines[0]
    return {
        'type': type_name(kind),
        'message': message_of(value),
        'frames': [describe_frame(*entry) for entry in entries[-100:]],
        'text': bounded(lines),
    }


def describe_frame(file, line, function, source):
    return {'file': file, 'line': line, 'function': function, 'source': source}


def is_shown(file):
    return not (
        file == DRIVER_FILE
        or file.startswith('<frozen importlib')
        or file.endswith(os.path.join('importlib', '__init__.py')))


def hide_driver(shown, done):
    """Takes the frames of the driver and of importing out of an exception and its causes."""
    if shown is None or id(shown) in done:
        return
    done[id(shown)] = True
    shown.stack[:] = [entry for entry in shown.stack if is_shown(entry.filename)]
    hide_driver(shown.__cause__, done)
    hide_driver(shown.__context__, done)
    for member in getattr(shown, 'exceptions', None) or ():
        hide_driver(member, done)


def type_name(kind):
    try:
        name = getattr(kind, '__name__', None) or str(kind)
        module = getattr(kind, '__module__', None)
        if module in (None, 'builtins', 'exceptions', '__builtin__', '__main__'):
            return str(name)
        return '%s.%s' % (module, name)
    except:
        return '<type unavailable>'


def message_of(value):
    try:
        if PY2:
            if isinstance(value, BaseException):
                for argument in value.args:
                    if isinstance(argument, unicode):
                        return unicode(value)[:MESSAGE_LIMIT]
        return text_of(str(value))[:MESSAGE_LIMIT]
    except:
        return '<message unavailable>'


def bounded(lines):
    text = ''.join([text_of(line) for line in lines])
    if len(text) > 4 * MESSAGE_LIMIT:
        text = text[:2 * MESSAGE_LIMIT] + '\n...\n' + text[-MESSAGE_LIMIT:]
    return text


def describe_step(errors):
    """The reply to a step, from what `run_user_code` has left."""
    try:
        result = describe_outcome(errors)
    except:
        result = {'outcome': 'exited', 'what': 'an exception that cannot be described'}
    result['reply'] = 'result'
    result['output_closed'] = is_output_closed(errors)
    result['sources'] = take_read()
    del errors[:]
    SOURCES.broken = None
    return result


def describe_outcome(errors):
    """How a step ended, from what `run_user_code` has left."""
    if not errors:
        return {'outcome': 'ok'}
    kind, value, trace = errors[0]
    if isinstance(value, Missing):
        return {'outcome': 'missing', 'file': value.args[0]}
    if isinstance(value, SystemExit):
        return describe_exit(value)
    if isinstance(value, KeyboardInterrupt):
        return {'outcome': 'interrupted', 'what': 'KeyboardInterrupt'}
    if type_name(kind) == 'bdb.BdbQuit':
        return {'outcome': 'interrupted', 'what': 'the debugger was left'}
    result = {'outcome': 'failed', 'error': safely_described(kind, value, trace)}
    if SOURCES.broken is not None and SOURCES.broken[0] is value:
        result['half_written'] = SOURCES.broken[1]
    return result


def describe_exit(value):
    code = value.code
    # Nothing is asked of what is no number: the `==` of an array is an array.
    if code is None or isinstance(code, int) and code == 0:
        return {'outcome': 'ok'}
    shown = code
    if not isinstance(code, int):
        shown = message_of(code)
        try:
            sys.stderr.write(str(code) + '\n')  # as Python itself does
        except:
            pass
    return {'outcome': 'exited', 'what': 'sys.exit(%s)' % repr_of(shown)}


def repr_of(value):
    text = repr(value)[:200]
    if PY2:
        return text.replace("u'", "'", 1)
    return text


def safely_described(kind, value, trace):
    try:
        return describe_error(kind, value, trace)
    except:
        # An exception whose own methods fail while it is printed, or a `traceback` that user code
        # has taken away.
        return describe_without_help(kind, value, trace)


def describe_without_help(kind, value, trace):
    frames = []
    lines = ['Traceback (most recent call last):\n']
    while trace is not None:
        code = trace.tb_frame.f_code
        if is_shown(code.co_filename):
            entry = (code.co_filename, trace.tb_lineno, code.co_name)
            frames.append(describe_frame(*(entry + (None,))))
            lines.append('  File "%s", line %d, in %s\n' % entry)
        trace = trace.tb_next
    name, message = type_name(kind), message_of(value)
    lines.append(name + (message and ': ' + message) + '\n')
    return {'type': name, 'message': message, 'frames': frames[-100:], 'text': bounded(lines)}
