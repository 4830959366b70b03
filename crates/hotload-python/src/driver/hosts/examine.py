# In place of the loop, for `hotload --doctor`: reports what this Python is like, and ends.
# Uses: base, channel, interrupts, shim, streams

# What some hosts leave out or block, and user code may want.
OFTEN_MISSING = ('socket', 'select', 'json', 'threading', 'traceback', 'ctypes', 'ssl', 'hashlib',
                 'zlib', 'sqlite3', 'subprocess', 'multiprocessing', 'pdb')


def examine(streams):
    """Facts as text, numbers and lists. `streams` are as they were before hotload prepared them."""
    return {
        'reply': 'examined',
        'version': sys.version,
        'prefix': sys.prefix,
        'folder': os.getcwd(),
        'output': streams[1],
        'errors': streams[2],
        'input': streams[0],
        'file_names': sys.getfilesystemencoding() or '?',
        'text': sys.getdefaultencoding(),
        'sends_output': bool(NAMES.get('OUTPUT')) and sys.stdout is not sys.__stdout__,
        'flags': names_of_flags(),
        'missing': [name for name in OFTEN_MISSING if not is_there(name)],
        'has_file_name': '__file__' in MAIN,
        'in_main_thread': is_in_main_thread(),
    }


def is_in_main_thread():
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        return True
    except ValueError:
        return False


def describe_stream(name):
    """The type and encoding of a stream, and where it leads."""
    stream = getattr(sys, name, None)
    described = {
        'type': type(stream).__name__,
        'encoding': str(getattr(stream, 'encoding', None)),
        'own': stream is getattr(sys, '__' + name + '__', None),
        'terminal': False,
        'descriptor': None,
    }
    try:
        described['terminal'] = bool(stream.isatty())
        descriptor = stream.fileno()
        if isinstance(descriptor, int):
            described['descriptor'] = descriptor
    except Exception:
        pass  # a stream of the host's own
    return described


def names_of_flags():
    flags = getattr(sys, 'flags', None)
    names = ('no_site', 'ignore_environment', 'isolated', 'dont_write_bytecode', 'optimize')
    return [name for name in names if getattr(flags, name, 0)]


def is_there(name):
    try:
        __import__(name)
        return True
    except Exception:
        return False


def wait_for_interrupt():
    """Whether an interrupt arrives, the way user code would see it, within two seconds."""
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        send_message(CHANNEL, {'reply': 'examined_waiting'})
        for _ in range(200):
            sleep(0.01)
        return False
    except KeyboardInterrupt:
        return True


def run_examination():
    streams = [describe_stream(name) for name in STREAMS]
    prepare_streams()
    load_later()
    send_message(CHANNEL, examine(streams))
    if CHANNEL.receive()['op'] == 'interrupt':
        if os.name == 'nt':
            need('windows')  # has a thread read the interrupt
        send_message(CHANNEL, {'reply': 'interruptible', 'is': wait_for_interrupt()})


run_examination()
