# 2.7 on Windows: the standard streams, which PYTHONUNBUFFERED has made binary, as text.
# Uses: base


def make_streams_text():
    """Has the ends of lines translated again: otherwise `raw_input()` returns `'Bob\\r'`."""
    import msvcrt
    for number in range(3):
        try:
            msvcrt.setmode(number, os.O_TEXT)
        except EnvironmentError:
            pass  # closed
