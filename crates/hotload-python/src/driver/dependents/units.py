# In which order modules run: what they import comes first. An import cycle is one unit.


def units_of(roots, wanted, imported_at_once, imported_by):
    """The wanted modules that the roots lead to, as lists: dependencies first.

    A list is one module or an import cycle, to which imports in functions belong, too. It has the
    order in which a fresh start would come to its modules. The last two arguments are functions: what
    a module imports when it runs, in the order in which it does, and all that it may import.
    """
    search = Search(wanted, imported_by)
    for root in roots:
        if root not in search.index:
            search.visit(root)
    met = met_from(roots, wanted, imported_at_once, imported_by)
    for unit in search.units:
        unit.sort(key=lambda name: met.get(name, len(met) + search.index[name]))
    return search.units


def met_from(roots, wanted, imported_at_once, imported_by):
    """Module -> its number in the order in which a fresh start comes to the modules.

    Imports in functions come last: they run when something calls them.
    """
    met, order = {}, []
    for root in roots:
        meet(root, met, order, wanted, imported_at_once)
    for name in order:  # gets longer meanwhile
        for each in imported_by(name):
            if each in wanted:
                meet(each, met, order, wanted, imported_at_once)
    return met


def meet(root, met, order, wanted, imported_at_once):
    stack = [root]
    while stack:
        name = stack.pop()
        if name not in met:
            met[name] = len(met)
            order.append(name)
            stack += reversed([each for each in imported_at_once(name)
                               if each in wanted and each not in met])


class Search(object):
    """Tarjan's search for strongly connected components, without recursion."""

    def __init__(self, wanted, imported_by):
        self.wanted = wanted
        self.imported_by = imported_by
        self.index = {}     # module -> when it was met
        self.lowest = {}    # module -> the earliest one on the stack that it leads to
        self.stack = []
        self.on_stack = {}
        self.units = []

    def visit(self, root):
        path = [(root, iter(self.meet(root)))]
        while path:
            name, rest = path[-1]
            for found in rest:
                if found not in self.index:
                    path.append((found, iter(self.meet(found))))
                    break
                if found in self.on_stack:
                    self.lowest[name] = min(self.lowest[name], self.index[found])
            else:
                path.pop()
                if path:
                    above = path[-1][0]
                    self.lowest[above] = min(self.lowest[above], self.lowest[name])
                if self.lowest[name] == self.index[name]:
                    self.close(name)

    def meet(self, name):
        self.index[name] = self.lowest[name] = len(self.index)
        self.stack.append(name)
        self.on_stack[name] = True
        return [each for each in self.imported_by(name) if each in self.wanted]

    def close(self, name):
        """Takes the component that begins with this module from the stack."""
        start = self.stack.index(name)
        unit = self.stack[start:]
        del self.stack[start:]
        for each in unit:
            del self.on_stack[each]
        self.units.append(unit)
