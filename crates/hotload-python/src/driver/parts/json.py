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
