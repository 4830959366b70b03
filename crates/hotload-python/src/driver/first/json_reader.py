# Reads JSON as hotload writes it: in ASCII, and so a Python literal but for three names. To evaluate
# it is no risk: whoever may send requests has sent this whole program.

CONSTANTS = {'true': True, 'false': False, 'null': None, '__builtins__': {}}
UNICODE_LITERALS = 0x20000  # `from __future__ import unicode_literals`


def json_load(text):
    """The value of a JSON text; strings come as this Python's native str."""
    if PY2:
        return native(eval(compile(text, DRIVER_FILE, 'eval', UNICODE_LITERALS, 1), CONSTANTS))
    else:
        value = eval(text, CONSTANTS)
        if '\\ud' in text:
            load_later()
            return joined(value)
        return value


if PY2:
    def native(value):
        """The value with each text as the str that paths, names and arguments have here."""
        if isinstance(value, list):
            return [native(item) for item in value]
        if isinstance(value, dict):
            return dict([(native(key), native(value[key])) for key in value])
        if isinstance(value, unicode):
            try:
                # In the C locale 2.7 names ASCII here, but paths are bytes, and ours came as UTF-8.
                return value.encode(os.name == 'nt' and 'mbcs' or 'utf-8')
            except UnicodeError:
                pass
        return value
