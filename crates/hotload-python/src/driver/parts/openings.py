# Each file that user code opens, from the first step on, while what notes it is compiled at the first.
# Uses: base, files

# From 3.8 on. Nothing can remove such a hook, so a host that goes on without hotload gets none.
HAS_AUDIT = hasattr(sys, 'addaudithook') and not NAMES.get('IS_GUEST')


class Openings(object):

    is_audited = False
    io_open = None  # `io.open`, while another function is in its place


OPENINGS = Openings()


def observe_openings():
    """Has the files noted that user code opens, from now to the end of the step or longer."""
    if not HAS_AUDIT:
        wrap_opening()
    elif not OPENINGS.is_audited:
        OPENINGS.is_audited = True
        sys.addaudithook(note_event)


def note_event(event, arguments):
    """Hears of everything that Python audits."""
    if event == 'open':
        note_if_users(arguments[0], arguments[1], arguments[2], sys._getframe(1))


def note_if_users(path, mode, flags, frame):
    if STATE.running and frame.f_globals is not NAMES:
        try:
            load_later()
            note_opening(path, mode, flags, frame)
        except Exception:
            pass  # a path that is an object of the user's: `open` itself will complain


def wrap_opening():
    """Puts functions that note it in the places of Python's, to the end of the step."""
    io = sys.modules.get('io')
    if builtins.open is OWN_BUILTINS['open']:
        builtins.open = wrapped_open
    if io is not None and io.open is not wrapped_io_open:
        OPENINGS.io_open, io.open = io.open, wrapped_io_open


def unwrap_opening():
    io = sys.modules.get('io')
    if builtins.open is wrapped_open:
        builtins.open = OWN_BUILTINS['open']
    if io is not None and io.open is wrapped_io_open:
        io.open = OPENINGS.io_open


def wrapped_open(*arguments, **keywords):
    note_arguments(arguments, keywords, sys._getframe(1))
    return OWN_BUILTINS['open'](*arguments, **keywords)


def wrapped_io_open(*arguments, **keywords):
    note_arguments(arguments, keywords, sys._getframe(1))
    return OPENINGS.io_open(*arguments, **keywords)


def note_arguments(arguments, keywords, frame):
    mode = arguments[1] if len(arguments) > 1 else keywords.get('mode', 'r')
    path = arguments[0] if arguments else keywords.get('file', keywords.get('name'))
    note_if_users(path, mode, 0, frame)
