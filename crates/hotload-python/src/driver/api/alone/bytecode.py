# What importing hotload.py leaves behind.
# Uses: base


def leave_no_bytecode():
    """Removes the bytecode of this file if importing it has just written that."""
    for compiled in (globals().get('__cached__'), __file__ + 'c'):
        try:
            if compiled and time.time() - os.stat(compiled).st_mtime < 10:
                os.remove(compiled)
                if os.path.basename(os.path.dirname(compiled)) == '__pycache__':
                    os.rmdir(os.path.dirname(compiled))
        except EnvironmentError:
            pass  # not there, not removable, or not alone in its folder
