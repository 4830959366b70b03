# What hotload is told of the sources that ran.

# LATER


def take_read():
    """What was read since hotload was last told, as it is told."""
    binascii = import_own('binascii')
    # Taken first: a thread of user code may import at any time.
    read, SOURCES.read = SOURCES.read, []
    entries = []
    for name, path, modified, data, ran in read:
        entries.append({
            'module': name,
            'file': path,
            'modified': float(modified),
            'source': PlainText(binascii.b2a_base64(data).decode('ascii').rstrip()),
            'ran': ran,
        })
    return entries
