"""Runs the driver in this process, with a test in the place of hotload.

A test is a generator: it yields requests and gets the replies.
"""
import json
import os
import struct
import sys
import tempfile

CODES = {}  # text -> its code
PY2 = sys.version_info[0] == 2


class Connection(object):
    """The driver's connection to a test."""

    def __init__(self, test):
        self.test = test
        self.sent = b''
        self.received = b''
        self.has_begun = False
        self.waits = False

    def fileno(self):
        return None  # not a number: the driver leaves the connection as it is

    def recv(self, size):
        if not self.received:
            self.received = self.next_request()
        taken, self.received = self.received[:size], self.received[size:]
        return taken

    def next_request(self):
        try:
            if not self.has_begun:
                self.has_begun = True
                request = next(self.test)
            else:
                request = self.test.send(self.last_result())
        except StopIteration:
            request = {'op': 'quit'}
        text = json.dumps(request).encode('ascii')
        return struct.pack('>I', len(text)) + text

    def send(self, data):
        self.sent += data
        return len(data)

    def last_result(self):
        """The reply to the last request: what is sent besides is left out."""
        result = None
        while self.sent:
            size = struct.unpack('>I', self.sent[:4])[0]
            reply = json.loads(self.sent[4:4 + size].decode('ascii'))
            self.sent = self.sent[4 + size:]
            if reply['reply'] == 'result':
                result = reply
        return result


def run(parts, test):
    """Has the driver serve a test. `parts` are the driver's, name -> text."""
    def code_of(text):
        # In the process that forks: compiling takes longer than most sessions.
        if text not in CODES:
            CODES[text] = compile(text, '<hotload driver>', 'exec', 0, 1)
        return CODES[text]
    names = {
        '__name__': '_hotload_driver', 'CONNECTION': Connection(test), 'PARTS': parts,
        'CODE_OF': code_of, 'DUMP': None, 'RECEIVED': b'', 'MAIN': {'__name__': '?'},
        'HANDLER': None, 'INTERRUPTS': [],
    }
    eval(code_of(parts['first']), names)
    return names


def parts_in(path):
    """The driver's parts, from a file; compiled once for all processes."""
    with open(path) as stream:
        parts = json.load(stream)
    if PY2:
        parts = {name.encode('ascii'): text.encode('ascii') for name, text in parts.items()}
    compile_parts(parts)
    return parts


def compile_parts(parts):
    for text in parts.values():
        CODES[text] = compile(text, '<hotload driver>', 'exec', 0, 1)


def setup(folder, targets):
    """The first request: modules in a folder are the targets."""
    return {
        'op': 'setup', 'unset': [], 'roots': [folder], 'arguments': [],
        'last_words': os.path.join(tempfile.gettempdir(), 'hotload-last-words'),
        'shim_folder': '?', 'folders': [folder], 'wants_files': False, 'native': True,
        'observes': True,
        'targets': [{'module': name, 'file': os.path.join(folder, *name.split('.')) + '.py',
                     'package': None, 'folder': folder} for name in targets],
    }


def save(targets, changed, removed=(), level='dependents', keep=(), only_affected=False,
         fresh=False):
    return {'op': 'dependents', 'targets': list(targets), 'changed': list(changed),
            'removed': list(removed), 'level': level, 'keep': list(keep), 'fresh': fresh,
            'only_affected': only_affected}


def reload(target, folder, changed=()):
    return {'op': 'reload', 'module': target, 'folder': folder, 'changed': list(changed)}


def execute(target, folder, code):
    return {'op': 'exec', 'module': target, 'folder': folder, 'code': code, 'changed': []}
