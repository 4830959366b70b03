# An error as a report, even if the user's objects or a broken library resist.
# Uses: base, exceptions, messages, native

# LATER


def safely_described(parts, phase, thread=None, headline=None):
    """An error as a report. `headline` returns what Python prints above the traceback."""
    try:
        need('errors')
        report = describe_error(parts[0], parts[1], parts[2], phase, thread)
    except:
        report = describe_bare(parts[0], phase, thread)
    if STATE.native:
        need('native')
        report['native'] = safely(native_text, parts, headline)
    return report


def native_text(parts, headline):
    if headline is None and sys.excepthook is not STATE.hook:
        # What user code has put there prints the error, as it would at the end of a program.
        if safely(call_hook, *parts):
            return u''
    lines = native_lines(*parts)
    if headline is not None:
        lines.insert(0, safely(headline) or '')
    text = u''.join([plain_message(line)[0] for line in lines])
    if len(text) > 4 * MESSAGE_LIMIT:
        text = text[:2 * MESSAGE_LIMIT] + u'\n...\n' + text[-MESSAGE_LIMIT:]
    return text


def call_hook(kind, value, trace):
    while trace is not None and is_own(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    sys.excepthook(kind, value, trace)
    return True


def is_a(kind, parent):
    """Whether a type is another one or derived from it. `isinstance` asks the value, which may lie."""
    return isinstance(kind, type) and issubclass(kind, parent)


def safely(action, *arguments):
    """What `action` returns, or None if the user's object makes it fail, in whatever way."""
    try:
        return action(*arguments)
    except:
        return None


def describe_bare(kind, phase, thread):
    """What is left to report when describing an error fails, as when user code broke the library."""
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
