# What the steps do that reload nothing.
# Uses: base, json, sources, targets

# LATER


def other_action(module, request):
    """What a step that is not a reload runs, and its arguments."""
    if request['op'] == 'call':
        return call_in, (module, request['function'])
    if request['op'] == 'preload':
        if module in SOURCES.targets:
            return load_target, (module,)
        return __import__, (module,)
    return execute_in, (module, request['code'])


def prepare_preload(driver, request):
    """Makes known what is to be loaded before the targets: a file, or what an import finds."""
    STATE.preloaded[request['module']] = True
    if request['file'] is None:
        driver.modules[request['module']] = request['module']
    else:
        driver.add_target(request['module'], request['file'], request['package'])


def call_in(name, function):
    """Calls `function`, a dotted name, in the module `name`."""
    value = sys.modules[name]
    if not PY2:
        function = unescaped(function)
    for part in function.split('.'):
        value = getattr(value, part)
    value()


def execute_in(name, text):
    """Runs statements in the module `name`."""
    if PY2:
        if os.name == 'nt' and isinstance(text, str):
            text = text.decode('mbcs')  # what `native` has made of it
        if isinstance(text, unicode):
            text = text.encode('utf-8')
        text = '\xef\xbb\xbf' + text
    else:
        text = unescaped(text)
    eval(compile(text, '<exec step>', 'exec', 0, 1), sys.modules[name].__dict__)
