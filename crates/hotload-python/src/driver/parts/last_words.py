# What an interpreter leaves in the private folder when it can no longer report anything.
# Uses: base, channel


def prepare_last_words(path):
    STATE.last_words = path
    if not PY2:
        try:
            import faulthandler
            if not faulthandler.is_enabled():
                low = os.open(path, os.O_WRONLY | os.O_APPEND)
                # A high number, so that no file of the user's takes its place.
                faulthandler.enable(move_up(low))
                os.close(low)
        except Exception:
            pass  # not available, or not with a number: 3.4


# LATER


def leave_last_words():
    """Notes in the private folder that only the connection is gone, not this process."""
    try:
        # 'a' would create the file again after hotload has ended.
        with open(STATE.last_words, 'r+') as stream:
            stream.seek(0, 2)
            stream.write('hotload: the connection is gone\n')
    except EnvironmentError:
        pass  # hotload is gone, and its folder with it
