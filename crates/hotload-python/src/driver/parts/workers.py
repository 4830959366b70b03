# Worker processes: they run what the files hold, as the processes of a plain Python do.
# Uses: base, finder, sources

# LATER


def write_no_bytecode(subprocess):
    """Has other interpreters write no bytecode either.

    They are started with the options that `sys.flags` shows. That does not show this one where
    Python was started without our environment, or by other means than hotload.
    """
    if sys.flags.dont_write_bytecode:
        return
    options_of_flags = subprocess._args_from_interpreter_flags

    def options():
        found = options_of_flags()
        if sys.dont_write_bytecode and '-B' not in found:
            return found + ['-B']
        return found

    subprocess._args_from_interpreter_flags = options


AFTER_IMPORT['subprocess'] = write_no_bytecode


def write_no_bytecode_in_loky(module):
    """The same for the workers of joblib, which are started without those options."""
    start = module.fork_exec

    def fork_exec(command, *arguments, **keywords):
        if sys.dont_write_bytecode:
            command = command[:1] + ['-B'] + command[1:]
        return start(command, *arguments, **keywords)

    module.fork_exec = fork_exec


for package in ('loky', 'joblib.externals.loky'):
    AFTER_IMPORT[package + '.backend.fork_exec'] = write_no_bytecode_in_loky

if not PY2:
    # Of each `cloudpickle` that was imported: has what a module defines sent to workers as it is.
    SEND_BY_VALUE = []

    def send_targets_by_value(cloudpickle):
        """Has the workers of loky, dask and the like run the functions of targets as they are now.

        Those outlive reloads and would go on running what they have once imported. A plain
        Python's script is sent by value, too: it is `__main__`.
        """
        SEND_BY_VALUE.append(cloudpickle.register_pickle_by_value)
        for name in SOURCES.targets:
            send_by_value(name)

    def send_by_value(name):
        module = sys.modules.get(name)
        if module is not None:
            for register in SEND_BY_VALUE:
                try:
                    register(module)
                except Exception:
                    pass  # an older `cloudpickle`, or one that user code has patched

    def before_run(name, path, code):
        # Another module is sent by name until it has been reloaded: before, a worker imports the same.
        if name in SOURCES.targets or path in SOURCES.loaded:
            send_by_value(name)

    BEFORE_RUN.append(before_run)
    for package in ('cloudpickle', 'joblib.externals.cloudpickle', 'ray.cloudpickle',
                    'pyspark.cloudpickle'):
        AFTER_IMPORT[package + '.cloudpickle'] = send_targets_by_value
