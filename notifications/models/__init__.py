from notifications.models.calendars import CalendarFeed
from notifications.models.mails import Mail, MailKind, MailState, MailTopic
from notifications.models.notices import Notice, NoticeKind
from notifications.models.preferences import COORDINATORS_NEWS, REQUIRED_NEWS, Delivery, MailPreference, NewsKind
from notifications.models.relay import PausedAddress, SendingMinute

__all__ = [
    "COORDINATORS_NEWS",
    "REQUIRED_NEWS",
    "CalendarFeed",
    "Delivery",
    "Mail",
    "MailKind",
    "MailPreference",
    "MailState",
    "MailTopic",
    "NewsKind",
    "Notice",
    "NoticeKind",
    "PausedAddress",
    "SendingMinute",
]
