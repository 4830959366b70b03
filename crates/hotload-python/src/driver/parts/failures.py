# How a step ended, as data.

# LATER

DESCRIBING = [None]  # the thread that does that, which gets the interrupts


def describe_step(errors, action, was_loaded):
    """The reply to a step, from what `run_user_code` has left."""
    phase = 'run'
    if action in ('reload', 'preload'):
        phase = was_loaded and 'reload' or 'import'
    DESCRIBING[0] = get_ident()
    try:
        result = describe_outcome(errors, phase)
    except:
        result = {'outcome': 'exited', 'what': 'an exception that cannot be described'}
    result['reply'] = 'result'
    result['output_closed'] = is_output_closed(errors)
    result['sources'] = take_read()
    if SOURCES.newer_api is not None:
        result['newer_api'], SOURCES.newer_api = SOURCES.newer_api, None
    del errors[:]
    SOURCES.broken = None
    tell_unasked_tasks()
    del RUNNING[:]
    result['errors'] = take_background()
    result['errors_dropped'] = take_dropped()
    return result


def describe_outcome(errors, phase):
    if not errors:
        return {'outcome': 'ok'}
    kind, value, trace = errors[0]
    if is_a(kind, Missing):
        return {'outcome': 'missing', 'file': value.args[0]}
    if is_a(kind, SystemExit):
        return describe_exit(value)
    if is_a(kind, KeyboardInterrupt):
        return {'outcome': 'interrupted', 'what': 'KeyboardInterrupt'}
    if kind is getattr(sys.modules.get('bdb'), 'BdbQuit', None):
        return {'outcome': 'interrupted', 'what': 'the debugger was left'}
    result = {'outcome': 'failed', 'error': safely_described(errors[0], phase)}
    if SOURCES.broken is not None and SOURCES.broken[0] is value:
        result['half_written'] = SOURCES.broken[1]
    return result


def describe_exit(value):
    code = value.code
    # Nothing is asked of what is no number: the `==` of an array is an array.
    if code is None or isinstance(code, int) and code == 0:
        return {'outcome': 'ok'}
    if type(code) is int:
        shown = repr(code)
    else:
        need('errors')
        shown = safely(interruptible, shown_code, code) or '<message unavailable>'
    return {'outcome': 'exited', 'what': 'sys.exit(%s)' % shown}


def shown_code(code):
    """What is told of an exit status; one that is no number is printed, as Python itself does."""
    if isinstance(code, int):
        return repr(code)[:200]
    text = code
    if not isinstance(code, type(u'')):
        text = str(code)
    safely(sys.stderr.write, text + '\n')
    shown = plain_message(text)[0][:200]
    if isinstance(code, (str, type(u''))):
        shown = repr_of(shown)
    return shown


def repr_of(value):
    text = repr(value)[:200]
    if PY2:
        return text.replace("u'", "'", 1)
    return text


def safely_described(parts, phase, thread=None, headline=None):
    """An error as a report, however it resists. `headline` gives what Python prints above it."""
    try:
        need('errors')
        report = describe_error(parts[0], parts[1], parts[2], phase, thread)
    except:
        report = describe_bare(parts[0], phase, thread)
    if NAMES['NATIVE']:
        need('native')
        report['native'] = safely(native_text, parts, headline)
    return report


def native_text(parts, headline):
    lines = native_lines(*parts)
    if headline is not None:
        lines.insert(0, safely(headline) or '')
    text = u''.join([plain_message(line)[0] for line in lines])
    if len(text) > 4 * MESSAGE_LIMIT:
        text = text[:2 * MESSAGE_LIMIT] + u'\n...\n' + text[-MESSAGE_LIMIT:]
    return text


def is_a(kind, parent):
    """Whether a type is another one or below it. `isinstance` would ask the value, which may lie."""
    return isinstance(kind, type) and issubclass(kind, parent)


def safely(action, *arguments):
    """What `action` returns; None when the user's object makes it fail, in whatever way."""
    try:
        return action(*arguments)
    except:
        return None


def describe_bare(kind, phase, thread):
    """What can be said of an error when looking at it fails, as after user code broke the library."""
    exception = {
        'relation': 'root', 'parent': None, 'qualname': None, 'module': None, 'message': '',
        'message_state': 'unprintable', 'message_chars': 0, 'message_lines': 1, 'hint': None,
        'notes': [], 'note_lines': [], 'notes_total': 0, 'group_total': None, 'syntax': None,
        'frames': [], 'tool': 0, 'left_out': 0, 'gap': None,
    }
    exception['type'] = str(safely(getattr, kind, '__name__'))
    return {
        'phase': phase, 'thread': thread, 'stdlib': [], 'sites': [],
        'exceptions': [exception], 'exceptions_left_out': 0}
