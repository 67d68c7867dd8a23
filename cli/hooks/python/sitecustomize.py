"""
Notes which lines of the handlers' Python files run, for `anyhandler test --coverage`. One line of text for each: `FILE:LINE`, and `FILE:=LINE` for a
line that could run. Written when a line runs for the first time, so that a process that is killed loses nothing.
"""
import dis
import os
import sys


def _start(root, target):
    out = os.open(target, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    known = set()

    def note(filename, line, mark=""):
        key = (filename, line, mark)
        if key not in known:
            known.add(key)
            os.write(out, ("%s:%s%d\n" % (filename, mark, line)).encode("utf-8", "surrogateescape"))

    def is_own(filename):
        return filename.startswith(root) and "/site-packages/" not in filename and "/node_modules/" not in filename

    def could_run(code):
        for _, line in dis.findlinestarts(code):
            # Line 0 is the interpreter's own beginning of a module.
            if line:
                note(code.co_filename, line, "=")
        for const in code.co_consts:
            if hasattr(const, "co_code"):
                could_run(const)

    if hasattr(sys, "monitoring"):
        events = sys.monitoring.events
        sys.monitoring.use_tool_id(sys.monitoring.COVERAGE_ID, "anyhandler")

        def begins(code, _offset):
            if not is_own(code.co_filename):
                return sys.monitoring.DISABLE
            if code.co_name == "<module>":
                could_run(code)
            return sys.monitoring.DISABLE

        def line_runs(code, line):
            if is_own(code.co_filename):
                note(code.co_filename, line)
            return sys.monitoring.DISABLE

        sys.monitoring.register_callback(sys.monitoring.COVERAGE_ID, events.PY_START, begins)
        sys.monitoring.register_callback(sys.monitoring.COVERAGE_ID, events.LINE, line_runs)
        sys.monitoring.set_events(sys.monitoring.COVERAGE_ID, events.PY_START | events.LINE)
        return

    import threading

    def trace(frame, event, _arg):
        code = frame.f_code
        if not is_own(code.co_filename):
            return None
        if event == "call" and code.co_name == "<module>":
            could_run(code)
        if event == "line":
            note(code.co_filename, frame.f_lineno)
        return trace

    threading.settrace(trace)
    sys.settrace(trace)


if "ANYHANDLER_COVERAGE" in os.environ:
    _start(os.environ["LAMBDA_TASK_ROOT"], os.environ["ANYHANDLER_COVERAGE"] + "/python")
