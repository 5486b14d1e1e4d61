"""`from rnnkit.runtime import keras, tf`: TensorFlow and Keras without their start-up noise.

Importing this module takes 3 to 4 seconds. Modules that `rnnkit --help` and `rnnkit check`
reach must not import it; `tests/test_architecture.py` holds that.
"""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator


@contextlib.contextmanager
def native_stderr_held_back() -> Iterator[None]:
    """Collect what C++ writes to file descriptor 2 and show it only if the body raises.

    No environment variable silences TensorFlow's first lines: they are written before its
    logging is set up.
    """
    sys.stderr.flush()
    saved = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except Exception:
            os.dup2(saved, 2)
            held.seek(0)
            os.write(2, held.read())
            raise
        finally:
            os.dup2(saved, 2)
            os.close(saved)


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["KERAS_BACKEND"] = "tensorflow"
with native_stderr_held_back():
    import tensorflow as tf

    tf.config.list_physical_devices()  # the first look at the devices is what prints
    import keras
if os.environ["TF_CPP_MIN_LOG_LEVEL"] == "3":
    tf.get_logger().setLevel("ERROR")  # several models in one process: it warns of retracing

__all__ = ["keras", "native_stderr_held_back", "tf"]
