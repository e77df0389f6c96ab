"""The config layer: stores.yaml and the environment become settings."""
