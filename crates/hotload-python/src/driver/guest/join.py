# What the typed line runs in a program that is already running: connects to hotload and fetches the
# driver. Parses on Python 2.4 to 3.14, since an old one has to get as far as its refusal.
import os
import sys

TIME_TO_ANSWER = 10.0


class Refused(Exception):
    """hotload does not want this program, or nothing answers that is hotload."""


def say(text):
    stream = sys.stdout
    if stream is not None:
        stream.write('hotload: ' + text + '\n')
        if hasattr(stream, 'flush'):
            stream.flush()


def code_of(text):
    # 3.x leaves frames of this name out of warnings and of the tracebacks of failed imports.
    name = '<frozen importlib._bootstrap>'
    if sys.version_info[0] == 2:
        name = '<hotload driver>'
    return compile(text, name, 'exec', 0, 1)


def connect():
    try:
        import _socket as socket
    except ImportError:
        import socket
    connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    connection.settimeout(TIME_TO_ANSWER)
    try:
        connection.connect(('127.0.0.1', int('@PORT@')))
    except Exception:
        connection.close()
        raise Refused('no session is waiting for this line any more; start one with `hotload --guest`')
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def implementation():
    try:
        return sys.implementation.name
    except AttributeError:
        if '__pypy__' in sys.builtin_module_names:
            return 'pypy'
        return 'cpython'


def hello():
    numbers = ['.'.join([hex(ord(char))[2:] for char in text])
               for text in (sys.executable or '?', sys.version)]
    words = ('hotload', '@OUR_TOKEN@', '%d.%d.%d' % tuple(sys.version_info[:3]), implementation(),
             sys.platform, str(os.getpid()), numbers[0], type(sys.stdout).__name__, numbers[1])
    return (' '.join(words) + '\n').encode('ascii')


def receive(connection, received, is_enough):
    while not is_enough(received):
        more = connection.recv(1048576)
        if not more:
            raise Refused('another program has joined with this line; type it again')
        received = received + more
    return received


def fetch(connection):
    """The parts of the driver by name, and what has arrived behind them."""
    connection.sendall(hello())
    newline = '\n'.encode('ascii')
    received = receive(connection, ''.encode('ascii'), lambda received: newline in received)
    line, received = received.split(newline, 1)
    words = line.decode('ascii').split()
    if words[:1] != ['@THEIR_TOKEN@']:
        raise Refused('what answers is not hotload')
    if words[1:2] == ['refused']:
        raise Refused(' '.join(words[2:]))
    sizes = [(word.split('=')[0], int(word.split('=')[1])) for word in words[2:]]
    whole = sum([size for name, size in sizes])
    received = receive(connection, received, lambda received: len(received) >= whole)
    parts = {}
    for name, size in sizes:
        parts[name], received = received[:size], received[size:]
    return parts, received


def join():
    try:
        connection = connect()
        try:
            parts, received = fetch(connection)
        except (EnvironmentError, Refused):
            connection.close()
            raise
        connection.setblocking(True)
    except Refused:
        say(str(sys.exc_info()[1]))
        return
    except EnvironmentError:
        say('the session does not answer; is it stopped?')
        return
    previous = sys.modules.get('_hotload_guest')
    if previous is not None:
        # Before the driver notes what it finds in this Python.
        previous.leave('another session has joined')
    names = {
        '__name__': '_hotload_guest',
        'IS_GUEST': True,
        'WRITES_NO_BYTECODE': sys.dont_write_bytecode,
        'CONNECTION': connection,
        'PARTS': parts,
        'CODE_OF': code_of,
        'DUMP': None,
        'RECEIVED': received,
        'MAIN': {},
        'HANDLER': None,
        'INTERRUPTS': [],
    }
    eval(code_of(parts['first']), names)
