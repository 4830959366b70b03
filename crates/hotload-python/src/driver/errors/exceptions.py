# What an exception was, as data: from the object itself, never from what Python prints.
#
# The object is the user's: each of its attributes may be missing, lie or raise.

MESSAGE_LIMIT = 65536
NOTE_LIMIT = 4096
NOTES_AT_MOST = 50
EXCEPTIONS_AT_MOST = 50

# What Python's printer may add a suggestion to.
SUGGESTING = ()
if sys.version_info >= (3, 10):
    SUGGESTING = (NameError, AttributeError, ImportError)


def describe_error(kind, value, trace, phase, thread=None):
    """An exception with those that led to it, as a report."""
    sites = Sites(SourceTexts())
    exceptions = []
    left_out = add_exception(exceptions, sites, (kind, value, trace), 'root', None)
    # Members of groups come behind all causes; those of a member behind it.
    place = 0
    while place < len(exceptions):
        for member in exceptions[place].pop('members'):
            if len(exceptions) < EXCEPTIONS_AT_MOST:
                add_exception(exceptions, sites, parts_of(member), 'member', place)
        place = place + 1
    return {
        'phase': phase,
        'thread': thread,
        'stdlib': library_folders(),
        'not_reloaded': sites.texts.not_reloaded,
        'sites': sites.described,
        'exceptions': exceptions,
        'exceptions_left_out': left_out,
    }


def add_exception(exceptions, sites, parts, relation, parent):
    """Adds an exception and its causes, nearest first; returns how many were too many."""
    seen, left_out = {}, 0
    while parts is not None and id(parts[1]) not in seen:
        value = parts[1]
        seen[id(value)] = value
        if len(exceptions) < EXCEPTIONS_AT_MOST:
            exceptions.append(describe_exception(sites, parts, relation, parent))
            parent = len(exceptions) - 1
        else:
            left_out = left_out + 1
        relation, parts = reason_of(value)
    return left_out


def describe_exception(sites, parts, relation, parent):
    kind, value, trace = parts
    frames, tool, left_out, gap = sites.walk(trace)
    members = members_of(value)
    described = {
        'relation': relation,
        'parent': parent,
        'hint': None,
        'group_total': None,
        'members': members or (),
        'syntax': None,
        'frames': frames,
        'tool': tool,
        'left_out': left_out,
        'gap': gap,
    }
    if members is not None:
        described['group_total'] = len(members)
    if is_a(kind, SUGGESTING):
        need('suggestions')
        described['hint'] = safely(suggestion_for, value)
    if is_a(kind, SyntaxError):
        need('syntax')
        described['syntax'] = safely(describe_syntax, value, sites.texts, trace)
    elif SOURCES.broken is not None and SOURCES.broken[0] is value:
        need('syntax')
        described['syntax'] = safely(describe_unreadable, SOURCES.broken[1])
    described.update(describe_type(kind))
    described.update(describe_message(value))
    described.update(describe_notes(value))
    return described


def parts_of(value):
    return type(value), value, told_by_base('__traceback__', value)


def told_by_base(name, value):
    """An attribute as the interpreter itself has it, whatever the class says."""
    return safely(getattr(BaseException, name).__get__, value)


# Found once: at the interpreter's end no modules are left to ask.
OWN_GROUP = getattr(sys.modules.get('builtins'), 'BaseExceptionGroup', None)
LIBRARY_FOLDERS = []

if PY2:
    def reason_of(value):
        return None, None

    def members_of(value):
        return None
else:
    def reason_of(value):
        """What led to an exception, and how: a cause wins over what was being handled."""
        cause = told_by_base('__cause__', value)
        if cause is not None:
            return 'cause', parts_of(cause)
        context = told_by_base('__context__', value)
        if context is not None and not told_by_base('__suppress_context__', value):
            return 'context', parts_of(context)
        return None, None

    def members_of(value):
        """The exceptions that a group holds; None if it is none."""
        backport = getattr(sys.modules.get('exceptiongroup'), 'BaseExceptionGroup', None)
        for group in (OWN_GROUP, backport):
            if isinstance(group, type) and is_a(type(value), group):
                members = safely(getattr, value, 'exceptions')
                if isinstance(members, (list, tuple)):
                    return [member for member in members if isinstance(member, BaseException)]
        return None


def describe_type(kind):
    described = {'type': '<unknown>', 'qualname': None, 'module': None}
    for key, name in (('type', '__name__'), ('qualname', '__qualname__'), ('module', '__module__')):
        found = safely(getattr, kind, name)
        if name == '__name__':
            # A metaclass may have its own idea of it; classes of 2.7 have no other.
            found = safely(type.__dict__[name].__get__, kind) or found
        if isinstance(found, str):
            described[key] = plain_message(found)[0]
    return described


def describe_message(value):
    text = None
    if is_a(type(value), SyntaxError):
        text = safely(getattr, value, 'msg')
    lines = 1
    try:
        if text is None:
            text = interruptible(printed, value)
        lines = count_lines(text)
        text, state, length = plain_message(text)
    except:
        text, state, length = '', 'unprintable', 0
    return {
        'message': text, 'message_state': state, 'message_chars': length, 'message_lines': lines}


def interruptible(action, *arguments):
    """Runs code of the user's that says something of an error: an interrupt ends a slow `__str__`."""
    if WHEN_IDLE[0] is not None or DESCRIBING[0] != get_ident():
        return action(*arguments)
    WHEN_IDLE[0] = break_off
    try:
        return action(*arguments)
    finally:
        WHEN_IDLE[0] = None


def break_off():
    WHEN_IDLE[0] = None  # At once: a second interrupt would break hotload's own lines.
    raise KeyboardInterrupt


def count_lines(text):
    """How many lines a text has that may be longer than what is told of it."""
    return text.rstrip('\n').count('\n') + 1


def printed(value):
    """str() of an exception, as unicode where 2.7 has it so."""
    if PY2:
        for argument in safely(getattr, value, 'args') or ():
            if isinstance(argument, unicode):
                return unicode(value)
    return str(value)


def plain_message(text):
    """Text without bytes or surrogates that are none; what it is; its length in characters."""
    if not isinstance(text, (str, type(u''))):
        text = str(text)
    if PY2:
        if isinstance(text, str):
            return decode_message(text)
    return bounded_message(u''.join([text]))  # exact, where it was of a class of its own


def bounded_message(text):
    state = 'ok'
    length = count_characters(text)
    if not text:
        state = 'empty'
    if length > MESSAGE_LIMIT:
        text, state = text[:MESSAGE_LIMIT], 'truncated'
    if PY2:
        escaped = escape_surrogates(text)
    else:
        escaped = text.encode('utf-8', 'backslashreplace').decode('utf-8')
    if escaped != text:
        text, state = escaped, 'lossy'
    return text, state, length


if PY2:
    def escape_surrogates(text):
        """The text with halves of characters as escapes; a narrow build has whole ones in two."""
        if text.encode('ascii', 'ignore') == text:
            return text
        whole = text.encode('utf-16-le').decode('utf-16-le', 'ignore')
        if whole == text:
            return text
        parts = []
        # By number: Jython compiles no text with half a character in it.
        codes = [ord(character) for character in text] + [0]
        for place, character in enumerate(text):
            code = codes[place]
            is_high = 0xd800 <= code < 0xdc00 <= codes[place + 1] < 0xe000
            is_low = place and 0xd800 <= codes[place - 1] < 0xdc00 <= code < 0xe000
            if 0xd800 <= code < 0xe000 and not is_high and not is_low:
                character = u'\\u%04x' % code
            parts.append(character)
        return u''.join(parts)

    def decode_message(data):
        try:
            return bounded_message(data.decode('utf-8'))
        except UnicodeError:
            pass
        parts, length = [], len(data)
        data = data[:MESSAGE_LIMIT]
        while data:
            try:
                parts.append(data.decode('utf-8'))
                break
            except UnicodeError:
                place = exc_info()[1].start
                parts.append(data[:place].decode('utf-8'))
                parts.append(u'\\x%02x' % ord(data[place]))
                data = data[place + 1:]
        return u''.join(parts), 'lossy', length


def describe_notes(value):
    notes = safely(getattr, value, '__notes__')
    if notes is None:
        notes = []
    if not isinstance(notes, (list, tuple)):
        notes = [safely(repr, notes)]  # as Python prints what is no list
    described = {'notes': [], 'note_lines': [], 'notes_total': len(notes)}
    for note in notes[:NOTES_AT_MOST]:
        text = safely(interruptible, text_of_note, note)
        if text is not None:
            described['notes'].append(plain_message(text)[0][:NOTE_LIMIT])
            described['note_lines'].append(count_lines(text))
    return described


def text_of_note(note):
    if isinstance(note, (str, type(u''))):
        return note
    return str(note)


def library_folders():
    """Where this Python keeps its own library."""
    if not LIBRARY_FOLDERS:
        LIBRARY_FOLDERS.extend(safely(find_library_folders) or [])
    return LIBRARY_FOLDERS


def find_library_folders():
    folders = {}
    for module in (os, sys.modules.get('site'), sys.modules.get('encodings')):
        file = getattr(module, '__file__', None)
        if isinstance(file, str):
            folder = os.path.dirname(os.path.abspath(file))
            if module is sys.modules.get('encodings'):
                folder = os.path.dirname(folder)
            folders[folder] = True
            folders[os.path.realpath(folder)] = True
    return [path_text(folder) for folder in sorted(folders)]
