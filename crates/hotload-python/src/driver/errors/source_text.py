# The lines of sources as they were when their code was compiled.
# Uses: base, decoding, error_reports, frames, imports, sources

LINE_LIMIT = 4096  # characters that are reported of one line, and past the marked column


class SourceText(object):
    """The lines of one source, and whether they are what ran."""

    def __init__(self, data, state):
        self.data = data
        self.state = state
        # Not splitlines: it also splits at a form feed and at U+2028.
        self.lines = decode_source(data).split(u'\n')

    def line(self, number):
        if number is not None and 1 <= number <= len(self.lines):
            return self.lines[number - 1]
        return None

    def filled_line(self, number):
        """The line, if it is not blank."""
        line = self.line(number)
        if line and line.strip():
            return line[:LINE_LIMIT]
        return None


# For code that bears a file's name but was made from another text, which is gone: by compile() in
# user code, or many loads ago.
UNKNOWN = SourceText(b'', 'unknown')


def file_of(code):
    return SOURCES.spelled.get(code.co_filename, code.co_filename)


class SourceTexts(object):
    """The sources of one report, each read and decoded once."""

    def __init__(self):
        self.found = {}
        self.not_reloaded = []  # files whose text has changed since, and that no step of hotload's loads

    def of_code(self, code):
        """The text that a code object was compiled from, or None."""
        path = file_of(code)
        loaded = SOURCES.loaded.get(path)
        if loaded is None:
            return self.of_path(path)
        if not [True for _, module_code in loaded if contains(module_code, code)]:
            # What `runpy` and `exec` run by themselves is most likely what the file has now.
            current = self.current_text_of(path, code)
            if current is not None:
                return current
        for holds in holds_code, holds_like:
            for data, module_code in reversed(loaded):
                if holds(module_code, code):
                    state = 'older'
                    if data is loaded[-1][0] and self.is_on_disk(path, data):
                        state = 'ok'
                    return self.of_data(path, data, state)
        return UNKNOWN

    def current_text_of(self, path, code):
        """The text that a file has now, if a code object was compiled from just that."""
        key = (path, 'current')
        if key not in self.found:
            data = safely(lambda: read_once(path)[0])
            self.found[key] = data, safely(compile, data, path, 'exec', 0, 1)
        data, module_code = self.found[key]
        if hasattr(module_code, 'co_consts') and holds_code(module_code, code):
            return self.of_data(path, data, 'ok')
        return None

    def is_on_disk(self, path, data):
        """Whether a file still has what was loaded from it."""
        key = (path, id(data))
        if key not in self.found:
            self.found[key] = safely(holds_now, path, data) is not False
            if not self.found[key] and path not in SOURCES.named and safely(os.path.exists, path):
                self.not_reloaded.append(path_text(path))
        return self.found[key]

    def note_missing(self, message):
        """Notes the files that have a name of the message now, and did not when they were loaded."""
        files = {os.path.basename(file): True for file in SOURCES.saved}
        for path in list(SOURCES.loaded):
            if os.path.basename(path) in files and path not in SOURCES.named:
                old = SOURCES.loaded[path][-1][0]
                if not holds_now(path, old) and os.path.exists(path):
                    new = words_of(decode_source(read_once(path)[0])) - words_of(decode_source(old))
                    shown = path_text(path)
                    if new & words_of(message) and shown not in self.not_reloaded:
                        self.not_reloaded.append(shown)

    def of_rejected(self, path):
        """The text of a file that did not compile, which is not the one that has run before."""
        for _, file, _, data, has_compiled in reversed(SOURCES.read):
            if file == path and not has_compiled:
                return self.of_data(path, data, 'ok')
        return self.of_path(path)

    def has_compiled(self, path):
        """Whether a file's known text compiles: a SyntaxError in its name is about another text."""
        rejected = [entry for entry in SOURCES.read if entry[1] == path and not entry[-1]]
        return path in SOURCES.loaded and not rejected

    def of_path(self, path):
        """The present text of a file that hotload has not compiled."""
        loaded = SOURCES.loaded.get(path)
        if loaded:
            return self.of_data(path, loaded[-1][0], 'ok')
        if path not in self.found:
            self.found[path] = read_text(path)
        return self.found[path]

    def of_data(self, path, data, state):
        key = (path, id(data), state)
        if key not in self.found:
            self.found[key] = SourceText(data, state)
        return self.found[key]


def read_text(path):
    try:
        data, modified = read_once(path)
        return SourceText(data, 'stale' if modified > STATE.started else 'ok')
    except Exception:
        return None


def holds_now(path, data):
    if not os.path.exists(path):
        return False
    # The length first: whatever else is there by now, such as a pipe, is not read.
    return os.path.getsize(path) == len(data) and read_once(path)[0] == data


def words_of(text):
    return set(import_own('re').findall(r'\w+', text))


def contains(outer, code):
    """Whether a code object is another one or part of it: not only an equal one."""
    if outer is code:
        return True
    for constant in getattr(outer, 'co_consts', ()):
        if type(constant) is type(outer) and contains(constant, code):
            return True
    return False


def holds_code(outer, code):
    """Whether a code object is another one or was compiled as part of it."""
    if outer is code or outer == code:
        return True
    if not hasattr(outer, 'co_consts'):
        return True  # Jython's code does not say what it contains: most likely it is the newest text
    for constant in outer.co_consts:
        if type(constant) is type(outer) and holds_code(constant, code):
            return True
    return False


def holds_like(outer, code):
    """The same for code that user code has made from it: renamed, or with additions as pytest makes."""
    if outer.co_firstlineno == code.co_firstlineno:
        if outer.co_name == code.co_name and set(outer.co_names) <= set(code.co_names):
            return True
        if does_the_same(outer, code):
            return True
    for constant in outer.co_consts:
        if type(constant) is type(outer) and holds_like(constant, code):
            return True
    return False


def does_the_same(one, other):
    for name in ('co_code', 'co_names', 'co_varnames', 'co_consts'):
        if getattr(one, name) != getattr(other, name):
            return False
    return True


def bounded_line(text, column):
    """A line, cut well past its marked column, and at 64 K in any case."""
    return text and text[:min(LINE_LIMIT + (column or 0), 16 * LINE_LIMIT)]


def count_characters(text):
    """How many characters there are; a narrow build of 2.7 stores one above U+FFFF as two."""
    if sys.maxunicode == 0xffff:
        return len(text.encode('utf-32-le')) // 4
    return len(text)


def column_of(line, offset):
    """The column, from 1, of a 0-based offset in UTF-8 bytes."""
    if line is None or offset is None or offset < 0:
        return None
    before = line.encode('utf-8', 'replace')[:offset]
    return count_characters(before.decode('utf-8', 'replace')) + 1
