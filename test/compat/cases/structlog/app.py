import logging

import structlog

structlog.configure(
    processors=[structlog.stdlib.add_log_level, structlog.processors.format_exc_info, structlog.processors.JSONRenderer(sort_keys=True)],
    logger_factory=structlog.stdlib.LoggerFactory(),
)
plain = structlog.wrap_logger(structlog.PrintLogger(), processors=[structlog.processors.KeyValueRenderer(sort_keys=True)])
log = structlog.get_logger("orders")


def handler(event, context):
    logging.getLogger().setLevel(logging.INFO)
    log.info("through logging", order=17)
    plain.msg("printed", order=18)
    try:
        1 / 0
    except ZeroDivisionError:
        log.exception("failed")
    return event
