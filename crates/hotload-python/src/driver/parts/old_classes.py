# Classes of earlier texts that are still in use: their instances do what the text says that made them.
# Uses: base, class_names, imports, leftovers, reruns, sources

# LATER

OLD_CLASSES = []  # (module name, a weak reference to a class that the module has made), each but once
MOST_CLASSES = 200  # how many are followed, the latest of them
MOST_OBJECTS = 2000  # how far the parts of one are followed


def note_classes(name, path, code):
    """Before a module runs again: what it has of classes are those of its last text."""
    known = {id(held()): True for _, held in OLD_CLASSES}
    for value in list(names_from_before(name).values()):
        if is_class(value) and id(value) not in known:
            if names_in_class(value).get('__module__') == name:
                OLD_CLASSES.append((name, import_own('_weakref').ref(value)))
    del OLD_CLASSES[:-MOST_CLASSES]


def report_old_classes(driver):
    if OLD_CLASSES:
        report_leftovers(driver, LEFTOVER_COUNTS + (('old_classes', count_old_classes),))


def count_old_classes():
    """How many classes of earlier texts have instances or are held otherwise, judged by their references."""
    OLD_CLASSES[:] = [(name, held) for name, held in OLD_CLASSES if held() is not None]
    return len([1 for name, held in OLD_CLASSES if is_old_and_in_use(name, [held()])])


def is_old_and_in_use(name, held):
    """`held` has the class, so that nothing else here refers to it."""
    current = getattr(sys.modules.get(name), '__dict__', {})
    if held[0] is None or current.get(name_of_class(held[0])) is held[0]:
        return False
    return references_to(held) - REFERENCES_OF_OURS > references_from_parts(held)


def references_to(held):
    return sys.getrefcount(held[0])


def references_from_parts(held):
    """How often what belongs to a class refers to it: methods, descriptors, subclasses of its module."""
    found, seen = 0, {}
    waiting = [held[0]] + [each() for _, each in OLD_CLASSES if is_derived(each(), held[0])]
    classes = {id(each): True for each in waiting}
    while waiting:
        part = waiting.pop()
        if id(part) in seen:
            continue
        if len(seen) == MOST_OBJECTS:
            return float('inf')  # unknown: better not counted than counted wrongly
        seen[id(part)] = part
        names = part.__globals__ if type(part) is type(references_to) else None
        for each in get_referents(part):
            if each is held[0]:
                found += 1
            elif each is not names and id(each) not in classes:
                if not is_class(each) and not issubclass(type(each), type(sys)):
                    waiting.append(each)
    return found


def is_derived(value, base):
    return value is not None and value is not base and [
        1 for each in bases_of(value) if each is base]


if hasattr(sys, 'getrefcount'):
    REFERENCES_OF_OURS = references_to([object()])
    get_referents = import_own('gc').get_referents
    BEFORE_RUN.append(note_classes)
