# What is left in the private folder when the interpreter cannot say goodbye.


def prepare_last_words(path):
    STARTED['last_words'] = path
    if not PY2:
        try:
            import faulthandler
            if not faulthandler.is_enabled():
                low = os.open(path, os.O_WRONLY | os.O_APPEND)
                # High up, so that no file of the user's comes in its place.
                faulthandler.enable(move_up(low))
                os.close(low)
        except Exception:
            pass  # not here, or not for a number: 3.4


# LATER

# What is left to say when the connection is gone.


def leave_last_words():
    """Says in the private folder that this process lives: it is the connection that does not."""
    try:
        stream = open(STARTED['last_words'], 'r+')  # 'a' would make a new one after hotload's end
        stream.seek(0, 2)
        stream.write('hotload: the connection is gone\n')
        stream.close()
    except EnvironmentError:
        pass  # hotload is gone, and its folder with it
