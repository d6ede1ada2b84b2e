"""Pages of badges on their way or sent: History, one badge, putting one right."""
