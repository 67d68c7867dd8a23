import sys

from anyhandler_driver import bootstrap

# The same module: a replacement in it takes effect in the driver.
sys.modules[__name__] = bootstrap
