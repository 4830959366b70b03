# Reads JSON as hotload writes it: in ASCII, and so a Python literal but for three names. To evaluate
# it is no risk: whoever may send requests has sent this whole program.

CONSTANTS = {'true': True, 'false': False, 'null': None, '__builtins__': {}}
UNICODE_LITERALS = 0x20000  # `from __future__ import unicode_literals`
ASCII_PATHS = sys.getfilesystemencoding() == 'ascii'  # the C locale, up to 3.6


def json_load(text):
    """The value of a JSON text; strings come as this Python's native str."""
    if PY2:
        return native(eval(compile(text, DRIVER_FILE, 'eval', UNICODE_LITERALS, 1), CONSTANTS))
    else:
        value = eval(text, CONSTANTS)
        if '\\ud' in text or ASCII_PATHS:
            return native(value)
        return value


def native(value):
    """The value with each text as the str that paths, names and arguments have here."""
    if isinstance(value, list):
        return [native(item) for item in value]
    if isinstance(value, dict):
        return dict([(native(key), native(value[key])) for key in value])
    if PY2:
        if isinstance(value, unicode):
            try:
                # In the C locale 2.7 names ASCII here, but paths are bytes, and ours came as UTF-8.
                return value.encode(os.name == 'nt' and 'mbcs' or 'utf-8')
            except UnicodeError:
                pass
    else:
        if isinstance(value, str):
            # JSON has two escapes for one character beyond the first 65,536.
            value = value.encode('utf-16', 'surrogatepass').decode('utf-16', 'replace')
            if ASCII_PATHS:
                # As in `sys.argv`: each byte that is no ASCII is kept as half of such a pair.
                return value.encode('utf-8').decode('ascii', 'surrogateescape')
    return value


# LATER

# Writes frames, in the part of JSON that hotload reads: `json` itself is slow to import and missing in some
# hosts.

ESCAPES = {0x22: u'\\"', 0x5c: u'\\\\', 0x0a: u'\\n', 0x0d: u'\\r', 0x09: u'\\t'}
for code in list(range(0x20)) + [0x7f]:
    ESCAPES.setdefault(code, u'\\u%04x' % code)


if not PY2:
    def unescaped(text):
        """The text with bytes that Python keeps so as the characters that they are."""
        try:
            return text.encode('utf-8', 'surrogateescape').decode('utf-8', 'surrogateescape')
        except UnicodeError:
            return text


def text_of(value):
    """Text from a str of either Python, whatever bytes it holds."""
    if PY2:
        if isinstance(value, str):
            return value.decode('utf-8', 'replace')
        return value
    else:
        return value


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


def write_frame(channel, message):
    """Writes one frame."""
    text = json_dump(message).encode('ascii')
    size = len(text)
    header = bytearray([size >> 24 & 255, size >> 16 & 255, size >> 8 & 255, size & 255])
    data = bytes(header) + text
    while data:
        data = data[channel.transfer(os.write, channel.connection.send, data):]
