"""What keeps an installation running by itself: when what is due, and the dead-man switch."""
