# GTK and whatever else runs GLib's main loop.
# Uses: base, channel, loops, turns


class GLibLoop(Loop):

    name = 'GLib'

    def __init__(self, glib):
        self.glib = glib

    def start(self):
        glib = self.glib
        self.source = glib.io_add_watch(CHANNEL.fileno(), glib.IO_IN | glib.IO_HUP, GUEST.turn)

    def stop(self):
        self.glib.source_remove(self.source)

    def come_again(self):
        self.glib.timeout_add(int(RETRY * 1000), self.once)

    def once(self):
        GUEST.turn()
        return False


def find_glib():
    glib = sys.modules.get('gi.repository.GLib')
    if glib is None or glib.main_depth() == 0:
        return None  # no loop of its is running
    return GLibLoop(glib)
