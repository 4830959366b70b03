# The text of a source.


def decode_source(data):
    """The text of a source as its Python reads it, with CRLF as LF."""
    if data.startswith(b'\xef\xbb\xbf'):
        data = data[3:]
    text = None
    try:
        text = data.decode(encoding_of(data))
    except Exception:
        pass  # 2.7 has encodings that are not for text, and raise errors of their own: hex, zlib
    if not isinstance(text, type(u'')):
        # A cookie that names the wrong encoding, or no encoding: each byte becomes a character.
        text = data.decode('latin-1')
    return text.replace(u'\r\n', u'\n').replace(u'\r', u'\n')


def encoding_of(data):
    """The encoding that a coding cookie in one of the first two lines names."""
    for line in data.split(b'\n', 2)[:2]:
        line = line.strip()
        if line[:1] != b'#':
            if line:
                break
            continue
        # By hand: `re` takes 5 ms to import.
        for rest in line.split(b'coding')[1:]:
            if rest[:1] in (b':', b'='):
                name = rest[1:].lstrip(b' \t').split()[:1] or [b'']
                return name[0].decode('ascii', 'replace').strip('*-')
    return 'utf-8'
