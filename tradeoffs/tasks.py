"""When work on decisions is done."""

from tradeoffs import import_tasks as import_tasks
