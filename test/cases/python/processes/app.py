"""Handlers that do things to their process."""
import atexit
import ctypes
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import threading
import time

state = {"events": 0}


def count(event, context):
    state["events"] += 1
    return state["events"]


def end(event, context):
    """The way to end is the event; other events are counted."""
    state["events"] += 1
    if event == "sys.exit 3":
        sys.exit(3)
    if event == "sys.exit 0":
        sys.exit()
    if event == "sys.exit text":
        sys.exit("the reason")
    if event == "os._exit":
        os._exit(7)
    if event == "segmentation fault":
        ctypes.string_at(0)
    if event == "abort":
        os.abort()
    if event == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if event == "keyboard interrupt":
        raise KeyboardInterrupt
    if event == "exit in a thread":
        thread = threading.Thread(target=sys.exit, args=(4,))
        thread.start()
        thread.join()
    return state["events"]


def memory(event, context):
    """Takes what there is, under a limit."""
    if event == "limit":
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (400_000_000, hard))
        return "limited"
    if event == "many small":
        kept = []
        while True:
            kept.append("x" * 10_000 + str(len(kept)))
    if event == "one large":
        return len(bytearray(2_000_000_000))
    return event


def forks(event, context):
    """Both the parent and the child come back from the handler."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return "parent"
    return "child"


def fork_fails(event, context):
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    raise ValueError("in the child")


def _square(number):
    return number * number


def pool(event, context):
    with multiprocessing.get_context(event).Pool(2) as workers:
        return workers.map(_square, [1, 2, 3])


def descriptors(event, context):
    """Closes what it finds."""
    if event == "close":
        os.close(0)
        os.close(1)
        os.close(2)
    elif event == "close streams":
        sys.stdout.close()
        sys.stderr.close()
    elif event == "replace":
        sys.stdout = open(os.devnull, "w")
    elif event == "restore":
        sys.stdout = sys.__stdout__
    else:
        print("printed after", event)
        print("to stderr after", event, file=sys.stderr)
        os.system("echo child after " + event)
    return event


def open_numbers(event, context):
    """Which descriptors a child and the handler itself see."""
    child = subprocess.run(["sh", "-c", "ls /proc/$$/fd"], capture_output=True, text=True, close_fds=False).stdout.split()
    return {"child": child, "free": os.open(os.devnull, os.O_RDONLY)}


browser = None


def browse(event, context):
    """Starts a process once and uses it in later events."""
    global browser
    if browser is None:
        browser = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
    browser.stdin.write("%s\n" % event)
    return [browser.pid, browser.stdout.readline()]


kept = {}
rounds = 0


def _next():
    global rounds
    rounds += 1
    return rounds


def identity(number):
    return os.getpid(), number


def keeps_pool(event, context):
    """A pool of one worker, by the start method that the event names."""
    import multiprocessing

    if not kept:
        kept["pool"] = multiprocessing.get_context(event).Pool(1)
    return kept["pool"].apply(identity, (_next(),))


def keeps_executor(event, context):
    from concurrent.futures import ProcessPoolExecutor

    if not kept:
        kept["executor"] = ProcessPoolExecutor(1)
    return kept["executor"].submit(identity, event).result()


def keeps_manager(event, context):
    import multiprocessing

    if not kept:
        kept["manager"] = multiprocessing.Manager()
        kept["list"] = kept["manager"].list()
    kept["list"].append(event)
    return [kept["manager"]._process.pid, len(kept["list"])]


def lets_go(event, context):
    """Processes that nobody holds: in a session of their own, or whose parent has ended."""
    if event == "session":
        return subprocess.Popen(["sleep", "100"], start_new_session=True).pid
    if event == "daemon":
        return int(subprocess.run(["sh", "-c", "sleep 100 >/dev/null 2>&1 & echo $!"], stdout=subprocess.PIPE, text=True).stdout)
    return 0


def mark(event, context):
    return os.environ.get("ANYHANDLER_MARK")


def environment(event, context):
    """What Python sees of the two variables, and what a child does."""
    names = ["ANYHANDLER_MARK", "_X_AMZN_TRACE_ID"]
    child = subprocess.run(["sh", "-c", 'echo "$ANYHANDLER_MARK|$_X_AMZN_TRACE_ID"'], capture_output=True, text=True).stdout.strip()
    if event == "overwrite":
        os.environ["_X_AMZN_TRACE_ID"] = "overwritten"
    if event == "delete":
        del os.environ["_X_AMZN_TRACE_ID"]
    return {"python": "|".join(os.environ.get(name, "") for name in names) if event not in ("overwrite", "delete") else child, "child": child}


def resident(event, context):
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


def hangs(event, context):
    if event == "python":
        while True:
            pass
    if event == "sleep":
        time.sleep(1000)
    if event == "ignores signals":
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
            signal.signal(number, signal.SIG_IGN)
        subprocess.Popen(["sleep", "1000"])
        time.sleep(1000)
    return event


def sleeps(event, context):
    time.sleep(0.2)
    return event


def ends_well(event, context):
    """Leaves traces of how it ended in a file."""
    path = event

    def leave(*words):
        with open(path, "a") as file:
            file.write(" ".join(words) + "\n")

    signal.signal(signal.SIGTERM, lambda number, frame: leave("SIGTERM"))
    atexit.register(leave, "atexit")
    return "registered"
