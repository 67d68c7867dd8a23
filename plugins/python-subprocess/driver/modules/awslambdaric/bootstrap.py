import sys

from anyhandler_driver import bootstrap

# It is the same module, so a patch of it changes the driver.
sys.modules[__name__] = bootstrap
