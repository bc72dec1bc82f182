"""Every scheduled job of the service, each explained in words. Times are Europe/Berlin.

Jobs are hints: each derives what is due from the database, so a missed or doubled run does no harm.
"""

from celery.schedules import crontab

SCHEDULE = {
    # On working days, each hour from 6:30 to 18:30: letters to departments are proposed; then who is told of which
    # deadlines today, one mail for each person. The first run writes it; the later ones make up for a lost run and
    # reach those without a mail so far.
    "plan-reminders": {"task": "workflow.tasks.plan_reminders", "schedule": crontab(hour="6-18", minute="30")},
    # On Monday at seven, on a free Monday on the next working day: the summary of the week for coordinators. The job
    # runs each hour of every day, finds this week's summary written, and so makes up for a lost run.
    "plan-weekly-summary": {
        "task": "workflow.tasks.plan_weekly_summary",
        "schedule": crontab(hour="7-18", minute="0"),
    },
    # Every day at a quarter past three and then each hour at a quarter past: where a cycle counts silence as consent,
    # co-signatures whose deadline was yesterday count as given, and what waited for them goes on. The first run of the
    # day does it; the later ones make up for a lost one.
    "lapse-co-signatures": {
        "task": "workflow.tasks.lapse_co_signatures",
        "schedule": crontab(hour="3-23", minute="15"),
    },
    # Every minute: deliver what waits in the outbox, and pick up what a crashed worker left behind. A run that nobody
    # has begun when the next is due is left out.
    "sweep-outbox": {"task": "notifications.tasks.sweep_outbox", "schedule": 60.0, "options": {"expires": 60}},
    # Every ten minutes: open cycles whose opening was interrupted are completed.
    "finish-openings": {"task": "workflow.tasks.finish_openings", "schedule": 600.0},
    # Every two minutes: actions on many runs whose worker was lost are completed, or taken back.
    "finish-bulk-actions": {"task": "workflow.tasks.finish_bulk_actions", "schedule": 120.0},
    # Every ten minutes: offices hear of what has become public since, and of approvals whose worker was lost.
    "announce": {"task": "workflow.tasks.announce", "schedule": 600.0},
    # Every five minutes: timers of the process engine.
    "fire-timers": {"task": "workflow.tasks.fire_timers", "schedule": 300.0},
    # Every five minutes: reports whose request or worker was lost are built.
    "finish-reports": {"task": "publication.tasks.finish_reports", "schedule": 300.0},
    # At night: the heads of all history chains are sealed into the global chain.
    "seal-history": {"task": "workflow.tasks.seal_history", "schedule": crontab(hour="1", minute="15")},
    # At night: the count of mails in minutes long over is removed.
    "forget-sending-minutes": {
        "task": "notifications.tasks.forget_sending_minutes",
        "schedule": crontab(hour="3", minute="5"),
    },
    # At night: the noted changes of published content are put together into one, so that the version of the public
    # pages, which every visitor's request asks for, stays quick to count. It stays the same.
    "put-changes-together": {
        "task": "publication.tasks.put_changes_together",
        "schedule": crontab(hour="3", minute="10"),
    },
    # At night: what visitors wrote, and was answered long enough ago, is deleted. A run takes at most 500 of each kind;
    # it comes again the next night.
    "forget-voices": {"task": "publication.tasks.forget_voices", "schedule": crontab(hour="3", minute="20")},
    # At night: expired sessions are removed.
    "clear-sessions": {"task": "offices.tasks.clear_sessions", "schedule": crontab(hour="3", minute="0")},
}
