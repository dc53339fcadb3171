"""The command that opens the desk on this user's store."""

from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import QTimer

from console.app import Call
from console.app.dialogs import Dialogs
from console.app.screen import Screen, application
from console.domain.clock import WallClock
from console.store.database import Store
from console.ui.single import Single


def desk(call: Call) -> int:
    """The desk on this user's store, until it is quit."""
    app = application()
    single = Single(call.home.store)
    if not single.claim():
        return 0
    with ThreadPoolExecutor(1) as pool:
        store = pool.submit(Store.open, call.home.store).result()
    try:
        screen = Screen(call, app, store, WallClock())
        dialogs = Dialogs(screen)
        single.asked.connect(screen.come_forward)
        QTimer.singleShot(0, dialogs.begin)
        return screen.run()
    finally:
        store.close()
