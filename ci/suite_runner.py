"""Runs a test suite and writes what became of each test: `ci/suites` runs it plainly and under hotload.

`suite_runner.py pytest OUT FOLDER...` or `suite_runner.py unittest OUT MODULE`. OUT becomes JSON, test ->
outcome. Runs on 2.7 as well.
"""

import json
import sys
import unittest


class Outcomes(object):
    """As a plug-in of pytest: what became of each test, and of each file that could not be imported."""

    def __init__(self):
        self.found = {}

    def pytest_collectreport(self, report):
        if report.failed:
            self.found[report.nodeid] = "not collected"

    def pytest_runtest_logreport(self, report):
        # A test has three parts. The first one that did not pass says what became of it.
        if report.outcome != "passed" or report.when == "call":
            self.found.setdefault(report.nodeid, report.outcome)


class Result(unittest.TestResult):
    """For unittest."""

    def __init__(self):
        unittest.TestResult.__init__(self)
        self.found = {}

    def note(self, test, outcome):
        self.found[test.id()] = outcome

    def addSuccess(self, test):
        self.note(test, "passed")

    def addError(self, test, error):
        self.note(test, "failed")

    def addFailure(self, test, error):
        self.note(test, "failed")

    def addSkip(self, test, reason):
        self.note(test, "skipped")

    def addExpectedFailure(self, test, error):
        self.note(test, "failed as expected")

    def addUnexpectedSuccess(self, test):
        self.note(test, "passed unexpectedly")


def run_pytest(folders):
    import pytest
    outcomes = Outcomes()
    pytest.main(["-q", "-p", "no:cacheprovider", "-o", "addopts="] + folders, plugins=[outcomes])
    return outcomes.found


def run_unittest(names):
    result = Result()
    unittest.defaultTestLoader.loadTestsFromNames(names).run(result)
    return result.found


def main(kind, out, *names):
    found = {"pytest": run_pytest, "unittest": run_unittest}[kind](list(names))
    with open(out, "w") as stream:
        json.dump(found, stream)


main(*sys.argv[1:])
