# What a step that is no reload does.


def other_action(module, request):
    """What a step that is no reload runs, and with which arguments."""
    if request['op'] == 'call':
        return call_in, (module, request['function'])
    return execute_in, (module, request['code'])


def call_in(name, function):
    """Calls `function`, a dotted name, in the module `name`."""
    value = sys.modules[name]
    for part in function.split('.'):
        value = getattr(value, part)
    value()


def execute_in(name, text):
    """Runs statements in the module `name`."""
    if PY2:
        text = '\xef\xbb\xbf' + text
    eval(compile(text, '<exec step>', 'exec', 0, 1), sys.modules[name].__dict__)
