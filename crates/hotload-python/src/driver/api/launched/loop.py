# A launch script that runs under hotload: it registers what is to be watched and done.
#
# The loop is hotload's. The call of `hotload` in the script waits in it, so that what stands behind
# the call runs at the end. A script that was edited is read anew, with a namespace of its own, up to
# that call.


if PY2:
    import thread as threads
else:
    import _thread as threads


class LaunchError(Exception):
    """What a launch script asks for cannot be done."""


class PlanReplaced(BaseException):
    """Ends the reading of an edited script at its call of `hotload`. Nobody else should catch it."""


class Launch(object):
    """The launch script, as far as it has run."""

    is_reading = False  # it runs, and has not called `hotload` yet
    is_serving = False  # the first text waits in its call
    plan = None
    place = None        # of the step that ran last
    line = None         # of the call
    untold = None       # what hotload has not been told yet: the plan
    refusal = None
    driver = file = None
    thread = None       # that runs it
    modules = []        # `__main__` of each text that has its own


LAUNCH = Launch()


def hotload(watch=None, steps=None, waittime_ms=INTERVAL, poll_interval=None, **unknown):
    """Runs the steps now and whenever something that is watched has changed, until Ctrl-C.

    `watch`: a path, a callable that returns paths, or a list (or other iterable) of these. What
    `listfiles` returns stands for the files that are in its folder by then.
    `steps`: a list of Runnables, run in this order. When one raises, the next one runs.
    `waittime_ms` and `poll_interval` are for where there is no hotload: here `--poll` sets the pace.
    """
    if LAUNCH.line is not None and not LAUNCH.is_reading:
        refuse('hotload.hotload is called twice, first in line %d' % LAUNCH.line)
    if not LAUNCH.is_reading:
        refuse('a script that calls hotload.hotload is run by `hotload --launch FILE`')
    if threads.get_ident() != LAUNCH.thread:
        refuse_in_thread()
    plan = Plan(watch, steps, waittime_ms, poll_interval, unknown)
    LAUNCH.untold = {
        'plan': [describe_planned(step) for step in plan.steps],
        'watched': describe_watched(plan.watch.first),
    }
    LAUNCH.is_reading = False
    LAUNCH.plan, LAUNCH.line = plan, place_of_call()[1]
    if LAUNCH.is_serving:
        raise PlanReplaced()
    LAUNCH.is_serving = True
    serve_in_call(LAUNCH.driver)


def refuse(why):
    file, line = place_of_call()
    if file is not None and file == LAUNCH.file:
        why = 'line %d: %s' % (line, why)
    raise LaunchError(why)


def refuse_in_thread():
    # Told when the script has ended: nobody catches it here. The main thread may wait for ever.
    try:
        refuse('hotload.hotload is called in a thread: call it in the main one')
    except LaunchError:
        LAUNCH.refusal = str(exc_info()[1])
    if hasattr(threads, 'interrupt_main'):
        threads.interrupt_main()
    raise SystemExit(2)


def serve_in_call(driver):
    """Answers the request to read the script, and those after it, until hotload wants to end."""
    while signal.getsignal(signal.SIGINT) is not note_interrupt:
        take_back_interrupts()
    try:
        driver.send(with_plan(describe_step([], 'launch', False)))
        del INTERRUPTS[:]
        driver.serve_until_quit()
    except EnvironmentError:
        driver.has_quit = True  # hotload is gone
    hand_over_interrupts()


def answer_launched(driver, request):
    SOURCES.changed = request.get('changed') or []
    if request['op'] == 'launch':
        return launch(driver, request)
    if request['op'] == 'step':
        note_place(request['place'])
        result = driver.run(('step', True, run_step, (LAUNCH.plan.steps[request['place']],)))
        if LAUNCH.plan.watch.has_changed():
            # Without a word if that fails: it was a list a moment ago.
            asked = driver.run(('watch', True, tell_watched, (result,)))
            result['sources'] = result['sources'] + asked['sources']
        return result
    answer = {}
    result = driver.run(('watch', True, tell_watched, (answer,)))
    result.update(answer)
    return result


def note_place(place):
    """Notes which step is about to run: one that is not behind the last one begins a cycle."""
    if LAUNCH.place is not None and place <= LAUNCH.place:
        begin_cycle()
    LAUNCH.place = place


def begin_cycle():
    LOADED_BEFORE.clear()
    for file in SOURCES.loaded:
        LOADED_BEFORE[file] = SOURCES.loaded[file][-1]


def tell_watched(result):
    result['watched'] = describe_watched(LAUNCH.plan.watch.collect())


def launch(driver, request):
    """Reads the script. Of the first text, the reply is that of its end: nobody waits for that."""
    LAUNCH.driver, LAUNCH.file = driver, request['file']
    LAUNCH.is_reading, LAUNCH.refusal, LAUNCH.place = True, None, None
    LAUNCH.thread = threads.get_ident()
    begin_cycle()
    sys.argv = [request['spelled']] + driver.arguments
    read = read_again
    if not LAUNCH.is_serving:
        read = read_first
        put_first(os.path.dirname(LAUNCH.file))
    result = driver.run(('launch', False, read, (driver, request['file'])))
    is_reading, LAUNCH.is_reading = LAUNCH.is_reading, False
    if is_reading and LAUNCH.refusal is None and result['outcome'] in ('ok', 'exited'):
        LAUNCH.refusal = 'it never calls hotload.hotload'
    if LAUNCH.refusal is not None:
        result['outcome'], result['what'] = 'unusable', LAUNCH.refusal
    return with_plan(result)


def read_first(driver, file):
    """Runs the first text to its end, which is when hotload wants to end."""
    code = compile_source('__main__', file)
    before, names = sys.modules.get('__main__'), names_of_main()
    names['__file__'] = file
    if not PY2:
        # Children of multiprocessing would run the script again, and with it another loop.
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
    """Where the first text runs. Where a host has imported the shim, that is not `__main__`."""
    if MAIN.get('__name__') == '__main__':
        return MAIN
    return new_main().__dict__


def new_main():
    module = type(os)('__main__')
    # 2.7 empties the namespace of a module that nobody holds.
    LAUNCH.modules.append(module)
    sys.modules['__main__'] = module
    return module


def read_again(driver, file):
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
        if LAUNCH.untold is None:
            sys.modules['__main__'] = before  # there is no new plan


def note_refusal():
    """Keeps what was refused; raises everything else again."""
    if not isinstance(exc_info()[1], LaunchError):
        raise
    LAUNCH.refusal = str(exc_info()[1])


def end_first_text(error):
    """What ends the script behind its call: as Python would show it at its own end."""
    if not isinstance(error[1], (SystemExit, KeyboardInterrupt)):
        report_background(error, 'exit')


def show_error(what, error):
    """Tells of an error that ends nothing."""
    report_background(error, 'callback')


def with_plan(result):
    result.update(LAUNCH.untold or {})
    LAUNCH.untold = None
    return result


def describe_planned(step):
    """A step as hotload knows it: those that it runs by itself, and those that run here."""
    described = {'kind': 'python', 'name': step_name(step)}
    if type(step) is ClearTerminal:
        described['kind'] = 'clear'
    if type(step) is Command and isinstance(step.command, (str, type(u''))):
        described['kind'], described['command'] = 'command', step.command
    return described


def describe_watched(found):
    folders = [{'folder': folder, 'ending': ending, 'left_out': left_out}
               for folder, ending, left_out in found.folders]
    return {'folders': folders, 'files': found.files, 'is_live': found.is_live}
