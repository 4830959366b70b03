# Started by hotload: fetches the program that reloads your code. It is removed once that has arrived.
import os, sys

_hotload_interrupts = []


def _hotload_interrupted(number, frame):
    _hotload_interrupts.append(number)


def _hotload_code_of(text, compile=compile, version=sys.version_info):
    # 3.x leaves the frames of importing out of warnings and of the tracebacks of failed imports. Under
    # this name it does the same with those of the driver.
    name = '<frozen importlib._bootstrap>'
    if version[0] == 2:
        name = '<hotload driver>'
    # The fifth argument: the host's `from __future__` imports, if any, do not apply to the driver.
    return compile(text, name, 'exec', 0, 1)


def _hotload_shim(scope):
    # Parses on Python 2.4 to 3.14. Has no nested function: 2.7.3 to 2.7.8 do not allow one in a
    # function that runs code from a string.
    handler = None
    try:
        try:
            import _signal as signal
        except ImportError:
            import signal
        # From here on an interrupt is kept for user code.
        handler = signal.signal(signal.SIGINT, _hotload_interrupted)
    except (ImportError, ValueError):
        pass  # no signals here, or not in this thread
    output = type(sys.stdout).__name__
    try:
        # Before the socket is made, which would take a free descriptor.
        os.fstat(sys.stdout.fileno())
    except:  # Java's exceptions, too
        if getattr(sys.exc_info()[1], 'errno', None) == 9:
            # Where 3.x has no stream, 2.7 has one that does not work.
            output = 'NoneType'
    try:
        try:
            import _socket as socket  # 0.5 ms; `socket` costs 7 to 12
        except ImportError:
            import socket
        connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        connection.connect(('127.0.0.1', int('@PORT@')))
    except Exception:
        # There is no loopback interface, or not the one that hotload has.
        fallback = {}
        eval(compile('@FALLBACK@', '<hotload fallback>', 'exec', 0, 1), fallback)
        connection = fallback['connect']('@OUR_TOKEN@', '@THEIR_TOKEN@', '@FOLDER@', int('@STREAMS@'))
        if connection is None:
            return
    try:
        # Otherwise a second message waits until the first has been acknowledged: 40 ms.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except Exception:
        pass  # not a socket, or without this option
    version = sys.version_info
    try:
        implementation = sys.implementation.name
    except AttributeError:
        implementation = 'cpython'
        if sys.platform.startswith('java'):
            implementation = 'jython'
        if sys.platform == 'cli':
            implementation = 'ironpython'
        if '__pypy__' in sys.builtin_module_names:
            implementation = 'pypy'
    # Decides which compiled code this Python understands.
    try:
        magic = getattr(sys.modules.get('_frozen_importlib_external'), 'MAGIC_NUMBER', None)
        if magic is None:
            import imp
            magic = imp.get_magic()
    except Exception:
        magic = None
    build, flags = sys.version + ' ' + repr(magic), getattr(sys, 'flags', None)
    for flag in ('optimize', 'division_new', 'unicode'):
        build = build + ' ' + str(getattr(flags, flag, 0))
    hello = 'hotload @OUR_TOKEN@ %d.%d.%d %s %s %d %s %s %s\n' % (
        version[0], version[1], version[2], implementation, sys.platform, os.getpid(),
        '.'.join([hex(ord(char))[2:] for char in sys.executable or '?']), output,
        '.'.join([hex(ord(char))[2:] for char in build]))
    connection.sendall(hello.encode('ascii'))
    received = ''.encode('ascii')
    newline = chr(10).encode('ascii')
    while newline not in received:
        more = connection.recv(1048576)
        if not more:
            return
        received = received + more
    line, received = received.split(newline, 1)
    words = line.decode('ascii').split()
    if words[:1] != ['@THEIR_TOKEN@']:
        return
    code_of, dump = _hotload_code_of, None
    try:
        import marshal
        dump = marshal.dumps
        if words[1] == 'code':
            code_of = marshal.loads
    except ImportError:
        pass
    parts, end = {}, 0
    for word in words[2:]:
        name, size = word.split('=')
        start, end = end, end + int(size)
        while len(received) < end:
            more = connection.recv(1048576)
            if not more:
                return
            received = received + more
        parts[name] = received[start:end]
    names = {
        '__name__': '_hotload_driver',
        'CONNECTION': connection,
        'PARTS': parts,
        'CODE_OF': code_of,
        'DUMP': dump,
        'RECEIVED': received[end:],
        'MAIN': scope,
        'HANDLER': handler,
        'INTERRUPTS': _hotload_interrupts,
    }
    eval(code_of(parts['first']), names)


_hotload_shim(globals())
