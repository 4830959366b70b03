# State that outlives reloads, and what user code may ask about the save that it runs for.
# Uses: base, errors, sources

VALUES = {}  # (module name, key) -> value


def once(key, factory):
    """The value that `factory()` returned when this was first called with this key.

    The value is kept across reloads, even those that fail. Each module has its own keys.
    """
    own_key = name_of_caller(), key
    if own_key not in VALUES:
        VALUES[own_key] = factory()
    return VALUES[own_key]


def on_reload(callback):
    """Has `callback` called once, just before the calling module runs again.

    Works as a decorator. The callback gets the module as it then is, or no argument if it takes none.
    Whatever runs again registers again. The last callback registered is called first.
    """
    if not callable(callback):
        raise TypeError('on_reload takes something to call, not %r' % (callback,))
    name = name_of_caller()
    # The module is kept here: a first load that fails leaves none of that name.
    SOURCES.clean_ups.setdefault(name, []).append((callback, sys.modules.get(name)))
    return callback


def changed_files():
    """The files whose change caused this cycle; none in the first."""
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
            # The new text runs all the same: it may be the one that fixes this.
            show_error('the clean-up of %s failed' % name, exc_info())


def takes_argument(callback):
    """Whether a callback takes the module. One that is not written in Python does not."""
    if not hasattr(callback, '__code__') and not hasattr(callback, '__func__'):
        callback = getattr(callback, '__call__', None)
    function = getattr(callback, '__func__', callback)
    code = getattr(function, '__code__', None)
    if code is None:
        return False
    count = code.co_argcount
    if getattr(callback, '__self__', None) is not None:
        count -= 1
    return count > 0 or bool(code.co_flags & 0x04)
