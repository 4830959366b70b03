# `unittest.main()` looks for tests in `__main__`: that is the script of a plain Python. Here it is the target.
# Uses: base, finder, sources

# LATER


class TestPrograms(object):

    default = '__main__'    # what `unittest.main` takes for its first argument


def look_in_target(unittest_main):
    """Replaces the default of the argument, so that no function of ours is in a traceback."""
    begin = getattr(getattr(unittest_main, 'TestProgram', None), '__init__', None)
    defaults = getattr(begin, '__defaults__', None)
    # The module itself, since one in a package has no place there before it has run.
    target = SOURCES.prepared.get(STATE.target, sys.modules.get(STATE.target))
    if defaults and target is not None and defaults[0] is TestPrograms.default:
        TestPrograms.default = '__main__' if STATE.target == '__main__' else target
        getattr(begin, '__func__', begin).__defaults__ = (TestPrograms.default,) + defaults[1:]


def look_in_what_runs(name, path, code):
    if name == STATE.target:
        look_in_target(sys.modules.get('unittest.main'))


BEFORE_RUN.append(look_in_what_runs)
AFTER_IMPORT['unittest.main'] = look_in_target
