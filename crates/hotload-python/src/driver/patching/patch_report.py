# What is reported of the modules that have been patched.
# Uses: class_names, closures, objects, patched_run


def take_patched():
    """What has been patched since the last report, by module."""
    done, PATCHING.done = PATCHING.done, []
    return [describe_patch(patch, is_taken_back) for patch, is_taken_back in done]


def describe_patch(patch, is_taken_back):
    if is_taken_back:
        return {'module': patch.name, 'taken_back': True, 'functions': [], 'classes': [], 'replaced': [],
                'refused': describe_refused(patch)}
    return {
        'module': patch.name,
        'taken_back': False,
        'functions': sorted(patch.functions),
        'classes': sorted(patch.classes),
        'replaced': [describe_replaced(*each) for each in patch.replaced],
        'refused': describe_refused(patch),
    }


def describe_replaced(path, why, old):
    instances = None
    if is_class(old):
        instances = attempted(count_instances, old)
    return {'name': path, 'why': why, 'instances': instances}


def describe_refused(patch):
    return [{'name': path, 'why': why} for path, why in patch.refused]
