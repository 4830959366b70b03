# The part of JSON that hotload speaks: `json` itself is slow to import and missing in some hosts.

ESCAPES = {'"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t'}
UNESCAPES = {'"': '"', '\\': '\\', '/': '/', 'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'f': '\f'}
CONSTANTS = {'true': True, 'false': False, 'null': None}


class PlainText(object):
    """ASCII text that is known to need no escapes: base64 of whole sources."""

    def __init__(self, text):
        self.text = text


def json_dump(value):
    """The ASCII JSON text of None, booleans, numbers, strings, lists and dicts."""
    if value is None:
        return 'null'
    if value is True:
        return 'true'
    if value is False:
        return 'false'
    if isinstance(value, PlainText):
        return '"' + value.text + '"'
    if isinstance(value, dict):
        items = [json_dump(key) + ':' + json_dump(value[key]) for key in value]
        return '{' + ','.join(items) + '}'
    if isinstance(value, (list, tuple)):
        return '[' + ','.join([json_dump(item) for item in value]) + ']'
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, int):
        return '%d' % value
    return json_string(text_of(value))


def json_string(text):
    parts = ['"']
    index = 0
    while index < len(text):
        code = ord(text[index])
        if code in (0x22, 0x5c) or code < 0x20:
            parts.append(ESCAPES.get(text[index]) or '\\u%04x' % code)
        elif code < 0x7f:
            parts.append(str(text[index]))
        elif code > 0xffff:
            code = code - 0x10000
            parts.append('\\u%04x\\u%04x' % (0xd800 + (code >> 10), 0xdc00 + (code & 0x3ff)))
        elif 0xd800 <= code < 0xdc00 <= ord(text[index + 1:index + 2] or ' ') < 0xe000:
            # A narrow build of 2.7 keeps one character in two places.
            parts.append('\\u%04x\\u%04x' % (code, ord(text[index + 1])))
            index = index + 1
        elif 0xd800 <= code <= 0xdfff:
            parts.append('\\ufffd')  # no character by itself: JSON readers refuse it
        else:
            parts.append('\\u%04x' % code)
        index = index + 1
    parts.append('"')
    return ''.join(parts)


def json_load(text):
    """The value of a JSON text; strings come as this Python's native str."""
    return json_value(text, 0)[0]


def json_value(text, at):
    char = text[at]
    if char == '"':
        value, at = json_read_string(text, at + 1)
        return native(value), at
    if char == '{':
        pairs, at = json_items(text, at + 1, '}')
        return dict(zip(pairs[::2], pairs[1::2])), at
    if char == '[':
        return json_items(text, at + 1, ']')
    end = at
    while end < len(text) and text[end] not in ',:]}':
        end = end + 1
    word = text[at:end]
    if word in CONSTANTS:
        return CONSTANTS[word], end
    if '.' in word or 'e' in word:
        return float(word), end
    return int(word), end


def json_items(text, at, closing):
    # The keys and values of an object come as one flat list.
    items = []
    while text[at] != closing:
        if text[at] in ',:':
            at = at + 1
        value, at = json_value(text, at)
        items.append(value)
    return items, at + 1


def json_read_string(text, at):
    parts = []
    while 1:
        end = at
        while text[end] not in '"\\':
            end = end + 1
        parts.append(text[at:end])
        if text[end] == '"':
            return json_join(parts), end + 1
        escape = text[end + 1]
        at = end + 2
        if escape == 'u':
            code = int(text[at:at + 4], 16)
            at = at + 4
            if 0xd800 <= code < 0xdc00 and text[at:at + 2] == '\\u':
                low = int(text[at + 2:at + 6], 16)
                code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)
                at = at + 6
            parts.append(character(code))
        else:
            parts.append(UNESCAPES[escape])


def json_join(parts):
    if PY2:
        return unicode().join(parts)
    else:
        return ''.join(parts)


def character(code):
    if PY2:
        if code > sys.maxunicode:
            return ('\\U%08x' % code).decode('unicode-escape')
        return unichr(code)
    else:
        return chr(code)
