# How hotload.py by itself begins to notice who imports whom.
# Uses: base, errors, finder, graph, openings, patch_report, patched_run, running


class StaysOld(Exception):
    """A module that a step's module needs has failed, so that it does not run."""


def load_dependents():
    if not STATE.observes:
        STATE.observes = True
        start_to_observe()
        observe_openings()
        SEARCHES.append(find_resting)


def load_patching():
    start_to_patch()


def report_patches():
    """Says what could not live on."""
    for each in take_patched():
        for entry in each['replaced']:
            count, kept = entry['instances'], ''
            if count:
                kept = ', %d instance%s the old one' % (count, ' keeps' if count == 1 else 's keep')
            say('replaced  %s: %s%s' % (entry['name'], entry['why'], kept))
        for entry in each['refused']:
            say('refused  %s: %s' % (entry['name'], entry['why']))
        if each['taken_back']:
            say('kept: what was there before')
