# How a launch script is run under hotload. One that was edited runs again, in a namespace of its own,
# up to its call of `hotload`.
# Uses: background, base, channel, environment, finder, loop, shim, sources


def launch(driver, request):
    """Runs the script. The first text's reply to this is not read: it comes at the very end."""
    LAUNCH.driver, LAUNCH.file = driver, request['file']
    LAUNCH.is_reading, LAUNCH.refusal, LAUNCH.index = True, None, None
    LAUNCH.thread = get_ident()
    begin_cycle()
    sys.argv = [request['spelled']] + driver.arguments
    run_text = run_edited_text
    if not LAUNCH.is_serving:
        run_text = run_first_text
        put_first(os.path.dirname(LAUNCH.file))
    result = driver.run(('launch', False, run_text, (driver, request['file'])))
    is_reading, LAUNCH.is_reading = LAUNCH.is_reading, False
    if is_reading and LAUNCH.refusal is None and result['outcome'] in ('ok', 'exited'):
        LAUNCH.refusal = 'it never calls hotload.hotload'
    if LAUNCH.refusal is not None:
        result['outcome'], result['what'] = 'unusable', LAUNCH.refusal
    return with_plan(result)


def run_first_text(driver, file):
    """Runs the first text to its end, which is when hotload wants to end."""
    code = compile_source('__main__', file)
    before, names = sys.modules.get('__main__'), names_of_main()
    names['__file__'] = file
    if not PY2:
        # Without this, children of multiprocessing would run the script, and with it another loop.
        names['__spec__'] = bootstrap.ModuleSpec('__main__', None)
    try:
        eval(code, names)
    except:
        if not driver.has_quit:
            note_refusal()
        else:
            end_first_text(exc_info())
    finally:
        if names is not MAIN:
            sys.modules['__main__'] = before  # the host's, for what it does at its end


def names_of_main():
    """The namespace of the first text: not that of `__main__` if a host has imported the shim."""
    if MAIN.get('__name__') == '__main__':
        return MAIN
    return new_main().__dict__


def new_main():
    module = type(os)('__main__')
    # Kept: 2.7 empties the namespace of a module once nothing refers to it.
    LAUNCH.modules.append(module)
    sys.modules['__main__'] = module
    return module


def run_edited_text(driver, file):
    """Runs an edited text up to its call of `hotload`, in a namespace of its own."""
    code = compile_source('__main__', file)
    before, module = sys.modules.get('__main__'), new_main()
    module.__file__ = file
    try:
        eval(code, module.__dict__)
    except PlanReplaced:
        pass
    except:
        note_refusal()
    finally:
        if LAUNCH.unreported is None:
            sys.modules['__main__'] = before  # there is no new plan


def note_refusal():
    """Notes why the script was refused; raises any other error again."""
    if not isinstance(exc_info()[1], LaunchError):
        raise
    LAUNCH.refusal = str(exc_info()[1])


def end_first_text(error):
    """Reports what ended the script after its call, as Python would at its own end."""
    if not isinstance(error[1], (SystemExit, KeyboardInterrupt)):
        report_background(error, 'exit')
