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
