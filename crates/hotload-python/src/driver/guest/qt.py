# Qt, by any of its Python packages.
# Uses: base, channel, loops, turns

QT_PACKAGES = ('PySide6', 'PyQt6', 'PySide2', 'PyQt5', 'PySide', 'PyQt4')


class QtLoop(Loop):

    name = 'Qt'

    def __init__(self, package, core, application):
        self.package, self.core, self.application = package, core, application

    def start(self):
        core = self.core
        kind = getattr(core.QSocketNotifier, 'Type', core.QSocketNotifier).Read
        self.notifier = core.QSocketNotifier(CHANNEL.fileno(), kind, self.application)
        self.timer = core.QTimer(self.application)
        self.timer.setSingleShot(True)
        self.timer.setInterval(int(RETRY * 1000))
        self.notifier.activated.connect(self.called)
        self.timer.timeout.connect(self.called)

    def called(self, *ignored):
        GUEST.turn()

    def stop(self):
        self.timer.stop()
        self.notifier.setEnabled(False)
        self.notifier.deleteLater()
        self.timer.deleteLater()

    def come_again(self):
        self.timer.start()

    def why_not_now(self):
        name = '.QtGui' if self.package in ('PySide', 'PyQt4') else '.QtWidgets'
        application = getattr(sys.modules.get(self.package + name), 'QApplication', None)
        if application is None:
            return None  # no windows
        where = ' in ' + self.host if self.host else ''
        if application.activeModalWidget() is not None:
            return 'a dialog is open' + where
        if application.activePopupWidget() is not None:
            return 'a menu is open' + where
        none = getattr(self.core.Qt, 'MouseButton', self.core.Qt).NoButton
        if application.mouseButtons() != none:
            return 'a mouse button is held down' + where
        return None


def find_qt():
    for package in QT_PACKAGES:
        core = sys.modules.get(package + '.QtCore')
        application = core.QCoreApplication.instance() if core is not None else None
        if application is not None and application.thread() == core.QThread.currentThread():
            loop = QtLoop(package, core, application)
            if 'FreeCAD' in sys.modules:
                loop.host = 'FreeCAD'
            return loop
    return None
