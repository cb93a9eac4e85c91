"""What a log says of requests: a refusal is an answer, and only a failure needs its traceback."""

import logging


def without_traceback_of_refusals(record: logging.LogRecord) -> bool:
    """Django logs a 4xx that an exception led to with its traceback, as if it were broken."""
    if getattr(record, "status_code", 500) < 500:
        record.exc_info = None
    return True
