"""The desk is enlarged where a 4K screen is left as it is, and nowhere else."""

import os
import subprocess
import sys

import pytest
from PySide6.QtCore import QSize

from console.ui.scaling import fit_to_screen, fitting_factor


@pytest.mark.parametrize(
    ("width", "height", "ratio", "logical", "physical", "factor"),
    [
        (3840, 2160, 1.0, 96.0, 96.07, 2),  # a display that does not know its size
        (3840, 2160, 1.0, 96.0, 163.0, 2),  # 27 inches
        (3840, 2160, 1.0, 96.0, 102.0, 1),  # 43 inches on a wall
        (3840, 2160, 1.0, 192.0, 163.0, 1),  # the system enlarges letters
        (1920, 1080, 2.0, 96.0, 163.0, 1),  # the system enlarges everything
        (3200, 1800, 1.0, 96.0, 275.0, 1.5),
        (2560, 1440, 1.0, 96.0, 109.0, 1),
        (1280, 800, 1.0, 96.0, 96.0, 1),
    ],
)
def test_factor(width: int, height: int, ratio: float, logical: float, physical: float, factor: float) -> None:
    assert fitting_factor(QSize(width, height), ratio, logical, physical) == factor


def test_what_a_person_has_set_stays() -> None:
    environment = {"QT_SCALE_FACTOR": "1.25"}
    fit_to_screen(environment)
    assert environment == {"QT_SCALE_FACTOR": "1.25"}


def test_the_application_can_be_made_after_the_screen_was_asked() -> None:
    program = (
        "import os\n"
        "from console.ui.scaling import fit_to_screen\n"
        "fit_to_screen(os.environ)\n"
        "from PySide6.QtWidgets import QApplication, QLabel\n"
        "application = QApplication([])\n"
        "label = QLabel('x'); label.show(); application.processEvents()\n"
        "print(os.environ.get('QT_SCALE_FACTOR'), label.devicePixelRatio())\n"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, env=environment)
    assert done.stdout.split() == ["None", "1.0"], done.stderr
