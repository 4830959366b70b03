# Zip files below the watched folders from which modules have been loaded.
# Uses: base, graph, watched

ARCHIVES = {}  # file -> {module that was loaded from it: True}


def note_archive(name, module):
    """The watched zip file that a module was loaded from, noted; None for other modules."""
    loader = names_of(module).get('__loader__')
    # Of a loader that is user code nothing is asked.
    if type(loader) is not getattr(sys.modules.get('zipimport'), 'zipimporter', None):
        return None
    file = loader.archive
    if name in STATE.before or not is_watched(file):
        return None
    ARCHIVES.setdefault(os.path.abspath(file), {})[name] = True
    return os.path.abspath(file)


def forget_archive(file):
    """Has the next import read what a zip file contains now."""
    zipimport = sys.modules.get('zipimport')
    cache = getattr(zipimport, '_zip_directory_cache', {})
    for entry in list(cache):
        if os.path.abspath(entry) == file:
            del cache[entry]
    for entry in list(sys.path_importer_cache):
        if type(entry) is str and (os.path.abspath(entry) + os.sep).startswith(file + os.sep):
            del sys.path_importer_cache[entry]
