# JSON, as far as hotload and the driver use it: the module `json` is slow to import, and some hosts
# lack it.
# Uses: base

# What hotload sends is ASCII and, apart from three names, a Python literal. Evaluating it is no risk:
# whoever can send a request has sent this whole program.
CONSTANTS = {'true': True, 'false': False, 'null': None, '__builtins__': {}}
UNICODE_LITERALS = 0x20000  # `from __future__ import unicode_literals`
ASCII_PATHS = sys.getfilesystemencoding() == 'ascii'  # the C locale, up to 3.6


def json_load(text):
    """The value of a JSON text, with each string as this Python's own str."""
    if PY2:
        return native(eval(compile(text, DRIVER_FILE, 'eval', UNICODE_LITERALS, 1), CONSTANTS))
    else:
        value = eval(text, CONSTANTS)
        if '\\ud' in text or '\\ue' in text or ASCII_PATHS:
            return native(value)
        return value


def native(value):
    """The value with each string as the str that paths, names and arguments have here."""
    if isinstance(value, list):
        return [native(item) for item in value]
    if isinstance(value, dict):
        return {native(key): native(value[key]) for key in value}
    if PY2:
        if isinstance(value, unicode):
            try:
                if os.name != 'nt':
                    # In the C locale 2.7 claims ASCII, but paths are bytes, and ours were sent as UTF-8.
                    return with_bytes(value.encode('utf-8'))
                text = value.encode('mbcs')
                if text.decode('mbcs') == value:
                    return text
                # What the code page does not have stays Unicode, which opens files as well.
            except UnicodeError:
                pass
    else:
        if isinstance(value, str):
            # JSON writes a character above U+FFFF as two escapes.
            value = value.encode('utf-16', 'surrogatepass').decode('utf-16', 'replace')
            value = with_bytes(value)
            if ASCII_PATHS:
                # As in `sys.argv`: each byte that is not ASCII becomes half a surrogate pair.
                return value.encode('utf-8', 'surrogateescape').decode('ascii', 'surrogateescape')
    return value


def with_bytes(text):
    """The text with the bytes that are not UTF-8, which were sent as characters from U+EF80 on."""
    if PY2:
        for lead, start in (('\xee\xbe', 0), ('\xee\xbf', 0x40)):
            parts = text.split(lead)
            text = parts[0] + ''.join([chr(ord(part[0]) + start) + part[1:] for part in parts[1:]])
        return text
    else:
        # As in `sys.argv`: each becomes half a surrogate pair.
        return ''.join([chr(ord(letter) - 0x1300) if 0xef80 <= ord(letter) < 0xf000 else letter
                        for letter in text])


# LATER

ESCAPES = {code: u'\\u%04x' % code for code in list(range(0x20)) + [0x7f]}
ESCAPES.update({0x22: u'\\"', 0x5c: u'\\\\', 0x0a: u'\\n', 0x0d: u'\\r', 0x09: u'\\t'})


if not PY2:
    def unescaped(text):
        """The text with the bytes that Python keeps as escapes decoded to characters."""
        try:
            return text.encode('utf-8', 'surrogateescape').decode('utf-8', 'surrogateescape')
        except UnicodeError:
            return text


def text_of(value):
    """A str of either Python as text, whatever bytes it holds."""
    if PY2:
        if isinstance(value, str):
            return value.decode('utf-8', 'replace')
        return value
    else:
        return value


def sent_path(path):
    """A path as it is sent: each byte that is not UTF-8 as a character from U+EF80 on."""
    if os.name == 'nt' or not isinstance(path, str):
        return path
    try:
        path.encode('ascii')
        return path
    except UnicodeError:
        pass
    data = path if PY2 else os.fsencode(path)
    try:
        text = data.decode('utf-8')
        if not [letter for letter in text if u'\uef80' <= letter < u'\uf000']:
            return text
    except UnicodeError:
        pass
    return escaped_bytes(data)


def sent_paths(paths):
    return [sent_path(path) for path in paths]


def escaped_bytes(data):
    parts = []
    while data:
        try:
            text, rest = data.decode('utf-8'), b''
        except UnicodeDecodeError as error:
            text, rest = data[:error.start].decode('utf-8'), data[error.start:]
        for letter in text:
            is_escape = u'\uef80' <= letter < u'\uf000'
            parts.append(as_escapes(letter.encode('utf-8')) if is_escape else letter)
        parts.append(as_escapes(rest[:1]))
        data = rest[1:]
    return u''.join(parts)


def as_escapes(data):
    if PY2:
        return ''.join(['\\uef%02x' % byte for byte in bytearray(data)]).decode('unicode-escape')
    else:
        return ''.join([chr(0xef00 + byte) for byte in data])


class PlainText(object):
    """ASCII text that needs no escapes: whole sources in base64."""

    def __init__(self, text):
        self.text = text


def json_dump(value):
    """None, a boolean, number, string, list or dict as JSON in ASCII."""
    kind = type(value)
    if kind is str:  # first, because most values are
        return json_string(text_of(value))
    if kind is dict:
        items = [json_dump(key) + ':' + json_dump(value[key]) for key in value]
        return '{' + ','.join(items) + '}'
    if kind is list or kind is tuple:
        return '[' + ','.join([json_dump(item) for item in value]) + ']'
    if kind is bool:
        return 'true' if value else 'false'
    if value is None:
        return 'null'
    if kind is PlainText:
        return '"' + value.text + '"'
    for plain in (dict, list, tuple):
        if isinstance(value, plain):
            return json_dump(plain(value))
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, int):
        return '%d' % value
    return json_string(text_of(value))


def json_string(text):
    try:
        plain = text.translate(ESCAPES)
        plain.encode('ascii')
        return '"' + plain + '"'
    except UnicodeError:
        return json_string_of_any(text)


def json_string_of_any(text):
    if not PY2:
        text = unescaped(text)
    parts = ['"']
    index = 0
    while index < len(text):
        code = ord(text[index])
        if code in ESCAPES:
            parts.append(ESCAPES[code])
        elif code < 0x7f:
            parts.append(str(text[index]))
        elif code > 0xffff:
            code -= 0x10000
            parts.append('\\u%04x\\u%04x' % (0xd800 + (code >> 10), 0xdc00 + (code & 0x3ff)))
        elif 0xd800 <= code < 0xdc00 <= ord(text[index + 1:index + 2] or ' ') < 0xe000:
            # A narrow build of 2.7 stores one character as two.
            parts.append('\\u%04x\\u%04x' % (code, ord(text[index + 1])))
            index += 1
        elif 0xd800 <= code <= 0xdfff:
            parts.append('\\ufffd')  # not a character on its own: JSON readers reject it
        else:
            parts.append('\\u%04x' % code)
        index += 1
    parts.append('"')
    return ''.join(parts)
