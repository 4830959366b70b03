# `import hotload` in user code. The text of the module comes with the driver and is compiled when it is
# first needed.
# Uses: base, finder, leftovers, loop, module

# LATER


class ApiLoader(object):
    """Gives every importer the same module `hotload`, whatever file of that name there is."""

    if PY2:
        def load_module(self, name):
            sys.modules[name] = api_module()
            return sys.modules[name]
    else:
        def create_module(self, spec):
            return api_module()

        def exec_module(self, module):
            pass  # it is complete already


PROVIDED['hotload'] = ApiLoader()


def api_module():
    if 'api' not in LOADED:
        need('api')
        note_newer_api()
    return API_MODULE


def serve_launched(driver, request):
    """Answers a request that is about a launch script or one of its steps."""
    api_module()
    driver.send(answer_launched(driver, request))
    if request['op'] == 'step':
        report_leftovers(driver)
