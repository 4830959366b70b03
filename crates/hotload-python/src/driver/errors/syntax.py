# Where a source does not compile, in the same form for every version.
#
# Versions count columns in bytes or characters, from 0 or 1, and lines past the end of the file; the
# exception's own copy of the line is often a different one. This is what was measured on each.
# Uses: base, error_reports, frames, imports, messages, source_text, sources

# How many occurrences of the wrong part of an f-string are tried.
OCCURRENCES_TO_TRY = 8

# How the messages about a text that ends too early begin.
AT_END_OF_TEXT = ('unexpected EOF while parsing', 'EOL while scanning string literal')

UTF_16 = (b'\xff\xfe', b'\xfe\xff')  # how such a file begins

# What the parser rejects: up to 3.7 with the column of the token's last character. An `f"..."` is one
# token here even for 2.7, which rejects the string after the name `f`.
AT_END_OF_TOKEN = ('invalid syntax', 'Missing parentheses in call to')
TOKEN = (
    r'[bBuUrRfF]{0,2}(?:"""(?:[^\\]|\\.)*?"""|\'\'\'(?:[^\\]|\\.)*?\'\'\''
    r'|"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\')'
    r'|(?:\d[\w.]*|\.\d\w*)(?:(?<=[\deE][eE])[-+]\w+)?'
    r'|\w+|->|<>|\.\.\.|//=|\*\*=|<<=|>>=|//|\*\*|<<|>>|[-+*/%@&|^<>=!]=|\s+|#.*|.')

if PY2:
    WIDER_BY_ONE = ()
else:
    # 3.6 and 3.7 count from 1 where the tokenizer or the parser rejects something, elsewhere from 0.
    WIDER_BY_ONE = (
        'invalid syntax', 'unexpected EOF while parsing', 'EOL while scanning string literal',
        'EOF while scanning triple-quoted string literal',
        'unexpected character after line continuation character',
        'invalid character in identifier', 'invalid token', 'unindent does not match',
        'unexpected indent', 'expected an indented block', 'inconsistent use of tabs',
        'too many levels of indentation', 'Missing parentheses in call to')


def describe_syntax(error, texts, trace):
    """The location of a SyntaxError, in characters from 1; what is unknown is None."""
    file = safely(getattr, error, 'filename')
    line = number_of(error, 'lineno')
    if line is not None and line < 1:
        line = None
    source, has_compiled = None, False
    if isinstance(file, (str, type(u''))):
        source = safely(texts.of_rejected, file_for_texts(file))
        has_compiled = safely(texts.has_compiled, file_for_texts(file))
        file = path_text(file)
    else:
        file = None
    if SOURCES.broken is not None and SOURCES.broken[0] is error:
        if file == '<fstring>':
            return describe_in_string(error, SOURCES.broken[1], texts)
        if line is None or source is None or source.data[:2] in UTF_16:
            return describe_unreadable(SOURCES.broken[1])
    if source is None:
        return describe_unsourced(error, file, line)
    if has_compiled:
        return describe_generated(error, file, line, source, trace)
    if is_cut_off(error, source, line):
        return location_after(file, line, source)
    if isinstance(error, IndentationError) and source.line(line):
        return location_in(file, line, columns_of_indentation(source.line(line), line), source)
    if line is not None and line > len(source.lines) or line and not source.line(line).strip():
        at_end = last_filled(source, line)
        if at_end is not None and line >= at_end and not [
                text for text in source.lines[at_end:] if text.strip()]:
            return location_after(file, at_end, source)
    if sys.version_info < (3, 12) and message_starts(error, 'f-string') and source.line(line):
        column = find_in_string(error, source, line, line)[1]
        return location_in(file, line, (column, None, None), source)
    return location_in(file, line, columns_of(error, source, line, source.line(line)), source)


def is_cut_off(error, source, line):
    """Whether a block is missing since the source ends here: an IndentationError from 3.9 on."""
    text = source.line(line)
    column = number_of(error, 'offset')
    return (
        text and column is not None and column > len(text.rstrip())
        and message_starts(error, 'expected an indented block'))


def location_after(file, line, source):
    return location_in(file, line, (count_characters(source.line(line).rstrip()) + 1, None, None), source)


def location_in(file, line, columns, source, text=None):
    before = None
    if source is not None and line is not None:
        text, before = source.line(line), source.filled_line(line - 1)
    column, end_line, end = columns
    return {
        'file': file,
        'line': line,
        'col': column,
        'end_line': end_line,
        'end_col': end,
        'text': bounded_line(text, column),
        'before': before,
    }


def describe_in_string(error, path, texts):
    """The location of an error in an f-string, which up to 3.8 is reported as `(x x)` in `<fstring>`."""
    source = SourceText(read_once(path)[0], 'ok')
    line, column = find_in_string(error, source, 1, len(source.lines))
    return location_in(path_text(path), line, (column, None, None), source)


def wrong_in_string(error):
    """The beginning of the part that does not compile, which versions report in parentheses."""
    text = plain_message(safely(getattr, error, 'text') or '')[0]
    return '{' + text.split('\n')[0].strip()[1:-1]


def find_in_string(error, source, first, last):
    """Line and column of the error, between two lines: up to 3.11 its own column counts from the part.

    The part may occur several times. The first occurrence that is still wrong when all the others
    have been mended is the one.
    """
    wrong = wrong_in_string(error)
    found = []
    for number in range(first, last + 1):
        start = source.line(number).find(wrong)
        while start >= 0 and len(wrong) > 1:
            found.append((number, start))
            start = source.line(number).find(wrong, start + 1)
    for number, start in found[:OCCURRENCES_TO_TRY]:
        if len(found) == 1 or is_wrong_alone(error, source, found, (number, start)):
            return number, count_characters(source.line(number)[:start]) + 2
    return None, None


def is_wrong_alone(error, source, found, one):
    wrong = wrong_in_string(error)
    lines = source.lines[:]
    for number, start in found:
        if (number, start) != one:
            line = lines[number - 1]
            lines[number - 1] = line[:start] + u'{0'.ljust(len(wrong)) + line[start + len(wrong):]
    try:
        compile(u'\n'.join(lines).encode('utf-8'), '<twin>', 'exec', 0, 1)
    except SyntaxError as twin:
        return twin.msg == error.msg and wrong_in_string(twin) == wrong
    except Exception:
        pass
    return False


def describe_unsourced(error, file, line):
    """The location in a source that is gone: `exec`, or an error raised by hand."""
    text = safely(getattr, error, 'text')
    if isinstance(text, (str, type(u''))):
        text = plain_message(text)[0].split('\n')[0]
    else:
        text = None
    column = number_of(error, 'offset')
    if line == 1 and text and (column == 0 or message_starts(error, AT_END_OF_TEXT)):
        column = column_with_line_end(text, column)
    if column is not None and column < 1:
        column = None
    if column is not None and text is not None:
        column = min(column, count_characters(text) + 1)
        column = start_of_rejected(error, text, column)
    return location_in(file, line, (column, None, None), None, text)


def describe_generated(error, file, line, source, trace):
    """The location in a text that user code has compiled under the name of a file.

    The exception's line may be one of the file, which has nothing to do with it: 3.9 and newer read it
    from there, and for what the compiler rejects all versions do. A `raise` means the file.
    """
    text = safely(getattr, error, 'text')
    if isinstance(text, (str, type(u''))):
        text = plain_message(text)[0].strip()
    shown = source.line(line)
    if text and text != (shown or u'').strip():
        return describe_unsourced(error, file, line)
    column = number_of(error, 'offset')
    if shown is None or not safely(is_from_raise, trace) or PY2 and column is None:
        # 2.7 begins a new traceback at the `raise` of an error that compile() has raised.
        return location_in(file, line, (None, None, None), None)
    if column is not None:
        column = min(column, count_characters(shown) + 1) if column > 0 else None
    return location_in(file, line, (column, None, None), source)


def is_from_raise(trace):
    """Whether an error comes from a `raise` statement, not from compile()."""
    while trace.tb_next is not None:
        trace = trace.tb_next
    code = bytearray(trace.tb_frame.f_code.co_code)
    return code[trace.tb_lasti] == import_own('opcode').opmap['RAISE_VARARGS']


def column_with_line_end(text, column):
    """The column with a line end added: without one, eval() points at the last token, or nowhere."""
    try:
        compile(text.encode('utf-8') + b'\n', '<twin>', 'exec', 0, 1)
    except SyntaxError as twin:
        return number_of(twin, 'offset')
    except Exception:
        pass
    return column


def file_for_texts(file):
    if PY2:
        if isinstance(file, unicode):
            return file.encode(sys.getfilesystemencoding() or 'utf-8')
    return file


def number_of(error, name):
    """An attribute that is a number; None if it is anything else."""
    number = safely(getattr, error, name)
    if type(number) is int and -1 <= number < 1 << 31:
        return number
    return None


def last_filled(source, line):
    """The last line at or before `line` that is not blank."""
    for number in range(min(line, len(source.lines)), 0, -1):
        if source.line(number).strip():
            return number
    return None


def columns_of(error, source, line, text):
    """First column, last line and last column."""
    column = number_of(error, 'offset')
    if column is None or text is None:
        return None, None, None
    end_line, end = number_of(error, 'end_lineno'), number_of(error, 'end_offset')
    # 3.13 reads the file again and gets lost in a long line; 3.9 and newer then count a BOM.
    twin = None
    has_mark = line == 1 and source.data.startswith(b'\xef\xbb\xbf')
    if not is_ascii(text) or len(text) > 500 or has_mark:
        twin = error_of_twin(error, source, line)
    if twin is not None:
        column = number_of(twin, 'offset')
        end_line, end = number_of(twin, 'end_lineno'), number_of(twin, 'end_offset')
    elif not is_ascii(text):
        end_line, end = None, None
        if PY2:
            column = column_of(text, column - 1)
    if column is not None and not PY2:
        if sys.version_info < (3, 8) and not message_starts(error, WIDER_BY_ONE):
            column += 1
    if column is None or column < 1:
        return None, None, None
    column = min(column, count_characters(text) + 1)
    column = start_of_rejected(error, text, column)
    if end_line != line or end is None or end <= column:
        # Several versions give an end before the start, or 0, or -1.
        end_text = source.line(end_line)
        if end_text is None or end_line <= line or end is None or end < 1:
            return column, None, None
        return column, end_line, min(end, count_characters(end_text) + 1)
    return column, end_line, min(end, count_characters(text) + 1)


def start_of_rejected(error, text, last):
    """Where the rejected token begins that ends at column `last`; `last` itself if none does."""
    if sys.version_info >= (3, 8) or not message_starts(error, AT_END_OF_TOKEN):
        return last
    re = import_own('re')
    column = 1
    for token in re.findall(TOKEN, text, re.UNICODE):
        after = column + count_characters(token)
        if after > last:
            return column if after == last + 1 else last
        column = after
    return last


def is_ascii(text):
    return not [character for character in text if character > u'\x7f']


def message_starts(error, beginnings):
    message = safely(getattr, error, 'msg')
    return isinstance(message, str) and message.startswith(beginnings)


def error_of_twin(error, source, line):
    """The error of the same source in ASCII, where bytes are characters, if it is the same error.

    The name is made up: given the real one, 3.9 and newer read the file again.
    """
    text = u'\n'.join(source.lines)
    text = u''.join([character if character <= u'\x7f' else u'x' for character in text])
    try:
        compile(text.encode('ascii'), '<twin>', 'exec', 0, 1)
    except SyntaxError as twin:
        if twin.lineno == error.lineno and twin.msg == error.msg:
            return twin
    except Exception:
        pass
    return None


def columns_of_indentation(text, line):
    """The indentation itself: versions point at its end, past it, or at the end of the line."""
    width = len(text) - len(text.lstrip(u' \t\f'))
    if width:
        return 1, line, width + 1
    return 1, None, None


def describe_unreadable(path):
    """The location in a source that compile() rejects as a whole."""
    data = read_once(path)[0]
    if data[:2] in UTF_16:
        return location_in(path_text(path), 1, (None, None, None), None)
    source = SourceText(data, 'ok')
    for number, text in enumerate(source.lines):
        if u'\0' in text:
            column = count_characters(text.partition(u'\0')[0]) + 1
            return location_in(path_text(path), number + 1, (column, None, None), source)
    for number, text in enumerate(source.lines[:2]):
        if text.lstrip().startswith('#') and 'coding' in text:
            return location_in(path_text(path), number + 1, (None, None, None), source)
    return location_in(path_text(path), None, (None, None, None), None)
