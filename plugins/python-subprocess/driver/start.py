# Started as the main module. Old interpreters must be able to read this file, so that they can say what is wrong.
import sys

if __name__ == "__main__":
    if sys.version_info < (3, 9):
        sys.exit("Python 3.9 or newer is needed, %s is %s" % (sys.executable, sys.version.split()[0]))
    folder = __file__.rpartition("/")[0]
    if sys.path[:1] != [folder]:
        # PYTHONSAFEPATH leaves it out.
        sys.path.insert(0, folder)
    from anyhandler_driver.client import LambdaRuntimeClient  # noqa: F401
    from anyhandler_driver.driver import handle_event_request, main  # noqa: F401

    main()
