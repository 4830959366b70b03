# What hotload asks for beside steps in a module.


def serve_other(driver, request):
    if request['op'] == 'prepare':
        need('errors')
    elif request['op'] == 'compile':
        driver.send({'reply': 'compiled', 'parts': compiled(request['parts'])})
    else:
        serve_launched(driver, request)


def compiled(parts):
    """The code of the driver's parts, which hotload keeps for the next start of this Python."""
    binascii, marshal = import_own('binascii'), import_own('marshal')
    codes = {}
    for name in parts:
        code = marshal.dumps(CODE_OF(parts[name].encode('ascii')))
        codes[name] = PlainText(binascii.b2a_base64(code).decode('ascii').rstrip())
    return codes
