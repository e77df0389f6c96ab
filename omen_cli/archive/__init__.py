"""The archive layer: what lies on disk for one store: the only layer that writes below data/."""
