# The frames of a traceback, as data.
#
# A recursion repeats a few locations thousands of times. So each location is described once, as a
# site, and the frames are indexes into the sites.
# Uses: base, error_reports, json, messages, source_text, sources

FRAMES_AT_EACH_END = 1000  # of a longer traceback
PERIOD = 840  # the least number of frames after which recursions of 1 to 8 functions all repeat

# Reading a file's statements takes 1 ms for 3 kB.
LONGEST_FOR_STATEMENTS = 8192
ONLY_TREE = 0x400  # has compile() return the syntax tree; `ast` takes 11 ms to import


class Sites(object):
    """The locations of the frames of one report."""

    def __init__(self, texts):
        self.texts = texts
        self.described = []
        self.indexes = {}   # (code, instruction or line) -> index
        self.trees = {}     # source -> (first line, last line) of each statement

    def walk(self, trace):
        """Indexes of the frames' sites, outermost first; how many are hotload's; what is left out."""
        ends, tool, count, differs = [], 0, 0, None
        while trace is not None:
            if trace.tb_frame.f_globals is NAMES:
                tool += 1
            else:
                count += 1
                ends.append(trace)
                if differs is None and count > FRAMES_AT_EACH_END:
                    if site_key(trace) != site_key(ends[-1 - PERIOD]):
                        differs = count
                if len(ends) > 3 * FRAMES_AT_EACH_END:
                    del ends[FRAMES_AT_EACH_END:2 * FRAMES_AT_EACH_END]
            trace = trace.tb_next
        del ends[FRAMES_AT_EACH_END:max(FRAMES_AT_EACH_END, len(ends) - FRAMES_AT_EACH_END)]
        left_out, gap = count - len(ends), None
        if left_out and (differs is None or differs > count - FRAMES_AT_EACH_END):
            gap = {'at': FRAMES_AT_EACH_END, 'period': PERIOD}
        return [self.site_of(entry) for entry in ends], tool, left_out, gap

    def site_of(self, trace):
        key = site_key(trace)
        if key not in self.indexes:
            self.indexes[key] = len(self.described)
            self.described.append(self.describe(trace, trace.tb_frame.f_code))
        return self.indexes[key]

    def describe(self, trace, code):
        source = safely(self.texts.of_code, code)
        line, end_line, start, end = positions_of(trace, code)
        if line is not None and line < 1:
            line = None
        text, before, end_text, state = None, None, None, 'none'
        if source is not None and line is not None:
            text, before = source.line(line), source.filled_line(line - 1)
            end_text = source.line(end_line)
        if text is not None or source is UNKNOWN:
            text, state = text or None, source.state
        statement, statement_text = self.statement_line(file_of(code), source, line), None
        if sys.version_info < (3, 8) and statement is not None and statement != line:
            # The line of a call over several lines is that of its last argument.
            statement_text = source.filled_line(statement)
        return {
            'file': path_text(file_of(code)),
            'abs': absolute_path(file_of(code)),
            'line': line,
            'stmt_line': statement,
            'stmt_text': statement_text,
            'col': column_of(text, start),
            'end_line': end_line,
            'end_col': column_of(end_text, end),
            'inner': inner_mark(text, start, end) if line == end_line else None,
            'func': text_of(code.co_name),
            'qual': getattr(code, 'co_qualname', None),
            'text': bounded_line(text, start),
            'before': before,
            'text_state': state,
        }

    def statement_line(self, path, source, line):
        """Where the innermost statement around a line of a user's source starts."""
        if source is None or line is None or path not in SOURCES.loaded:
            return None
        if source not in self.trees:
            self.trees[source] = statements_of(source.data)
        starts = [first for first, last in self.trees[source] if first <= line <= last]
        if starts:
            return max(starts)
        return None


if hasattr(compile('', '', 'exec'), 'co_positions'):
    def positions_of(trace, code):
        """First and last line, and the two 0-based byte offsets, of what a frame was doing."""
        for number, positions in enumerate(code.co_positions()):
            if number == trace.tb_lasti // 2:
                line, end_line, start, end = positions
                if line is None:
                    break
                return line, end_line, start, end
        return trace.tb_lineno, None, None, None
else:
    def positions_of(trace, code):
        return trace.tb_lineno, None, None, None


def inner_mark(text, start, end):
    """Of a failing operation, subscript or call the part that Python marks with `^` among the `~`.

    Bytes in, characters out: where it begins, counted from 1, and where it ends.
    """
    if text is None or start is None or end is None:
        return None
    return inner_part(text.encode('utf-8'), start, end)


def inner_part(line, start, end):
    try:
        # A newline before the bracket lets a comment end.
        tree = compile(b'(' + line[start:end] + b'\n)', '<expression>', 'eval', ONLY_TREE, 1)
    except Exception:
        return None
    node = tree.body
    kind = type(node).__name__
    if kind == 'BinOp':
        first = start + node.left.end_col_offset - 1
        last = start + node.right.col_offset - 1
        operator = line[first:last].strip(b' \t()')
        first = line.find(operator, first)
        last = first + len(operator)
    elif kind == 'Subscript':
        first, last = line.find(b'[', start + node.value.end_col_offset - 1), end
    elif kind == 'Call' and sys.version_info >= (3, 13):
        first, last = line.find(b'(', start + node.func.end_col_offset - 1), end
    else:
        return None
    return [len(line[:index].decode('utf-8')) + 1 for index in (first, last)]


def site_key(trace):
    return id(trace.tb_frame.f_code), getattr(trace, 'tb_lasti', None) or trace.tb_lineno


def statements_of(data):
    """First and last line of each statement of a source, unless that is too long to read."""
    if len(data) > LONGEST_FOR_STATEMENTS:
        return []
    statements = []
    try:
        tree = compile(data, '<statements>', 'exec', ONLY_TREE, 1)
        add_statements(tree.body, len(data), statements)
    except Exception:
        pass
    return statements


def add_statements(body, end, statements):
    """Adds the statements of a block that ends at or before the line `end`."""
    for index, statement in enumerate(body):
        first = first_line(statement)
        last = end
        if index + 1 < len(body):
            # A statement has its line even if the next one starts on the same line.
            last = max(first, first_line(body[index + 1]) - 1)
        statements.append((first, last))
        for field in ('body', 'handlers', 'orelse', 'finalbody', 'cases'):
            inner = getattr(statement, field, None)
            if isinstance(inner, list):
                add_statements(inner, last, statements)


def first_line(statement):
    lines = [node.lineno for node in getattr(statement, 'decorator_list', ())]
    return min(lines + [getattr(statement, 'lineno', None) or getattr(statement, 'pattern', None).lineno])


def absolute_path(path):
    """The absolute path of a file that exists; None for `<string>` and the like."""
    try:
        absolute = os.path.abspath(path)
        if os.path.isfile(absolute):
            return path_text(absolute)
    except Exception:
        pass
    return None


def path_text(path):
    """A path as hotload shows it, which has a mark for what is not UTF-8."""
    text = sent_path(path)
    if PY2:
        if isinstance(text, unicode):
            text = u''.join([u'\ufffd' if u'\uef80' <= letter < u'\uf000' else letter
                             for letter in text])
    else:
        if text != path:
            text = os.fsencode(path).decode('utf-8', 'replace')
    return plain_message(text)[0]
