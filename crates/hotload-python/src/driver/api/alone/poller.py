# Finds what changed on disk. The files that were used last are looked at in every tick, the rest in
# turn, as far as a share of the time goes: half of it for those that have been used at all.

now = getattr(time, 'monotonic', time.time)  # 2.7 has a clock only that people may set

SHARE = 0.015       # of a core, for looking: to wake up takes as much as 0.5 % more
LEAST = 0.005       # of a core, for the others, however long files in use take
BATCH = 0.0005      # seconds: many looks in a row take much less time each than a few after a sleep
IN_USE = 16         # files that are looked at in every tick; if there are no more, all of them
TOO_FRESH = 2.0     # seconds in which a stamp is not trusted: some file systems count them so
EMPTY_WAIT = 1.0    # seconds in which a file that had content may be empty: it is being saved
DELETED = 1.0       # seconds after which a file that is not there counts as deleted
LIST_AGAIN = 10.0   # seconds: some network shares do not touch the time of a folder
LIST_FRESH = 0.1    # the same for a folder whose stamp is too fresh
LONGEST = 1 << 20   # bytes, for comparing content


class Poller(object):
    """Everything that is watched."""

    def __init__(self, watched):
        self.files = {}     # path -> WatchedFile
        self.folders = {}   # (path, ending) -> WatchedFolder
        self.named = {}     # files that the watch list names
        self.left_out = {}  # files that it leaves out
        self.order = []     # of files and folders, as they are looked at in turn
        self.next = 0
        self.in_use = []    # the latest first
        self.next_in_use = 0
        self.ticked = now()
        self.credit = 0.0   # seconds that may be spent on the others
        self.watch(watched)

    def watch(self, watched):
        """Watches this; returns the files that have come into being since."""
        left_out, named, new = {}, {}, []
        told = dict([(path, True) for path in watched.named])
        for _, _, paths in watched.folders:
            left_out.update(dict([(path, True) for path in paths]))
        self.left_out = left_out
        for folder, ending, _ in watched.folders:
            if (folder, ending) not in self.folders:
                new.extend(self.add_folder(folder, ending))
        for path in watched.files:
            named[path] = True
            if path not in self.files:
                self.add_file(path)
                if path not in told:
                    new.append(path)
        for path in self.named:
            if path not in named and path in self.files:
                self.drop(self.files.pop(path))
        for path in left_out:
            if path in self.files and path not in named:
                self.drop(self.files.pop(path))
        self.named = named
        self.drop_folders([(folder, ending) for folder, ending, _ in watched.folders])
        return [path for path in new if path in self.files and self.files[path].is_there()]

    def drop_folders(self, told):
        """Drops the folders that are no longer told, with what was found in them."""
        gone = [place for place in self.folders if not is_below_any(place, told)]
        for place in gone:
            self.drop(self.folders.pop(place))
        for path in gone and list(self.files):
            folder, name = os.path.split(path)
            endings = [ending for parent, ending in self.folders if parent == folder]
            if path not in self.named and not [1 for ending in endings if is_listed(name, ending)]:
                self.drop(self.files.pop(path))

    def drop(self, entry):
        self.order.remove(entry)
        if entry in self.in_use:
            self.in_use.remove(entry)

    def add_file(self, path):
        self.files[path] = WatchedFile(path)
        self.order.append(self.files[path])

    def add_folder(self, path, ending):
        """Watches a folder and what is in it; returns its files."""
        folder = self.folders[path, ending] = WatchedFolder(path, ending)
        self.order.append(folder)
        return self.list(folder)

    def list(self, folder):
        """The files that are new in a folder and below it."""
        found = []
        for name in folder.names():
            path = os.path.join(folder.path, name)
            # Most are known, and asking what they are takes the most time.
            if path in self.files or path in self.left_out or (path, folder.ending) in self.folders:
                continue
            if is_listed(name, folder.ending) and os.path.isfile(path):
                self.add_file(path)
                found.append(path)
            elif is_watched_below(path, name):
                found.extend(self.add_folder(path, folder.ending))
        return found

    def use(self, entry):
        """Has it looked at in every tick, as long as no others are used."""
        if entry in self.in_use:
            self.in_use.remove(entry)
        self.in_use.insert(0, entry)

    def tick(self):
        """Looks at what is due; returns the files that have changed."""
        started = now()
        changed = []
        is_short = len(self.order) <= IN_USE
        for entry in is_short and list(self.order) or self.in_use[:IN_USE]:
            self.look(entry, changed)
        if not is_short:
            self.earn(started)
            if self.credit > BATCH:
                self.look_in_turn(changed)
        return changed

    def earn(self, started):
        """Adds what files in use leave of the share, and some if they leave nothing."""
        elapsed = max(started - self.ticked, 0.0)
        self.ticked = started
        left = max(SHARE * elapsed - (now() - started), LEAST * elapsed)
        self.credit = min(self.credit + left, SHARE)

    def look_in_turn(self, changed):
        """Looks at the others, from where the last look ended, as far as the credit goes."""
        started = now()
        self.next_in_use = self.go_round(
            self.in_use[IN_USE:], self.next_in_use, started + self.credit / 2, changed)
        self.next = self.go_round(self.order, self.next, started + self.credit, changed)
        # What a long look took more than its share is missing later.
        self.credit = self.credit - (now() - started)

    def go_round(self, entries, place, until, changed):
        """Looks at each entry behind a place, once at most; returns where that ended."""
        # Counted by hand: the range of all would be a list in 2.7, built each time.
        count = 0
        while count < len(entries) and now() < until:
            place = (place + 1) % len(entries)
            self.look(entries[place], changed)
            count = count + 1
        return place

    def look(self, entry, changed):
        if isinstance(entry, WatchedFolder):
            if entry.may_have_new():
                for path in self.list(entry):
                    self.use(self.files[path])
                    changed.append(path)
        elif entry.has_changed():
            self.use(entry)
            changed.append(entry.path)

    def have_run(self, read):
        """Takes it that these sources were read and run: that version needs no further run."""
        for _, path, modified, data, _ in read:
            entry = self.files.get(path)
            if entry is not None:
                entry.has_run(data, modified)
                self.use(entry)


class WatchedFile(object):
    """What is known of one file."""

    def __init__(self, path):
        self.path = path
        self.stamp = stamp_of(path)
        self.seen = now()
        self.content = None     # its hash, where that is known
        self.missing_since = None
        self.empty_since = None

    def is_there(self):
        return self.stamp is not None

    def has_changed(self):
        stamp = stamp_of(self.path)
        if stamp is None:
            # Not yet there again, however long that takes.
            if self.missing_since is None:
                self.missing_since = now()
            return False
        was_deleted = self.missing_since is not None and now() - self.missing_since > DELETED
        self.missing_since = None
        if self.is_being_saved(stamp):
            return False
        if not was_deleted and not self.differs(stamp):
            return False
        self.stamp, self.seen = stamp, now()
        self.content = content_of(self.path, stamp)
        return True

    def is_being_saved(self, stamp):
        """Whether a file that had content is empty, and has been for a moment only."""
        if stamp[1] or not self.stamp or not self.stamp[1]:
            self.empty_since = None
            return False
        if self.empty_since is None:
            self.empty_since = now()
        return now() - self.empty_since < EMPTY_WAIT

    def differs(self, stamp):
        if self.stamp is None or stamp[:3] != self.stamp[:3]:
            return True
        if stamp[3] == self.stamp[3] and now() - self.seen > TOO_FRESH:
            return False
        # A second save within one tick of the file system's clock, or one that has put the time
        # back: the content tells.
        self.stamp = stamp
        return self.content is not None and content_of(self.path, stamp) != self.content

    def has_run(self, data, modified):
        stamp = stamp_of(self.path)
        self.content = hash(data)
        if stamp is not None and stamp[0] == modified and content_of(
                self.path, stamp) == self.content:
            if stamp != self.stamp:
                self.stamp, self.seen = stamp, now()


class WatchedFolder(object):
    """One folder, without those in it."""

    def __init__(self, path, ending):
        self.path = path
        self.ending = ending
        self.modified = None
        self.seen = self.listed = now()
        self.may_have_new()

    def may_have_new(self):
        try:
            modified = os.stat(self.path).st_mtime
        except EnvironmentError:
            return False  # its files are missing, each by itself
        if modified != self.modified:
            self.modified, self.seen = modified, now()
            return True
        age = now() - self.listed
        return age > LIST_AGAIN or age > LIST_FRESH and now() - self.seen < TOO_FRESH

    def names(self):
        """What is in it by now."""
        self.listed = now()
        try:
            return sorted(os.listdir(self.path))
        except EnvironmentError:
            return []


def is_below_any(place, told):
    """Whether a folder is one of those that were told, with the same ending, or lies in one."""
    path, ending = place
    for folder, told_ending in told:
        if ending == told_ending and (path + os.sep).startswith(folder.rstrip(os.sep) + os.sep):
            return True
    return False


def is_watched_below(path, name):
    """Whether a folder in a watched one is watched as well."""
    return os.path.isdir(path) and not os.path.islink(path) and not is_skipped_folder(path, name)


def stamp_of(path):
    """Time, length and inode of a file, and when those last changed; None if there is none."""
    try:
        found = os.stat(path)
    except EnvironmentError:
        return None
    if found.st_mode & 0o170000 == 0o040000:
        return None  # a folder
    return found.st_mtime, found.st_size, found.st_ino, found.st_ctime


def content_of(path, stamp):
    """The hash of a file's content; None of one that is long or cannot be read."""
    if stamp[1] > LONGEST:
        return None
    try:
        return hash(read_once(path)[0])
    except EnvironmentError:
        return None
