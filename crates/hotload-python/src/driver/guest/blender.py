# Blender: a timer, which is called between two frames.
# Uses: base, error_reports, loops, turns


class BlenderLoop(Loop):

    name = 'bpy.app.timers'
    host = 'Blender'
    is_rare = True

    PERIOD = 0.03

    def __init__(self, bpy):
        self.bpy = bpy

    def start(self):
        # Kept when another file is opened.
        self.bpy.app.timers.register(self.called, first_interval=self.PERIOD, persistent=True)

    def called(self):
        # Blender drops a timer that raises: `turn` lets nothing out.
        return self.PERIOD if GUEST.turn() else None

    def stop(self):
        timers = self.bpy.app.timers
        if timers.is_registered(self.called):
            timers.unregister(self.called)

    def why_not_now(self):
        for window in self.bpy.context.window_manager.windows:
            # From 4.2 on.
            if getattr(window, 'modal_operators', None):
                return 'a tool is active in Blender'
        running = getattr(self.bpy.app, 'is_job_running', None)
        for job in ('RENDER', 'OBJECT_BAKE'):
            if running is not None and safely(running, job):
                return 'Blender is rendering'
        return None

    def end_run(self):
        # One run is one step to undo.
        safely(lambda: self.bpy.ops.ed.undo_push(message='hotload'))


def find_blender():
    bpy = sys.modules.get('bpy')
    if bpy is None:
        return None
    if bpy.app.background:
        raise NoLoop('Blender runs in the background; start it by `hotload --python blender` instead')
    return BlenderLoop(bpy)
