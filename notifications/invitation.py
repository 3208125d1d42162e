"""Calendar parts of mails that ask for something by a day; the only module that imports icalendar."""

from __future__ import annotations

from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event, vCalAddress

from engine.letters import Invitation

# An all-day event begins at midnight of the reader; 15 hours before is nine in the morning of the day before.
ALARM = timedelta(hours=-15)


def to_ics(invitation: Invitation, *, organizer: str, stamped_at: datetime) -> bytes:
    """Return a published all-day event without a zone. organizer: address; stamped_at: aware, of the message.

    A later mail about the same deadline has the same UID and a higher SEQUENCE, so calendars move the entry.
    Source: RFC 5546, section 3.2.1 (PUBLISH).
    """
    event = Event()
    event.add("uid", invitation.uid)
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", stamped_at)
    event.add("dtstart", invitation.on)
    event.add("dtend", invitation.on + timedelta(days=1))
    event.add("summary", invitation.summary)
    event.add("organizer", vCalAddress(f"mailto:{organizer}"))
    event.add("transp", "TRANSPARENT")
    event.add_component(_alarm(invitation.summary))
    calendar = Calendar()
    calendar.add("prodid", "-//Handslag//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _alarm(summary: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", ALARM)
    return alarm
