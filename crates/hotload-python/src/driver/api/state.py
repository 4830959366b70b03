# State that outlives reloads, and what user code may ask about the save that it runs for.

VALUES = {}     # (module name, key) -> value


def once(key, factory):
    """The value that `factory()` returned when this was first called with this key.

    It stays across reloads, also across those that fail. Keys belong to the module that calls.
    """
    place = (name_of_caller(), key)
    if place not in VALUES:
        VALUES[place] = factory()
    return VALUES[place]


def on_reload(callback):
    """Has `callback` called, with the module as it then is, before the calling module runs again.

    Once: what runs again registers again. The last one that was registered is called first. Works
    as a decorator. A callback that takes no argument is called without.
    """
    if not callable(callback):
        raise TypeError('on_reload takes something to call, and %r is not' % (callback,))
    name = name_of_caller()
    # Held here: a first load that fails leaves no module of that name.
    SOURCES.clean_ups.setdefault(name, []).append((callback, sys.modules.get(name)))
    return callback


def changed_files():
    """The files whose change has caused this cycle; none in the first."""
    return list(SOURCES.changed)


def name_of_caller():
    return sys._getframe(2).f_globals.get('__name__')


def clean_up(name):
    """Calls what a module has registered, since it is about to run again."""
    for callback, module in reversed(SOURCES.clean_ups.pop(name)):
        try:
            if takes_argument(callback):
                callback(module)
            else:
                callback()
        except Exception:
            # The new text runs all the same: it may be the one that mends this.
            show_error('clean-up of %s' % name, exc_info())


def takes_argument(callback):
    """Whether a callback takes the module. What is not written in Python does not."""
    if not hasattr(callback, '__code__') and not hasattr(callback, '__func__'):
        callback = getattr(callback, '__call__', None)
    function = getattr(callback, '__func__', callback)
    code = getattr(function, '__code__', None)
    if code is None:
        return False
    count = code.co_argcount
    if getattr(callback, '__self__', None) is not None:
        count = count - 1
    return count > 0 or bool(code.co_flags & 0x04)
