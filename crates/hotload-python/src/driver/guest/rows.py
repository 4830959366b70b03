# Loops that a row names: those of hotload's own table, and `[guests.NAME]` in a `hotload.toml`.
# Uses: base, error_reports, loops, output, posting, turns


class Row(object):
    """What is known of one host, as expressions over its modules."""

    def __init__(self, row):
        self.name, self.row = row['name'], row

    def value(self, key, **names):
        for name, module in list(sys.modules.items()):
            if '.' not in name and module is not None:
                names.setdefault(name, module)
        return eval(compile(self.row[key], '<hotload.toml>', 'eval', 0, 1), names)

    def failed(self, key):
        """Reports that an expression has failed."""
        why = '%s: %s' % (exc_info()[0].__name__, safely(str, exc_info()[1]))
        GUEST.send({'reply': 'row_failed', 'row': self.name, 'key': key, 'why': why})

    def why_not_now(self):
        if not self.row['busy']:
            return None
        try:
            is_busy = self.value('busy')
        except Exception:
            self.failed('busy')
            self.row['busy'] = None
            return None
        return '%s is busy' % self.name if is_busy else None


class PostingRow(PostingLoop):

    def __init__(self, row):
        PostingLoop.__init__(self, row.value('post'), row.row['post'], row.name)
        self.why_not_now = row.why_not_now


class EveryRow(Loop):
    """An expression has the host call again and again."""

    is_rare = True

    def __init__(self, row):
        self.row, self.name, self.host = row, row.row['every'], row.name
        self.why_not_now = row.why_not_now
        # Here, so that the next loop is tried if it fails.
        row.value('every', call=GUEST.turn)


OWN_ROWS = [
    {'name': 'Maya', 'module': 'maya.utils', 'post': 'maya.utils.executeDeferred'},
    {'name': 'Houdini', 'module': 'hdefereval', 'post': 'hdefereval.executeDeferred'},
    {'name': 'Nuke', 'module': 'nuke', 'post': 'nuke.executeInMainThread'},
]


def find_row_of_file():
    return find_row(GUEST.rows)


def find_own_row():
    return find_row(OWN_ROWS)


def find_row(rows):
    for row in rows:
        loop = loop_of_row(row) if row['module'] in sys.modules else None
        if loop is not None:
            return loop
    return None


def loop_of_row(given):
    row = Row(dict({'every': None, 'busy': None, 'output': None}, **given))
    key = 'every' if row.row['every'] else 'post'
    try:
        loop = EveryRow(row) if key == 'every' else PostingRow(row)
    except Exception:
        row.failed(key)
        return None
    if row.row['output']:
        OUTPUT['to'] = row.row['output']
    return loop
