# The main module. Old interpreters must be able to read this file, so that they can report that
# they are too old.
import sys

if __name__ == "__main__":
    if sys.version_info < (3, 9):
        sys.exit("Python 3.9 or newer is needed, %s is %s" % (sys.executable, sys.version.split()[0]))
    folder = __file__.rpartition("/")[0]
    if sys.path[:1] != [folder]:
        # PYTHONSAFEPATH omits this folder.
        sys.path.insert(0, folder)
    from anyhandler_driver import bootstrap
    from anyhandler_driver.life import main

    def __getattr__(name):
        """Patches of AWS's client look for it here."""
        if name != "awslambdaricmain":
            raise AttributeError(name)
        return bootstrap.main_module()

    main()
