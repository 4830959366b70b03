# How hotload.py by itself begins to notice who imports whom.
# Uses: base, files, finder, graph, running


class StaysOld(Exception):
    """A module that a step's module needs has failed, so that it does not run."""


def load_dependents():
    if not STATE.observes:
        STATE.observes = True
        start_to_observe()
        start_to_observe_files()
        SEARCHES.append(find_resting)
