"""The order of AWS's own bootstrap.py, which its base images have beside their client: the client is imported before the task root goes to the front."""
import os
import site
import sys


def set_up_path():
    has_pythonpath = "PYTHONPATH" in os.environ
    packages = "lib/python%d.%d/site-packages" % sys.version_info[:2]
    if not has_pythonpath:
        sys.path[:0] = ["/opt/python/" + packages, "/opt/python", "/var/lang/" + packages]
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    site.addsitedir(os.environ["LAMBDA_TASK_ROOT"])
    if not has_pythonpath:
        site.addsitedir("/opt/python/" + packages)
        site.addsitedir("/opt/python")
        if "LAMBDA_RUNTIME_DIR" in os.environ:
            os.environ["PYTHONPATH"] = os.environ["LAMBDA_RUNTIME_DIR"]


if __name__ == "__main__":
    # AWS's file lies in the folder of its client.
    sys.path[0] = os.environ.pop("TEST_CLIENT_FOLDER")

    import awslambdaric.__main__ as awslambdaricmain

    set_up_path()
    sys.argv = [os.environ["LAMBDA_TASK_ROOT"], os.environ["_HANDLER"]]
    awslambdaricmain.main(sys.argv)
