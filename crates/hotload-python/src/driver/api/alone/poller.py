# Finds what changed on disk. The files that were used last are looked at in every tick; the rest take
# turns within a share of the time, half of which is for those that have been used at all.
# Uses: base, levels, sources, watch_list, watched

now = getattr(time, 'monotonic', time.time)  # 2.7 only has a clock that may be set

SHARE = 0.015       # of a core, for looking; waking up takes up to 0.5 % more
LEAST = 0.005       # of a core, for the files not in use, however long the others take
BATCH = 0.0005      # seconds: looks are much faster in a row than one by one after a sleep
IN_USE = 16         # files that are looked at in every tick, or all of them if there are no more
TOO_FRESH = 2.0     # seconds before a stamp is trusted: some file systems' clocks tick that slowly
EMPTY_WAIT = 1.0    # seconds that a file that had content may be empty while it is saved
DELETED = 1.0       # seconds after which a missing file counts as deleted
LIST_AGAIN = 10.0   # seconds: some network shares do not update the time of a folder
LIST_FRESH = 0.1    # the same for a folder whose stamp is too fresh
LONGEST = 1 << 20   # bytes: the content of a longer file is not compared


class Poller(object):
    """Everything that is watched."""

    def __init__(self, watched):
        self.files = {}     # path -> WatchedFile
        self.folders = {}   # (path, ending) -> WatchedFolder
        self.named = set()      # files that the watch list names
        self.left_out = set()   # files that it leaves out
        self.order = []     # files and folders, in the order of their turns
        self.last = 0       # index of the last one that had its turn
        self.in_use = []    # the latest first
        self.last_in_use = 0
        self.ticked = now()
        self.credit = 0.0   # seconds that may be spent on those not in use
        self.watch(watched)

    def watch(self, watched):
        """Watches this; returns the files that are new."""
        given, named, new = set(watched.named), set(watched.files), []
        self.left_out = {path for _, _, paths in watched.folders for path in paths}
        for folder, ending, _ in watched.folders:
            if (folder, ending) not in self.folders:
                new.extend(self.add_folder(folder, ending))
        for path in watched.files:
            if path not in self.files:
                self.add_file(path)
                if path not in given:
                    new.append(path)
        for path in self.named:
            if path not in named and path in self.files:
                self.drop(self.files.pop(path))
        for path in self.left_out:
            if path in self.files and path not in named:
                self.drop(self.files.pop(path))
        self.named = named
        self.drop_folders([(folder, ending) for folder, ending, _ in watched.folders])
        return [path for path in new if path in self.files and self.files[path].is_there()]

    def drop_folders(self, watched):
        """Drops the folders that are no longer watched, with what was found in them."""
        gone = [key for key in self.folders if not is_below_any(key, watched)]
        for key in gone:
            self.drop(self.folders.pop(key))
        for path in list(self.files) if gone else ():
            folder, name = os.path.split(path)
            endings = [ending for parent, ending in self.folders if parent == folder]
            if path not in self.named and not any([is_listed(name, ending) for ending in endings]):
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
        """The new files in a folder and below it."""
        found = []
        for name in folder.names():
            path = os.path.join(folder.path, name)
            # Most are known already, and finding out what they are takes the longest.
            if path in self.files or path in self.left_out or (path, folder.ending) in self.folders:
                continue
            if is_listed(name, folder.ending) and os.path.isfile(path):
                self.add_file(path)
                found.append(path)
            elif is_watched_below(path, name):
                found.extend(self.add_folder(path, folder.ending))
        return found

    def use(self, entry):
        """Has a file looked at in every tick, until enough others are used."""
        if entry in self.in_use:
            self.in_use.remove(entry)
        self.in_use.insert(0, entry)

    def tick(self):
        """Looks at what is due; returns the files that have changed."""
        started = now()
        changed = []
        is_short = len(self.order) <= IN_USE
        for entry in list(self.order) if is_short else self.in_use[:IN_USE]:
            self.look(entry, changed)
        if not is_short:
            self.earn(started)
            if self.credit > BATCH:
                self.look_in_turn(changed)
        return changed

    def earn(self, started):
        """Adds what the files in use leave of the share, or a little if they leave nothing."""
        elapsed = max(started - self.ticked, 0.0)
        self.ticked = started
        left = max(SHARE * elapsed - (now() - started), LEAST * elapsed)
        self.credit = min(self.credit + left, SHARE)

    def look_in_turn(self, changed):
        """Looks at those not in use, from where it stopped last time, as far as the credit goes."""
        started = now()
        self.last_in_use = self.go_round(
            self.in_use[IN_USE:], self.last_in_use, started + self.credit / 2, changed)
        self.last = self.go_round(self.order, self.last, started + self.credit, changed)
        # If a look took longer, less is left for the next ones.
        self.credit -= now() - started

    def go_round(self, entries, index, until, changed):
        """Looks at the entries after an index, each once at most; returns the last one's index."""
        # Counted by hand: in 2.7 a range would be a list, built each time.
        count = 0
        while count < len(entries) and now() < until:
            index = (index + 1) % len(entries)
            self.look(entries[index], changed)
            count += 1
        return index

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
        """Notes that these sources were read and have run, so that they count as seen."""
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
        self.is_missed = False  # whether it has been reported that it is gone
        self.empty_since = None

    def is_there(self):
        return self.stamp is not None

    def has_changed(self):
        stamp = stamp_of(self.path)
        if stamp is None:
            if self.missing_since is None:
                self.missing_since = now()
            if not self.was_deleted() or self.is_missed or not is_needed(self.path):
                return False  # not back yet, however long that takes
            self.is_missed = True
            return True
        was_deleted, self.missing_since, self.is_missed = self.was_deleted(), None, False
        if self.is_being_saved(stamp):
            return False
        if not was_deleted and not self.differs(stamp):
            return False
        self.stamp, self.seen = stamp, now()
        self.content = content_of(self.path, stamp)
        return True

    def was_deleted(self):
        return self.missing_since is not None and now() - self.missing_since > DELETED

    def is_being_saved(self, stamp):
        """Whether a file that had content has been empty for only a moment."""
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
        # A second save within one tick of the file system's clock, or a save that set the time back:
        # only the content shows it.
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
            return False  # each of its files is found to be missing
        if modified != self.modified:
            self.modified, self.seen = modified, now()
            return True
        age = now() - self.listed
        return age > LIST_AGAIN or age > LIST_FRESH and now() - self.seen < TOO_FRESH

    def names(self):
        """What is in it now."""
        self.listed = now()
        try:
            return sorted(os.listdir(self.path))
        except EnvironmentError:
            return []


def is_needed(path):
    """Whether a step runs what imports this file."""
    return Levels.observes and path in SOURCES.loaded


def is_below_any(key, watched):
    """Whether a folder is in one of the watched ones with the same ending, or is one of them."""
    path, ending = key
    for folder, watched_ending in watched:
        if ending == watched_ending and (path + os.sep).startswith(folder.rstrip(os.sep) + os.sep):
            return True
    return False


def is_watched_below(path, name):
    """Whether a folder in a watched one is watched as well."""
    return os.path.isdir(path) and not os.path.islink(path) and not is_skipped_folder(path, name)


def stamp_of(path):
    """Time, length and inode of a file, and when they last changed; None if there is no file."""
    try:
        found = os.stat(path)
    except EnvironmentError:
        return None
    if found.st_mode & 0o170000 == 0o040000:
        return None  # a folder
    return found.st_mtime, found.st_size, found.st_ino, found.st_ctime


def content_of(path, stamp):
    """The hash of a file's content; None if it is long or cannot be read."""
    if stamp[1] > LONGEST:
        return None
    try:
        return hash(read_once(path)[0])
    except EnvironmentError:
        return None
