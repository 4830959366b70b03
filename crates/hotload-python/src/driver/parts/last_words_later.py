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
