# `import hotload` in user code: its text comes with the driver and is compiled when it is first needed.

# LATER


class ApiLoader(object):
    """Gives the module `hotload`, the same to whoever imports it, whatever file lies about."""

    if PY2:
        def load_module(self, name):
            sys.modules[name] = api_module()
            return sys.modules[name]
    else:
        def create_module(self, spec):
            return api_module()

        def exec_module(self, module):
            pass  # it was made whole


def api_module():
    if 'API_MODULE' not in NAMES:
        need('api')
        tell_newer_api()
    return API_MODULE


def serve_launched(driver, request):
    """Answers what is asked of a launch script or of one of its steps."""
    api_module()
    driver.send(answer_launched(driver, request))
    if request['op'] == 'step':
        tell_leftovers(driver)
