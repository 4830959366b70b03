# What an exception was, as data: from the object itself, never from what Python prints.
#
# The object is the user's: each of its attributes may be missing, lie or raise.
# Uses: base, error_reports, frames, messages, source_text, sources, suggestions, syntax, watched

EXCEPTION_LIMIT = 50

# What Python's printer may add a suggestion to.
SUGGESTING = ()
if sys.version_info >= (3, 10):
    SUGGESTING = (NameError, AttributeError, ImportError)


def describe_error(kind, value, trace, phase, thread=None):
    """An exception and those that led to it, as a report."""
    sites = Sites(SourceTexts())
    exceptions = []
    left_out = add_exception(exceptions, sites, (kind, value, trace), 'root', None)
    # Members of groups come after all causes, and a member's own members after the member.
    index = 0
    while index < len(exceptions):
        for member in exceptions[index].pop('members'):
            if len(exceptions) < EXCEPTION_LIMIT:
                add_exception(exceptions, sites, parts_of(member), 'member', index)
        index += 1
    return {
        'phase': phase,
        'thread': thread,
        'stdlib': library_folders(),
        'not_reloaded': sites.texts.not_reloaded,
        'sites': sites.described,
        'exceptions': exceptions,
        'exceptions_left_out': left_out,
    }


def add_exception(exceptions, sites, parts, relation, parent):
    """Adds an exception and its causes, nearest first; returns how many are left out."""
    seen, left_out = {}, 0
    while parts is not None and id(parts[1]) not in seen:
        value = parts[1]
        seen[id(value)] = value
        if len(exceptions) < EXCEPTION_LIMIT:
            exceptions.append(describe_exception(sites, parts, relation, parent))
            parent = len(exceptions) - 1
        else:
            left_out += 1
        relation, parts = reason_of(value)
    return left_out


def describe_exception(sites, parts, relation, parent):
    kind, value, trace = parts
    frames, tool, left_out, gap = sites.walk(trace)
    members = members_of(value)
    described = {
        'relation': relation,
        'parent': parent,
        'hint': None,
        'group_total': None,
        'members': members or (),
        'syntax': None,
        'frames': frames,
        'tool': tool,
        'left_out': left_out,
        'gap': gap,
    }
    if members is not None:
        described['group_total'] = len(members)
    if is_a(kind, SUGGESTING):
        need('suggestions')
        described['hint'] = safely(suggestion_for, value)
    if is_a(kind, SyntaxError):
        need('syntax')
        described['syntax'] = safely(describe_syntax, value, sites.texts, trace)
    elif SOURCES.broken is not None and SOURCES.broken[0] is value:
        need('syntax')
        described['syntax'] = safely(describe_unreadable, SOURCES.broken[1])
    described.update(describe_type(kind))
    described.update(describe_message(value))
    described.update(describe_notes(value))
    if is_a(kind, (AttributeError, NameError, ImportError, TypeError)):
        safely(sites.texts.note_missing, described['message'])
    return described


def parts_of(value):
    return type(value), value, base_attribute('__traceback__', value)


def base_attribute(name, value):
    """An attribute as the interpreter itself knows it, whatever the exception's class says."""
    return safely(getattr(BaseException, name).__get__, value)


# Looked up once: when the interpreter ends the modules are gone.
OWN_GROUP = getattr(sys.modules.get('builtins'), 'BaseExceptionGroup', None)
LIBRARY_FOLDERS = []

if PY2:
    def reason_of(value):
        return None, None

    def members_of(value):
        return None
else:
    def reason_of(value):
        """What led to an exception, and how: a cause takes precedence over a context."""
        cause = base_attribute('__cause__', value)
        if cause is not None:
            return 'cause', parts_of(cause)
        context = base_attribute('__context__', value)
        if context is not None and not base_attribute('__suppress_context__', value):
            return 'context', parts_of(context)
        return None, None

    def members_of(value):
        """The exceptions in a group; None if it is not a group."""
        backport = getattr(sys.modules.get('exceptiongroup'), 'BaseExceptionGroup', None)
        for group in (OWN_GROUP, backport):
            if isinstance(group, type) and is_a(type(value), group):
                members = safely(getattr, value, 'exceptions')
                if isinstance(members, (list, tuple)):
                    return [member for member in members if isinstance(member, BaseException)]
        return None


def describe_type(kind):
    described = {'type': '<unknown>', 'qualname': None, 'module': None}
    for key, name in (('type', '__name__'), ('qualname', '__qualname__'), ('module', '__module__')):
        found = safely(getattr, kind, name)
        if name == '__name__':
            # A metaclass may override it; classes of 2.7 know no other name.
            found = safely(type.__dict__[name].__get__, kind) or found
        if isinstance(found, str):
            described[key] = plain_message(found)[0]
    return described


def library_folders():
    """Where this Python keeps its own library."""
    if not LIBRARY_FOLDERS:
        LIBRARY_FOLDERS.extend(safely(find_library_folders) or [])
    return LIBRARY_FOLDERS


def find_library_folders():
    folders = {}
    for module in (os, sys.modules.get('site'), sys.modules.get('encodings')):
        file = getattr(module, '__file__', None)
        if isinstance(file, str):
            folder = os.path.dirname(os.path.abspath(file))
            if module is sys.modules.get('encodings'):
                folder = os.path.dirname(folder)
            folders[folder] = True
            folders[real_path(folder)] = True
    return [path_text(folder) for folder in sorted(folders)]
