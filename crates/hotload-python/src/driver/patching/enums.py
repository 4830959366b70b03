# Enumerations: their old members remain the members, and new ones are added to the old class.
# Uses: class_names, objects

MAPS = ('_member_map_', '_member_names_', '_value2member_map_')


def is_enum(cls):
    if type(cls) is OLD_CLASS:
        return False
    names = [name_of_class(each) for each in order_of(type(cls))]
    return ('EnumMeta' in names or 'EnumType' in names) and '_member_map_' in names_in_class(cls)


def adopt_members(patch, old, new, path):
    """Makes the members of an old enumeration those of a new one.

    Returns the attributes that the members have in the class; None if that is not possible.
    """
    before, names = names_in_class(old)['_member_map_'], names_in_class(new)['_member_map_']
    for name in names:
        if name in before and not is_member_kept(before[name], names[name]):
            patch.replace(path, 'the value of %s changed' % name, old)
            return None
    patch.undo.append((restore_members, [
        (member, type(member), attributes_of(member).copy()) for member in
        list(before.values()) + list(names.values())]))
    if list(before) != list(names):
        patch.classes[path] = True
    for name in names:
        member = names[name]
        if id(member) in patch.matched:
            continue
        if name in before and names_in_class(new)['_member_map_'][name] is member:
            update_member(patch, before[name], member, path)
            patch.match(before[name], member)
        else:
            set_class(member, old)
            attributes_of(member)['__objclass__'] = old
            patch.match(member, member)
    for name in before:
        if name not in names and name in names_in_class(old):
            patch.undo.append((set_in_class, old, name, names_in_class(old)[name]))
    if list(before) == list(names) and not patch.classes.get(path):
        return dict.fromkeys(list(names) + list(MAPS))
    for kind in MAPS:
        mapped(patch, new, kind)
    return dict.fromkeys([name for name in names if name in before])


def is_member_kept(old, new):
    """Whether an old member can become what a new one is: a number or a text cannot change."""
    if attributes_of(old) is None or attributes_of(new) is None:
        return False
    if is_same(attributes_of(old).get('_value_'), attributes_of(new).get('_value_')):
        return True
    return find_in_type(type(old), '_member_type_') is object


def update_member(patch, old, new, path):
    names, others = attributes_of(old), attributes_of(new)
    if not is_same(names.get('_value_'), others.get('_value_')):
        patch.classes[path] = True
    for name in list(others):
        if name != '__objclass__':
            names[name] = others[name]


def restore_members(states):
    for member, kind, names in states:
        if type(member) is not kind:
            set_class(member, kind)
        attributes_of(member).clear()
        attributes_of(member).update(names)


def mapped(patch, cls, kind):
    """Has a table of a new enumeration, which the old one takes over, name the old members."""
    table = names_in_class(cls).get(kind)
    if type(table) is dict:
        set_in_class(cls, kind, dict([(key, patch.stands_for(table[key])) for key in table]))
