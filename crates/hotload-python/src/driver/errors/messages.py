# What an exception says: its message and its notes, as text that can be sent.
# Uses: error_reports, interrupts, source_text

MESSAGE_LIMIT = 65536
NOTE_LIMIT = 4096
NOTE_COUNT_LIMIT = 50


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


def count_lines(text):
    """How many lines a text has, of which not all may be reported."""
    return text.rstrip('\n').count('\n') + 1


def printed(value):
    """str() of an exception, or unicode where 2.7 needs that."""
    if PY2:
        for argument in safely(getattr, value, 'args') or ():
            if isinstance(argument, unicode):
                return unicode(value)
    return str(value)


def plain_message(text):
    """Text without bytes or surrogates that are not characters; its state; its length in characters."""
    if not isinstance(text, (str, type(u''))):
        text = str(text)
    if PY2:
        if isinstance(text, str):
            return decode_message(text)
    return bounded_message(u''.join([text]))  # an exact str, even if it was of a derived class


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
        """The text with single surrogates as escapes; in a narrow build, pairs are whole characters."""
        if text.encode('ascii', 'ignore') == text:
            return text
        whole = text.encode('utf-16-le').decode('utf-16-le', 'ignore')
        if whole == text:
            return text
        parts = []
        # By number: Jython compiles no literal with a single surrogate in it.
        codes = [ord(character) for character in text] + [0]
        for index, character in enumerate(text):
            code = codes[index]
            is_high = 0xd800 <= code < 0xdc00 <= codes[index + 1] < 0xe000
            is_low = index and 0xd800 <= codes[index - 1] < 0xdc00 <= code < 0xe000
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
            except UnicodeError as error:
                parts.append(data[:error.start].decode('utf-8'))
                parts.append(u'\\x%02x' % ord(data[error.start]))
                data = data[error.start + 1:]
        return u''.join(parts), 'lossy', length


def describe_notes(value):
    notes = safely(getattr, value, '__notes__')
    if notes is None:
        notes = []
    if not isinstance(notes, (list, tuple)):
        notes = [safely(repr, notes)]  # as Python prints what is not a list
    described = {'notes': [], 'note_lines': [], 'notes_total': len(notes)}
    for note in notes[:NOTE_COUNT_LIMIT]:
        text = safely(interruptible, text_of_note, note)
        if text is not None:
            described['notes'].append(plain_message(text)[0][:NOTE_LIMIT])
            described['note_lines'].append(count_lines(text))
    return described


def text_of_note(note):
    if isinstance(note, (str, type(u''))):
        return note
    return str(note)
