# A launch script that runs under hotload: it registers what is to be watched and done.
#
# The loop is hotload's. The script's call of `hotload` waits in it, so that the code after the call
# runs at the end.
# Uses: channel, interrupts, json, levels, plan, reruns, results, script, shim, sources, steps


class LaunchError(Exception):
    """What a launch script asks for cannot be done."""


class PlanReplaced(BaseException):
    """Ends the run of an edited script at its call of `hotload`. Nothing else should catch it."""


class Launch(object):
    """The launch script, as far as it has run."""

    is_reading = False  # the script runs and has not called `hotload` yet
    is_serving = False  # the first text waits in its call
    plan = None
    index = None        # of the step that ran last
    line = None         # of the call
    unreported = None   # the plan, until hotload knows it
    refusal = None
    driver = file = None
    thread = None       # the one that runs the script
    modules = []        # `__main__` of each text that has its own


LAUNCH = Launch()


def hotload(watch=None, steps=None, waittime_ms=INTERVAL, poll_interval=None, **unknown):
    """Runs the steps now and whenever something that is watched has changed, until Ctrl-C.

    `watch`: a path, a callable that returns paths, or a list (or other iterable) of these. What
    `listfiles` returns stands for the files that are in its folder at the time.
    `steps`: a list of Runnables, which run in this order. If one raises, the next one still runs.
    `waittime_ms` and `poll_interval` have no effect under hotload: use its option `--poll`.
    """
    if LAUNCH.line is not None and not LAUNCH.is_reading:
        refuse('hotload.hotload is called twice, first in line %d' % LAUNCH.line)
    if not LAUNCH.is_reading:
        refuse('run a script that calls hotload.hotload with `hotload --launch FILE`')
    if get_ident() != LAUNCH.thread:
        refuse_in_thread()
    plan = Plan(watch, steps, waittime_ms, poll_interval, unknown)
    LAUNCH.unreported = {
        'plan': [describe_planned(step) for step in plan.steps],
        'watched': describe_watched(plan.watch.first),
    }
    LAUNCH.is_reading = False
    LAUNCH.plan, LAUNCH.line = plan, location_of_call()[1]
    if LAUNCH.is_serving:
        raise PlanReplaced()
    LAUNCH.is_serving = True
    serve_in_call(LAUNCH.driver)


def refuse(why):
    file, line = location_of_call()
    if file is not None and file == LAUNCH.file:
        why = 'line %d: %s' % (line, why)
    raise LaunchError(why)


def refuse_in_thread():
    # Reported when the script has ended: nothing here catches it. The main thread may wait for ever.
    try:
        refuse('hotload.hotload is called in a thread: call it in the main thread')
    except LaunchError as error:
        LAUNCH.refusal = str(error)
    if hasattr(THREADS, 'interrupt_main'):
        THREADS.interrupt_main()
    raise SystemExit(2)


def serve_in_call(driver):
    """Answers the request to run the script and those after it, until hotload wants to end."""
    while signal.getsignal(signal.SIGINT) is not note_interrupt:
        take_back_interrupts()
    try:
        driver.send(with_plan(describe_step([], 'launch', False)))
        del INTERRUPTS[:]
        driver.serve_until_quit()
    except EnvironmentError:
        driver.has_quit = True  # hotload is gone
    hand_over_interrupts()


def with_plan(result):
    result.update(LAUNCH.unreported or {})
    LAUNCH.unreported = None
    return result


def answer_launched(driver, request):
    SOURCES.changed = request.get('changed') or []
    SOURCES.removed = request.get('removed') or []
    if request['op'] == 'launch':
        return launch(driver, request)
    if request['op'] == 'step':
        note_step(request['place'])
        result = driver.run(('step', True, run_step, (LAUNCH.plan.steps[request['place']],)))
        if LAUNCH.plan.watch.has_changed():
            # If that fails it is not reported: it was a list a moment ago.
            asked = driver.run(('watch', True, add_watched, (result,)))
            result['sources'] = result['sources'] + asked['sources']
        return result
    answer = {}
    result = driver.run(('watch', True, add_watched, (answer,)))
    result.update(answer)
    return result


def note_step(index):
    """Notes which step is about to run. One that does not come after the last one begins a cycle."""
    if LAUNCH.index is not None and index <= LAUNCH.index:
        begin_cycle()
    LAUNCH.index = index


def begin_cycle():
    forget_warnings()
    begin_levels()
    LOADED_BEFORE.clear()
    for file in SOURCES.loaded:
        LOADED_BEFORE[file] = SOURCES.loaded[file][-1]


def add_watched(result):
    result['watched'] = describe_watched(LAUNCH.plan.watch.collect())


def describe_planned(step):
    """A step as hotload knows it: one that hotload runs by itself, or one that runs here."""
    described = {'kind': 'python', 'name': step_name(step)}
    if isinstance(step, ReloadedPythonModule):
        described['observes'] = getattr(step, 'level', 'module') != 'module'
    if type(step) is ClearTerminal:
        described['kind'] = 'clear'
    if type(step) is Command and isinstance(step.command, (str, type(u''))):
        described['kind'], described['command'] = 'command', step.command
    return described


def describe_watched(found):
    folders = [{'folder': sent_path(folder), 'ending': ending, 'left_out': sent_paths(left_out)}
               for folder, ending, left_out in found.folders]
    return {'folders': folders, 'files': sent_paths(found.files), 'is_live': found.is_live}
