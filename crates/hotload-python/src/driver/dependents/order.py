# In which order the pending modules run.
# Uses: affected, base, code_imports, finder, graph, rerun, running, sources, units, watched


def units_to_run():
    """The pending modules and the due targets as units: what a fresh start comes to, in its order."""
    wanted = dict.fromkeys(list(RERUN.pending) + RERUN.due)
    units = units_of(RERUN.due, wanted, imported_at_once, imported_by)
    for unit in units:
        for name in unit:
            del wanted[name]
    rest = [name for name in wanted if is_reached(name)]
    rest.sort(key=lambda name: GRAPH.began.get(name, 0))
    return units + units_of(rest, dict.fromkeys(rest), imported_at_once, imported_by)


def imported_at_once(name):
    """The modules that a module imports when it runs, in its order, as far as its code shows that."""
    code = code_of(name)
    if code is None:
        return sorted(GRAPH.imports.get(name, ()))
    found = []
    for statement in remembered(IMPORTS_IN, imports_in, name, code)[0]:
        found += imported_by_statement(name, statement, SOURCES.seen)
    found += edges_beside(name)
    if code is loaded_code(SOURCES.seen.get(name)):
        # It has run, so that the order is known, even of what is imported by other means.
        times = times_of_imports(name)
        found.sort(key=lambda each: times.get(each, GRAPH.time))
    return [name.rpartition('.')[0]] + found  # its package comes first


def times_of_imports(name):
    """When a module has first imported each of the others, or what is below it, in its last run."""
    times = {}
    for each, time_of_import in list(GRAPH.imports.get(name, {}).items()):
        while each and time_of_import >= GRAPH.began.get(name, 0):
            times[each] = min(time_of_import, times.get(each, time_of_import))
            each = each.rpartition('.')[0]
    return times


def imported_by(name):
    """All that a module has imported, and what its code imports."""
    found = imported_at_once(name)
    for statement in import_statements_of(name):
        found += imported_by_statement(name, statement, SOURCES.seen)
    return found


def needs(name):
    """What a module cannot do without, of what it imports: that is not in a `try`."""
    code = code_of(name)
    if code is None:
        return imported_at_once(name)
    found = [name.rpartition('.')[0]]
    for statement in import_statements_of(name):
        if not statement[3]:
            found += imported_by_statement(name, statement, SOURCES.seen)
    return found


def is_reached(name):
    """Whether a target, or code that is not watched, still imports a module, however far up."""
    importers_by, by_main = GRAPH.importers, GRAPH.imports.get('__main__', {})
    seen, stack = {name: True}, [name]
    while stack:
        each = stack.pop()
        if each in GRAPH.outside or each in by_main or each not in importers_by:
            return True
        # `from package import module` may find it in the package: then only that was noted.
        package = each.rpartition('.')[0]
        for importer in list(importers_by[each]) + list(importers_by.get(package, ())):
            if importer not in seen and importer != '__main__' and uses(importer, each, True):
                if importer in RERUN.due or importer in RERUN.done + RERUN.left_out:
                    return True
                seen[importer] = True
                stack.append(importer)
    return False


def needs_natural_order():
    """Whether only running can tell the order.

    What an import cycle gives depends on where it is entered, and what a module imports that is not
    loaded yet may import any other.
    """
    for unit in RERUN.units:
        if len(unit) > 1:
            return True
        if guards_pending(unit[0]):
            return True
    for name in list(RERUN.pending) + RERUN.due:
        if imports_unknown(name):
            return True
    return False


def guards_pending(name):
    """Whether a module imports a pending one in a `try`, so that it may go on if that fails."""
    for statement in import_statements_of(name):
        if statement[3] and [each for each in imported_by_statement(
                name, statement, SOURCES.seen) if each in RERUN.pending]:
            return True
    return False


def imports_unknown(name):
    """Whether a module imports a watched one that is not loaded, so that what that imports is not known."""
    for statement in import_statements_of(name):
        base = base_of(name, statement[0], statement[2], SOURCES.seen)
        if is_unknown(base):
            return True
        package = OUTS.get(base, sys.modules.get(base))
        if isinstance(package, type(os)) and '__path__' in names_of(package):
            for taken in statement[1]:
                if taken not in names_of(package) and is_unknown(base + '.' + taken):
                    return True
    return False


def is_unknown(name):
    if name in sys.modules or name in OUTS or name in RESTING:
        return False
    found = find_file(name)
    return found is not None and is_watched(found[0])
