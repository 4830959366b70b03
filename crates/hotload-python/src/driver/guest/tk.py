# Tk: it watches the connection where it can, and otherwise looks 20 times a second.
# Uses: base, channel, imports, loops, turns


class TkLoop(Loop):

    name = 'Tk'
    timer = None

    def __init__(self, root):
        self.root = root

    def start(self):
        self.descriptor = CHANNEL.fileno()
        self.watches = hasattr(self.root.tk, 'createfilehandler')
        if self.watches:
            self.root.tk.createfilehandler(self.descriptor, 2, GUEST.turn)
        else:
            self.look()

    def look(self):
        if GUEST.turn():
            self.timer = self.root.after(50, self.look)

    def stop(self):
        if self.watches:
            self.root.tk.deletefilehandler(self.descriptor)
        elif self.timer is not None:
            self.root.after_cancel(self.timer)

    def come_again(self):
        if self.watches:
            self.root.after(int(RETRY * 1000), GUEST.turn)

    def why_not_now(self):
        if str(self.root.tk.call('grab', 'current')):
            return 'a dialog is open'
        return None


def find_tk():
    tk = sys.modules.get('tkinter') or sys.modules.get('Tkinter')
    if tk is None:
        return None
    root = getattr(tk, '_default_root', None)
    if root is None:
        roots = [each for each in import_own('gc').get_objects() if type(each) is tk.Tk]
        root = roots[0] if roots else None
    return TkLoop(root) if root is not None else None
