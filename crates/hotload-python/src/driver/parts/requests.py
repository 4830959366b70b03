# What hotload asks for beside steps in a module.


def serve_other(driver, request):
    if request['op'] == 'prepare':
        need('errors')
    elif request['op'] == 'compile':
        # Nothing where user code has broken what that needs.
        driver.send({'reply': 'compiled', 'parts': safely(compiled) or {}})
    else:
        serve_launched(driver, request)


def compiled():
    """The code of all parts, for the next start of this Python."""
    binascii, codes = import_own('binascii'), {}
    for name in PARTS:
        code = binascii.b2a_base64(DUMP(CODE_OF(PARTS[name])))
        codes[name] = PlainText(code.decode('ascii').rstrip())
    return codes
