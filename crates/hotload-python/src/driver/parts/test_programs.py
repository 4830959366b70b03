# `unittest.main()` looks for tests in `__main__`: that is the script of a plain Python. Here it is the target.
# Uses: base, finder, sources

# LATER


class TestPrograms(object):

    target = None   # the one that has last begun to run


def note_target(name, path, code):
    if name in SOURCES.targets:
        TestPrograms.target = name
        look_in_target(sys.modules.get('unittest.main'))


def look_in_target(unittest_main):
    """Replaces the default of the argument, so that no function of ours is in a traceback."""
    begin = getattr(getattr(unittest_main, 'TestProgram', None), '__init__', None)
    defaults = getattr(begin, '__defaults__', None)
    if TestPrograms.target is not None and defaults and type(defaults[0]) is str:
        getattr(begin, '__func__', begin).__defaults__ = (TestPrograms.target,) + defaults[1:]


for read in SOURCES.read:
    if read[0] in SOURCES.targets:
        TestPrograms.target = read[0]  # it runs, and has imported something

BEFORE_RUN.append(note_target)
AFTER_IMPORT['unittest.main'] = look_in_target
