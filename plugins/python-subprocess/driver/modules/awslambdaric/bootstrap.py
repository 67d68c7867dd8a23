import sys

from anyhandler_driver import bootstrap

# The very module: what is replaced in it is replaced for the driver.
sys.modules[__name__] = bootstrap
