# How a step ended, as data.
# Uses: background, base, channel, error_reports, imports, interrupts, json, loading, messages, reruns
# Uses: sources, streams, targets

# LATER


def describe_step(errors, action, was_loaded):
    """The reply to a step, from what `run_user_code` has left."""
    phase = 'run'
    if action in ('reload', 'preload', 'dependents'):
        phase = 'reload' if was_loaded else 'import'
    STATE.describing = get_ident()
    try:
        result = describe_outcome(errors, phase)
    except:
        result = {'outcome': 'exited', 'what': 'an exception that cannot be described'}
    result['reply'] = 'result'
    result['output_closed'] = is_output_closed(errors)
    result['sources'] = take_sources()
    result['old_definitions'] = old_definitions(bool(errors))
    if SOURCES.newer_api is not None:
        result['newer_api'], SOURCES.newer_api = SOURCES.newer_api, None
    for further in errors[1:]:
        if not is_a(further[0], StaysOld):
            report_background(further, phase)
    del errors[:]
    SOURCES.broken = None
    report_failed_tasks()
    STATE.running = False
    result['errors'] = take_background()
    result['errors_dropped'] = take_dropped()
    return result


def take_sources():
    """What was read since the last report."""
    binascii = import_own('binascii')
    # Taken first: a thread of user code may import at any time.
    read, SOURCES.read = SOURCES.read, []
    return [{
        'module': name,
        'file': sent_path(path),
        'modified': float(modified),
        'source': PlainText(binascii.b2a_base64(data).decode('ascii').rstrip()),
        'ran': ran,
    } for name, path, modified, data, ran in read]


def describe_outcome(errors, phase):
    if not errors:
        return {'outcome': 'ok'}
    kind, value, trace = errors[0]
    if is_a(kind, Missing):
        return {'outcome': 'missing', 'file': value.args[0]}
    if is_a(kind, StaysOld):
        needed = value.args[0]
        return {'outcome': 'skipped', 'what': 'it needs `%s`, which failed' % needed, 'needs': needed}
    if is_a(kind, Unaffected):
        return {'outcome': 'skipped', 'what': 'nothing that it uses was saved', 'unaffected': True}
    if is_a(kind, RanBefore):
        return {'outcome': 'ok', 'ran_before': True}
    if is_a(kind, SystemExit):
        return describe_exit(value, trace)
    if is_a(kind, KeyboardInterrupt):
        place = safely_described(errors[0], phase)
        return {'outcome': 'interrupted', 'what': 'KeyboardInterrupt', 'error': place}
    if kind is getattr(sys.modules.get('bdb'), 'BdbQuit', None):
        return {'outcome': 'interrupted', 'what': 'the debugger was left'}
    result = {'outcome': 'failed', 'error': safely_described(errors[0], phase)}
    if SOURCES.broken is not None and SOURCES.broken[0] is value:
        result['half_written'] = sent_path(SOURCES.broken[1])
    return result


# Servers that restart the program when a file changes: they start the script of `sys.argv` anew.
RELOADERS = (
    ('werkzeug', '_reloader.py', 'use_reloader=False'),
    ('django', 'autoreload.py', '--noreload'),
)


def reloader_in(trace):
    """How to turn off the reloader that has ended a step; None if none has."""
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        for package, name, option in RELOADERS:
            if package in file and os.path.basename(file) == name:
                return option
        trace = trace.tb_next
    return None


def describe_exit(value, trace):
    code = value.code
    # What is not a number is not compared: the `==` of an array is an array.
    if code is None or isinstance(code, int) and code == 0:
        return {'outcome': 'ok'}
    if type(code) is int:
        shown = repr(code)
    else:
        need('errors')
        shown = safely(interruptible, shown_code, code) or '<message unavailable>'
    what = 'sys.exit(%s)' % shown
    option = safely(reloader_in, trace)
    if option is not None:
        what += " by the server's own reloader; turn it off with `%s`" % option
    return {'outcome': 'exited', 'what': what}


def shown_code(code):
    """An exit status as text. One that is not a number is printed, too, as Python does."""
    if isinstance(code, int):
        return repr(code)[:200]
    text = code
    if not isinstance(code, type(u'')):
        text = str(code)
    safely(sys.stderr.write, text + '\n')
    shown = plain_message(text)[0][:200]
    if isinstance(code, (str, type(u''))):
        shown = repr_of(shown)
    return shown


def repr_of(value):
    text = repr(value)[:200]
    if PY2:
        return text.replace("u'", "'", 1)
    return text
