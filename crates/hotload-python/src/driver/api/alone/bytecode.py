# What importing this file leaves behind.


def leave_no_bytecode():
    """Removes the bytecode of this file, if its import has just written that."""
    for compiled in (globals().get('__cached__'), __file__ + 'c'):
        try:
            if compiled and time.time() - os.stat(compiled).st_mtime < 10:
                os.remove(compiled)
                if os.path.basename(os.path.dirname(compiled)) == '__pycache__':
                    os.rmdir(os.path.dirname(compiled))
        except EnvironmentError:
            pass  # not there, not ours to remove, or something else lies beside it
