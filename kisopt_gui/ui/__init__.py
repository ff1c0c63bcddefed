"""What you see: a Qt window over the store. It never imports feed or simulator."""
