# Errors as text: what Python prints, without hotload's own frames.
# Uses: base, native


def show_error(what, error):
    """Writes an error to standard error; `what` says where it happened."""
    say('error: %s' % what)
    say(error_text(*error).rstrip('\n'))


def say(text):
    """Writes to standard error: standard output has only what user code prints."""
    try:
        sys.stderr.write(text + '\n')
        sys.stderr.flush()
    except Exception:
        pass  # closed or replaced: there is no other way to say it


def error_text(kind, value, trace):
    try:
        return ''.join(native_lines(kind, value, trace))
    except Exception:
        # Its own methods fail while it is printed.
        return getattr(kind, '__name__', 'an old-style exception')
