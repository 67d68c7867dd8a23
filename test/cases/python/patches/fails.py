import app  # noqa: F401
import missing_on_purpose  # noqa: F401
