# How a launch script that runs under hotload gets what is needed for the levels of its steps.
# Uses: base


def load_dependents():
    STATE.observes = True
    need('graph')
    need('dependents')


def load_patching():
    need('patching')
