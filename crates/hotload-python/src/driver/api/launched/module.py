# The module `hotload` as user code sees it.
# Uses: base, finder, loop, sources, state, steps, watch_list

API_VERSION = '@VERSION@'

API = [
    hotload, listfiles, Runnable, PythonHandle, Command, ReloadedPythonModule, ClearTerminal,
    ReloadModules, once, on_reload, changed_files, LaunchError,
]

API_MODULE = type(os)('hotload', 'The API of launch scripts, and state that outlives reloads.')
API_MODULE.__version__ = API_VERSION
API_MODULE.TIME_RELOADS = False  # no effect here: each cycle's line shows how long it took
for exported in API:
    exported.__module__ = 'hotload'
    setattr(API_MODULE, exported.__name__, exported)
API_MODULE.__all__ = [exported.__name__ for exported in API] + ['TIME_RELOADS']


def note_newer_api():
    """Has hotload report a hotload.py that is newer than this module: it is not used."""
    try:
        file = find_file('hotload')[0]
        for line in read_once(file)[0].decode('ascii').splitlines():
            if line.startswith('__version__ = '):
                version = line.split("'")[1]
                if version_numbers(version) > version_numbers(API_VERSION):
                    SOURCES.newer_api = {'file': file, 'version': version}
                return
    except Exception:
        pass  # there is none, or another file of that name


def version_numbers(text):
    return [int(number) for number in text.split('.')]
