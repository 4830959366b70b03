# Event loops of GUIs that a step enters: hotload says so, because a run in one waits for a window.
# Uses: base, channel, error_reports, finder, interrupts, shim

# LATER

# Module -> (class in it, or None; names of what enters a loop). Qt's are static, and come further below.
ENTRANCES = {
    'matplotlib.pyplot': [(None, ('show',))],
    'wx': [('App', ('MainLoop',))],
    'Tkinter' if PY2 else 'tkinter': [(None, ('mainloop',)), ('Misc', ('mainloop',))],
}
QT_CLASSES = {'QtCore': 'QCoreApplication', 'QtGui': 'QGuiApplication', 'QtWidgets': 'QApplication'}


class EventLoop(object):

    process = getpid()
    is_inside = False


def watch_entrances(module):
    prefix = 'plt.' if module.__name__ == 'matplotlib.pyplot' else ''
    for owner, names in ENTRANCES[module.__name__]:
        place = module if owner is None else getattr(module, owner)
        for name in names:
            # Not by `getattr`, which gives 2.7 a method.
            setattr(place, name, entering(place.__dict__[name], prefix + name))


def watch_qt(module):
    cls = getattr(module, QT_CLASSES[module.__name__.rpartition('.')[2]])
    for name in ('exec_', 'exec'):
        if hasattr(cls, name):
            setattr(cls, name, staticmethod(entering(getattr(cls, name), name)))


def entering(function, name):
    def enter(*arguments, **keywords):
        if EventLoop.is_inside or not STATE.running or not reports_loop(name):
            return function(*arguments, **keywords)
        EventLoop.is_inside = True
        try:
            return function(*arguments, **keywords)
        finally:
            EventLoop.is_inside = False
            reports_loop(None)

    for each in ('__name__', '__qualname__', '__module__', '__doc__'):
        if hasattr(function, each):
            setattr(enter, each, getattr(function, each))
    enter.__wrapped__ = function
    return enter


def reports_loop(name):
    """Reports a loop that is entered, or left; whether that was possible.

    Ctrl-C waits meanwhile, so that no message is sent in part.
    """
    if getpid() != EventLoop.process:
        return False
    try:
        handler = signal.getsignal(signal.SIGINT)
        signal.signal(signal.SIGINT, note_interrupt)
    except ValueError:
        return False    # in another thread
    safely(send_message, CHANNEL, {'reply': 'loop', 'name': name})
    signal.signal(signal.SIGINT, handler)
    if INTERRUPTS:
        del INTERRUPTS[:]
        if callable(handler):
            handler(signal.SIGINT, sys._getframe())
    return True


for watched_name in ENTRANCES:
    AFTER_IMPORT[watched_name] = watch_entrances
for binding in ('PyQt4', 'PyQt5', 'PyQt6', 'PySide', 'PySide2', 'PySide6'):
    for part in QT_CLASSES:
        AFTER_IMPORT[binding + '.' + part] = watch_qt
