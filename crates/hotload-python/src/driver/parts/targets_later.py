# Which files the targets have.


def find_targets(driver, targets):
    """The file of each target, also of those that only an import finds; None without."""
    files = []
    for target in targets:
        file = target['file']
        if file is None:
            found = find_file(target['module'])
            if found is not None:
                file = found[0]
                driver.add_target(target['module'], *found)
        files.append(file)
    return files
