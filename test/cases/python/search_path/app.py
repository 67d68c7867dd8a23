import os
import subprocess
import sys


def handler(event, context):
    import on_the_path

    return {
        "path": [entry for entry in sys.path if entry.startswith(("/opt", "/var", os.environ["LAMBDA_TASK_ROOT"]))],
        "from": on_the_path.WHERE,
        "pth": [os.environ.get("PTH_ROOT"), os.environ.get("PTH_LAYER"), os.environ.get("PTH_SITE")],
        "argv": sys.argv,
        "child": subprocess.run(["sh", "-c", "echo $PYTHONPATH"], capture_output=True, text=True).stdout,
    }
