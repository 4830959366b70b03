# What hotload's own driver does with what has been patched: it is part of the results of steps.
# Uses: patch_report, patched_run, results

start_to_patch()

describe_without_patches = describe_step


def describe_step(errors, action, was_loaded):
    """The reply to a step, with what has lived on in the modules that have run in it."""
    patched = take_patched()
    result = describe_without_patches(errors, action, was_loaded)
    result['patched'] = patched
    return result
