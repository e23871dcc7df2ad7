"""An operator that gives a session up when no node takes its pod."""

import sys

from vdi_operator import phases
from vdi_operator.__main__ import main

judge_patiently = phases.judge


def judge(session, status, observed, settings, now):
    judged = judge_patiently(session, status, observed, settings, now)
    if judged.message and judged.message.startswith("Waiting for a node"):
        return phases.failed(status, judged.message)
    return judged


phases.judge = judge
sys.exit(main())
