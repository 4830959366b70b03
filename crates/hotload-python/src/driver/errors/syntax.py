# Where a source does not compile, the same from every version.
#
# Versions count columns in bytes or characters, from 0 or 1, and lines beyond the end of the file;
# the exception's own copy of the line is often another one. What is here was measured on each.

# So many places of what is wrong in an f-string are looked at.
PLACES_TO_TRY = 8

# What is said of a text that ends too early.
AT_END_OF_TEXT = ('unexpected EOF while parsing', 'EOL while scanning string literal')

UTF_16 = (b'\xff\xfe', b'\xfe\xff')  # what such a file begins with

# What the parser refuses: up to 3.7 with the column of the token's last character. An `f"..."` is one
# token here also for 2.7, which refuses the string behind the name `f`.
AT_END_OF_TOKEN = ('invalid syntax', 'Missing parentheses in call to')
TOKEN = (
    r'[bBuUrRfF]{0,2}(?:"""(?:[^\\]|\\.)*?"""|\'\'\'(?:[^\\]|\\.)*?\'\'\''
    r'|"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\')'
    r'|(?:\d[\w.]*|\.\d\w*)(?:(?<=[\deE][eE])[-+]\w+)?'
    r'|\w+|->|<>|\.\.\.|//=|\*\*=|<<=|>>=|//|\*\*|<<|>>|[-+*/%@&|^<>=!]=|\s+|#.*|.')

if PY2:
    WIDER_BY_ONE = ()
else:
    # 3.6 and 3.7 count from 1 in what the tokenizer and the parser refuse, from 0 in the rest.
    WIDER_BY_ONE = (
        'invalid syntax', 'unexpected EOF while parsing', 'EOL while scanning string literal',
        'EOF while scanning triple-quoted string literal',
        'unexpected character after line continuation character',
        'invalid character in identifier', 'invalid token', 'unindent does not match',
        'unexpected indent', 'expected an indented block', 'inconsistent use of tabs',
        'too many levels of indentation', 'Missing parentheses in call to')


def describe_syntax(error, texts, trace):
    """The place of a SyntaxError, in characters from 1; what is not known is None."""
    file = safely(getattr, error, 'filename')
    line = number_of(error, 'lineno')
    if line is not None and line < 1:
        line = None
    source, has_compiled = None, False
    if isinstance(file, (str, type(u''))):
        source = safely(texts.of_refused, file_for_texts(file))
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
        return place_behind(file, line, source)
    if isinstance(error, IndentationError) and source.line(line):
        return place_in(file, line, columns_of_indentation(source.line(line), line), source)
    if line is not None and line > len(source.lines) or line and not source.line(line).strip():
        at_end = last_filled(source, line)
        if at_end is not None and line >= at_end and not [
                text for text in source.lines[at_end:] if text.strip()]:
            return place_behind(file, at_end, source)
    if sys.version_info < (3, 12) and message_starts(error, 'f-string') and source.line(line):
        column = place_in_string(error, source, line, line)[1]
        return place_in(file, line, (column, None, None), source)
    return place_in(file, line, columns_of(error, source, line, source.line(line)), source)


def is_cut_off(error, source, line):
    """Whether a block is missing because the source ends here. From 3.9 on this is an IndentationError."""
    text = source.line(line)
    column = number_of(error, 'offset')
    return (
        text and column is not None and column > len(text.rstrip())
        and message_starts(error, 'expected an indented block'))


def place_behind(file, line, source):
    return place_in(file, line, (count_characters(source.line(line).rstrip()) + 1, None, None), source)


def place_in(file, line, columns, source, text=None):
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
    """The place of what is wrong in an f-string, which up to 3.8 is told as `(x x)` in `<fstring>`."""
    source = SourceText(read_once(path)[0], 'ok')
    line, column = place_in_string(error, source, 1, len(source.lines))
    return place_in(path_text(path), line, (column, None, None), source)


def wrong_in_string(error):
    """The beginning of the part that does not compile: versions tell it in parentheses."""
    text = plain_message(safely(getattr, error, 'text') or '')[0]
    return '{' + text.split('\n')[0].strip()[1:-1]


def place_in_string(error, source, first, last):
    """Line and column of what is wrong, between two lines: up to 3.11 the column is one in the part alone.

    The part may stand at several places. It is wrong at the first one that is still wrong when all
    others are not.
    """
    wrong = wrong_in_string(error)
    places = []
    for number in range(first, last + 1):
        start = source.line(number).find(wrong)
        while start >= 0 and len(wrong) > 1:
            places.append((number, start))
            start = source.line(number).find(wrong, start + 1)
    for number, start in places[:PLACES_TO_TRY]:
        if len(places) == 1 or is_wrong_alone(error, source, places, (number, start)):
            return number, count_characters(source.line(number)[:start]) + 2
    return None, None


def is_wrong_alone(error, source, places, place):
    wrong = wrong_in_string(error)
    lines = source.lines[:]
    for number, start in places:
        if (number, start) != place:
            line = lines[number - 1]
            lines[number - 1] = line[:start] + u'{0'.ljust(len(wrong)) + line[start + len(wrong):]
    try:
        compile(u'\n'.join(lines).encode('utf-8'), '<twin>', 'exec', 0, 1)
    except SyntaxError:
        return exc_info()[1].msg == error.msg and wrong_in_string(exc_info()[1]) == wrong
    except Exception:
        pass
    return False


def describe_unsourced(error, file, line):
    """The place in a source that nobody has any more: `exec`, or an error raised by hand."""
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
        column = start_of_refused(error, text, column)
    return place_in(file, line, (column, None, None), None, text)


def describe_generated(error, file, line, source, trace):
    """The place in a text that user code has compiled under the name of a file.

    What the exception has as its line may be the file's, which has nothing to do with it: 3.9 and
    newer read it from there, and all do for what the compiler refuses. A `raise` means the file.
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
        return place_in(file, line, (None, None, None), None)
    if column is not None:
        column = column > 0 and min(column, count_characters(shown) + 1) or None
    return place_in(file, line, (column, None, None), source)


def is_from_raise(trace):
    """Whether an error comes from a `raise` statement, not from compile()."""
    while trace.tb_next is not None:
        trace = trace.tb_next
    code = bytearray(trace.tb_frame.f_code.co_code)
    return code[trace.tb_lasti] == import_own('opcode').opmap['RAISE_VARARGS']


def column_with_line_end(text, column):
    """Where eval() gets a text without a line end, versions point at its last token, or nowhere."""
    try:
        compile(text.encode('utf-8') + b'\n', '<twin>', 'exec', 0, 1)
    except SyntaxError:
        return number_of(exc_info()[1], 'offset')
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
    # 3.13 reads the file again, and loses its way in a long line; 3.9 and newer count a BOM then.
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
            column = column + 1
    if column is None or column < 1:
        return None, None, None
    column = min(column, count_characters(text) + 1)
    column = start_of_refused(error, text, column)
    if end_line != line or end is None or end <= column:
        # Several versions give an end before the start, or 0, or -1.
        end_text = source.line(end_line)
        if end_text is None or end_line <= line or end is None or end < 1:
            return column, None, None
        return column, end_line, min(end, count_characters(end_text) + 1)
    return column, end_line, min(end, count_characters(text) + 1)


def start_of_refused(error, text, last):
    """Where the refused token begins that ends with column `last`; `last` itself if none does."""
    if sys.version_info >= (3, 8) or not message_starts(error, AT_END_OF_TOKEN):
        return last
    re = import_own('re')
    column = 1
    for token in re.findall(TOKEN, text, re.UNICODE):
        behind = column + count_characters(token)
        if behind > last:
            return behind == last + 1 and column or last
        column = behind
    return last


def is_ascii(text):
    return not [character for character in text if character > u'\x7f']


def message_starts(error, beginnings):
    message = safely(getattr, error, 'msg')
    return isinstance(message, str) and message.startswith(beginnings)


def error_of_twin(error, source, line):
    """The error of the same source in ASCII, where bytes are characters, if it is the same error.

    The name is made up: with the real one 3.9 and newer read the file again.
    """
    text = u''.join([character <= u'\x7f' and character or u'x' for character in u'\n'.join(source.lines)])
    try:
        compile(text.encode('ascii'), '<twin>', 'exec', 0, 1)
    except SyntaxError:
        twin = exc_info()[1]
        if twin.lineno == error.lineno and twin.msg == error.msg:
            return twin
    except Exception:
        pass
    return None


def columns_of_indentation(text, line):
    """The indentation itself: versions point to its end, behind it, or to the line's end."""
    width = len(text) - len(text.lstrip(u' \t\f'))
    if width:
        return 1, line, width + 1
    return 1, None, None


def describe_unreadable(path):
    """The place in a source that compile() refuses as a whole."""
    data = read_once(path)[0]
    if data[:2] in UTF_16:
        return place_in(path_text(path), 1, (None, None, None), None)
    source = SourceText(data, 'ok')
    for number, text in enumerate(source.lines):
        if u'\0' in text:
            column = count_characters(text.partition(u'\0')[0]) + 1
            return place_in(path_text(path), number + 1, (column, None, None), source)
    for number, text in enumerate(source.lines[:2]):
        if text.lstrip().startswith('#') and 'coding' in text:
            return place_in(path_text(path), number + 1, (None, None, None), source)
    return place_in(path_text(path), None, (None, None, None), None)
