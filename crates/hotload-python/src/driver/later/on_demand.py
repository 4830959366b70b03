# What is compiled only when it is needed.

COMPILED = {}  # names of texts in ON_DEMAND


def need(name):
    """Compiles one of the texts in ON_DEMAND, once."""
    if name not in COMPILED:
        for text in NAMES['ON_DEMAND'].decode('ascii').split('\n# ON DEMAND '):
            title, line_end, program = text.partition('\n')
            if title == name:
                eval(compile(program, DRIVER_FILE, 'exec', 0, 1), NAMES)
        COMPILED[name] = True
