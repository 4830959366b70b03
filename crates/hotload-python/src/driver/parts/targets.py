# Under which names the targets are loaded, and from which files.
# Uses: base, finder, imports, loading, main, reruns, sources


LARGE_TARGET = 50000  # bytes: takes longer to compile than the driver's later part


def free_name(name):
    """The name to load a target under: its own, unless a module of this Python has it.

    Running the user's `types.py` in the module that all of Python uses would break both.
    """
    if name == '__main__':
        return name
    loaded = sys.modules.get(name)
    if loaded is None and SHADOWED.get(name) is None and name not in sys.builtin_module_names:
        return name
    return free_name(name + '_')


def load_target(name):
    """Runs a target: loads it for the first time, or reloads it, which keeps its names."""
    if 'later' in LOADED:
        forget_absences()
    file = SOURCES.targets[name][0]
    if not os.path.exists(file):
        raise Missing(file)
    if os.stat(file).st_size > LARGE_TARGET:
        load_later()  # An earlier session may have stored its code.
    run_target(name)


def run_target(name):
    if name == '__main__':
        need('main')
        return run_main()
    module = module_to_run(name)
    if module is None:
        module = SOURCES.prepared[name] = type(os)(name)
        load_first(name)
        # Another loader than ours has made its own module.
        if SOURCES.prepared.pop(name, None) is None:
            note_substitute(name, module)
    else:
        load_later()
        run_again(name, module)


# LATER


class StaysOld(Exception):
    """A module that a target needs has failed, so that the target does not run."""


class RanBefore(Exception):
    """A target has already run in this cycle, since another module has imported it."""


class Unaffected(Exception):
    """A target that does not depend on what was saved, where only those that do are to run."""


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
