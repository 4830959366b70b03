# Code that this Python has compiled in earlier sessions, used only for the very same sources.
#
# One file has all of a project: an index, and then each source followed by its code. It is written again
# when enough was compiled that it does not have.
# Uses: base, error_reports, imports, sources

# LATER


class StoredCode(object):
    """The file, and what is to be in it."""

    file = None     # its path; None: nothing is stored
    mark = None     # its first word
    text = b''      # what it holds
    places = {}     # path of a source -> (checksum of the code, where its source and its code begin and end)
    used = {}       # path -> True: its code is from the file
    compiled = {}   # path -> length of the source: its code is not in the file
    waiting = []    # paths whose code is yet to be written
    written = []    # what is to be written: (line of the index, source, code)


STORED = StoredCode()

# Less than this is compiled about as fast as it is found.
WORTH_STORING = 100000  # bytes of source
LARGEST_STORE = 1 << 26
PIECE = 50  # sources at a time: a save must not wait for more


def open_store(path):
    """Reads the index of what earlier sessions have stored."""
    STORED.file, STORED.mark = path, b'hotload-sources-1'
    safely(read_store)


def read_store():
    with open(STORED.file, 'rb') as stream:
        status = os.fstat(stream.fileno())
        if not is_own_file(status) or status.st_size > LARGEST_STORE:
            return
        text = stream.read()
    start = text.index(b'\n') + 1
    mark, checksum, length = text[:start].split()
    index = text[start:start + int(length)]
    if mark != STORED.mark or int(checksum) != checksum_of(index):
        return
    places, end = {}, start + int(length)
    for line in index.splitlines():
        checksum, source_length, code_length, path = line.split(b' ', 3)
        begin, middle = end, end + int(source_length)
        end = middle + int(code_length)
        places[source_path(path)] = int(checksum), begin, middle, end
    if end == len(text):
        STORED.text, STORED.places = text, places
        os.utime(STORED.file, None)  # those that were not used for the longest time are removed


def is_own_file(status):
    if status.st_mode & 0xf000 != 0x8000:
        return False
    return not hasattr(os, 'getuid') or status.st_uid == os.getuid() and not status.st_mode & 0x12


def checksum_of(data):
    return import_own('binascii').crc32(data) & 0xffffffff


def source_path(path):
    return path if PY2 else os.fsdecode(path)


def path_in_index(path):
    return path if PY2 else os.fsencode(path)


def stored_code(path, data):
    """The code of a source that this Python has compiled before, or None."""
    if path not in STORED.places:
        return None
    checksum, begin, middle, end = STORED.places[path]
    if STORED.text[begin:middle] == data:
        code = STORED.text[middle:end]
        if checksum_of(code) == checksum:
            return import_own('marshal').loads(code)
    return None


compile_unstored = compile_text


def compile_text(data, path):
    """The code of a text, as an earlier session has compiled it, or compiled now."""
    if STORED.file is None:
        return compile_unstored(data, path)
    code = stored_code(path, data)
    if code is None:
        code = compile_unstored(data, path)
        STORED.compiled[path] = len(data)
        STORED.used.pop(path, None)
    else:
        STORED.used[path] = True
    return code


def store_some():
    """Stores a part of what is to be stored; returns how far that is."""
    if STORED.file is None:
        return 'nothing'
    if not STORED.waiting and not STORED.written:
        if sum(STORED.compiled.values()) < WORTH_STORING:
            forget_store()
            return 'nothing'
        STORED.waiting = [path for path in list(STORED.used) + list(STORED.compiled)
                          if path in SOURCES.loaded and '\n' not in path]
    marshal = import_own('marshal')
    for path in STORED.waiting[:PIECE]:
        data, code = SOURCES.loaded[path][-1]
        STORED.written.append(entry_of(path, data, marshal.dumps(code)))
    del STORED.waiting[:PIECE]
    if STORED.waiting:
        return 'partly'
    safely(write_store)
    STORED.used.update(STORED.compiled)
    STORED.written = []
    STORED.compiled.clear()
    forget_store()
    return 'written'


def forget_store():
    """Frees the memory: what is imported from now on is compiled."""
    STORED.text, STORED.places = b'', {}


def entry_of(path, data, code):
    line = '%d %d %d ' % (checksum_of(code), len(data), len(code))
    return line.encode('ascii') + path_in_index(path), data, code


def write_store():
    safely(read_store)
    entries = STORED.written + entries_of_others()
    size, kept = 0, []
    for entry in entries:
        size += len(entry[1]) + len(entry[2]) + 1000
        if size < LARGEST_STORE:
            kept.append(entry)
    index = b''.join([line + b'\n' for line, _, _ in kept])
    head = ' %d %d\n' % (checksum_of(index), len(index))
    folder = os.path.dirname(STORED.file)
    if not os.path.exists(folder):
        os.makedirs(folder, 0x1c0)
    unfinished = os.path.join(folder, '.hotload-unfinished-%d' % getpid())
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, 'O_BINARY', 0)
    with os.fdopen(os.open(unfinished, flags, 0x180), 'wb') as stream:
        stream.write(STORED.mark + head.encode('ascii') + index)
        for _, data, code in kept:
            stream.write(data)
            stream.write(code)
    if PY2:
        if os.name == 'nt' and os.path.exists(STORED.file):
            os.remove(STORED.file)
        os.rename(unfinished, STORED.file)
    else:
        os.replace(unfinished, STORED.file)


def entries_of_others():
    """What the file has of sources that this session has not loaded, and that are still there."""
    found = []
    for path in STORED.places:
        if path not in STORED.used and path not in STORED.compiled and os.path.exists(path):
            checksum, begin, middle, end = STORED.places[path]
            found.append(entry_of(path, STORED.text[begin:middle], STORED.text[middle:end]))
    return found


if STATE.store is not None:
    open_store(STATE.store)
