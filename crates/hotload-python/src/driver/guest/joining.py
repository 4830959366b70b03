# The end of the typed line: the host gets a loop that calls hotload, and the line returns.
# Uses: base, channel, interruption, loops, turns


def join_host():
    load_later()
    request = CHANNEL.receive()
    if request is None:
        return
    CHANNEL.stop_blocking()
    try:
        choose_signal()
        GUEST.set_up_guest(request)
        GUEST.loop = choose_loop(request['loop'])
        GUEST.loop.start()
    except NoLoop as problem:
        return give_up(str(problem))
    GUEST_MODULE.leave, GUEST_MODULE.turn = GUEST.leave, GUEST.turn
    sys.modules['_hotload_guest'] = GUEST_MODULE
    GUEST.send({'reply': 'chosen', 'loop': GUEST.loop.name, 'host': GUEST.loop.host})
    serve = getattr(GUEST.loop, 'serve', None)
    if serve is None:
        GUEST.loop.say('joined by %s' % GUEST.loop.name)
    else:
        serve()


def give_up(why):
    GUEST.loop = Loop()
    GUEST.leave(why)


join_host()
