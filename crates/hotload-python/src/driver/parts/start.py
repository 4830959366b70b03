# The loop starts, and returns when hotload wants this interpreter to end.
# Uses: background, base, channel, finder, serve

if PY2:
    # A host that imports the shim may hold the import lock: threads of user code would hang.
    held = 0
    while imp.lock_held():
        imp.release_lock()
        held += 1
else:
    hook_background()
if os.name == 'nt':
    need('windows')
Driver(CHANNEL).serve()
if PY2:
    for _ in range(held):
        imp.acquire_lock()
