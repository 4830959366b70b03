# Under which names the targets are loaded, and from which files.
# Uses: base, finder, loading, sources


def free_name(name):
    """The name to load a target under: its own, unless a module of this Python has it.

    Running the user's `types.py` in the module that all of Python uses would break both.
    """
    loaded = sys.modules.get(name)
    if loaded is None and name not in sys.builtin_module_names:
        return name
    return free_name(name + '_')


def load_target(name):
    """Runs a target: loads it for the first time, or reloads it, which keeps its names."""
    if 'later' in LOADED:
        forget_absences()
    file = SOURCES.targets[name][0]
    if not os.path.exists(file):
        raise Missing(file)
    if isinstance(sys.modules.get(name), type(os)):  # `sys` would not do: in Jython it is not a module
        load_later()
        reload_module(sys.modules[name])
    else:
        load_first(name)


# LATER


def find_targets(driver, targets):
    """The file of each target, including those that only an import finds; None for those without."""
    files = []
    for target in targets:
        file = target['file']
        if file is None:
            found = find_file(target['module'])
            if found is not None:
                file = found[0]
                driver.add_target(target['module'], *found)
        files.append(file)
    return files
