# How hotload.py by itself begins to notice who imports whom.
# Uses: base, finder, graph, openings, running


class StaysOld(Exception):
    """A module that a step's module needs has failed, so that it does not run."""


def load_dependents():
    if not STATE.observes:
        STATE.observes = True
        start_to_observe()
        observe_openings()
        SEARCHES.append(find_resting)
