"""The service's Celery application, with a beat that sweeps each second and does nothing else."""

from config.celery import app
from config.schedule import SCHEDULE

app.conf.beat_schedule = {"sweep-outbox": {**SCHEDULE["sweep-outbox"], "schedule": 1.0}}
app.conf.beat_max_loop_interval = 1
