# What the driver calls of `os`, as it was before user code: a test that fails may leave its mocks there.
# Uses: base


def copy_of(module):
    copy = type(module)(module.__name__)
    copy.__dict__.update(module.__dict__)
    return copy


shared_os = os
os = copy_of(shared_os)
os.path = copy_of(shared_os.path)


def has_entry(path):
    try:
        os.stat(path)
        return True
    except (EnvironmentError, ValueError):
        return False


def is_file(path):
    try:
        return os.stat(path).st_mode & 0xf000 == 0x8000
    except (EnvironmentError, ValueError):
        return False


# Those of the library look up `os.stat` when they are called.
os.path.exists, os.path.isfile = has_entry, is_file
