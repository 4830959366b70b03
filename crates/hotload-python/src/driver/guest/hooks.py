# What the driver changes for as long as an interpreter lives, and what a guest leaves alone.
# Uses: finder

# LATER

look_at_loaded = watch_loaded


def watch_loaded():
    """The host's threads, event loops and workers are its own."""
