"""Charts. Import `panel` when the window has painted: it brings 270 ms of pyqtgraph with it."""
