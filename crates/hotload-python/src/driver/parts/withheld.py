# On Windows a source may be open to its writer alone.
# Uses: base, sources


def open_withheld(path, mode):
    """Opens a source, at the latest 2 s later when its writer has closed it."""
    for _ in range(1000):
        try:
            return open(path, mode)
        except EnvironmentError as error:
            if error.errno != 13:
                raise
        sleep(0.002)
    return open(path, mode)


SOURCES.open = open_withheld
