# What hotload's own driver does with the graph: it observes as long as the session lasts.
# Uses: base, error_reports, files, graph, json, openings, results, sources

start_to_observe()
NAMES['load_later'] = int  # All that can wait is there, and each search asks for it.
if STATE.running:
    observe_openings()

describe_without_files = describe_step


def describe_step(errors, action, was_loaded):
    """The reply to a step, with the files that it has opened."""
    result = describe_without_files(errors, action, was_loaded)
    # Paths are the library's business, which user code may have patched.
    result.update(safely(files_to_send) or {})
    return result


def files_to_send():
    found = take_files()
    return {what: sent_paths(found[what]) for what in found}


def describe_graph():
    """Who imports whom: the watched modules in the order in which they began to run."""
    found = [name for name in sorted(GRAPH.began, key=lambda name: GRAPH.began[name])
             if name in SOURCES.seen and name in sys.modules]
    return [{'module': name, 'file': SOURCES.seen[name], 'imports': imports_of(name)} for name in found]


def imports_of(name):
    edges, began = GRAPH.imports[name], GRAPH.began[name]
    found = [each for each in sorted(edges, key=lambda each: edges[each]) if edges[each] >= began]
    return [each for each in found if each in SOURCES.seen]
