# Closures made earlier: functions whose code lies in that of a function that has changed.
# Uses: class_names, functions, imports, objects

# With more objects than this the search is left out: it takes 0.1 s for a million.
MOST_SEARCHED = 1000000
OTHER_VARIABLES = 'those made earlier have other free variables'
TRANSIENT = ('<listcomp>', '<setcomp>', '<dictcomp>', '<genexpr>')


EARLIER = {}    # module -> {path: weak references to code of earlier texts that closures may run}


def update_closures(patch):
    """Has closures that an earlier text made run the code of the new one."""
    pairs, earlier = [], EARLIER.setdefault(patch.name, {})
    for path, old, new in patch.codes:
        pair_inner(path, old, new, earlier, pairs)
    if not pairs:
        return
    gc = import_own('gc')
    count = len(gc.get_objects())
    if count > MOST_SEARCHED:
        for path, _, _ in pairs:
            patch.refused.append((path, 'those made earlier are not looked for among %d objects' % count))
        return
    by_code = dict([(id(old), (path, old, new)) for path, old, new in pairs])
    for found in gc.get_referrers(*[old for _, old, _ in pairs]):
        if type(found) is FUNCTION and id(found.__code__) in by_code:
            path, old, new = by_code[id(found.__code__)]
            if old.co_freevars == new.co_freevars:
                found.__code__ = new
            elif (path, OTHER_VARIABLES) not in patch.refused:
                patch.refused.append((path, OTHER_VARIABLES))


def pair_inner(path, old, new, earlier, pairs):
    """Pairs the code inside two functions, by name and place, where it differs."""
    reference, others = import_own('_weakref').ref, inner_codes(new)
    for name, codes in inner_codes(old).items():
        for index, (code, other) in enumerate(zip(codes, others.get(name, ()))):
            inner = '%s.<locals>.%s' % (path, name)
            key = inner if index == 0 else '%s %d' % (inner, index)
            if code.co_flags & 1:   # not the body of a class
                running = [each() for each in earlier.get(key, ()) if each() is not None] + [code]
                if is_same_code(code, other):
                    # Some may run it until that changes.
                    earlier[key] = [reference(each) for each in running]
                else:
                    pairs += [(inner, each, other) for each in running]
                    earlier.pop(key, None)
            pair_inner(inner, code, other, earlier, pairs)


def inner_codes(code):
    found = {}
    for constant in code.co_consts:
        if type(constant) is type(code) and constant.co_name not in TRANSIENT:
            found.setdefault(constant.co_name, []).append(constant)
    return found


def count_instances(cls):
    """How many instances of a class there are; None if there are too many objects to count."""
    gc = import_own('gc')
    if len(gc.get_objects()) > MOST_SEARCHED:
        return None
    if type(cls) is OLD_CLASS:
        return None
    return len([each for each in gc.get_referrers(cls) if type(each) is cls])
