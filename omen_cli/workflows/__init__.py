"""The workflows layer: one function a verb; the only place where the stages meet."""
