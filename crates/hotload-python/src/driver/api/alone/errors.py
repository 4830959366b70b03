# Errors as text: what Python prints, without hotload's own frames.


def show_error(what, error):
    """Writes an error to standard error; `what` says where it happened."""
    say('error: %s' % what)
    say(error_text(*error).rstrip('\n'))


def say(text):
    """Standard output carries only what user code prints."""
    try:
        sys.stderr.write(text + '\n')
        sys.stderr.flush()
    except Exception:
        pass  # closed or replaced: nobody to tell


def error_text(kind, value, trace):
    try:
        return ''.join(native_lines(kind, value, trace))
    except Exception:
        # One whose own methods fail while it is printed.
        return getattr(kind, '__name__', 'an old-style exception')
