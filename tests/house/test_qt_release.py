"""The Qt binding that we allow is one that lives."""

import subprocess
import sys


def test_calls_that_return_nothing_do_not_wear_out_the_interpreter() -> None:
    """PySide6 6.12.0 on Python 3.11 drops a reference to None at every such call, and soon aborts."""
    program = (
        "from PySide6.QtWidgets import QApplication, QLabel\n"
        "application = QApplication([])\n"
        "label = QLabel()\n"
        "for number in range(20_000):\n"
        "    label.setText(str(number))\n"
        "print(label.text())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "19999"), done.stderr
