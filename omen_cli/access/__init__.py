"""The access layer: who is acting, what a token says of them, and what each command needs; no files, no clock."""
