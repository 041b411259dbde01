"""The courses that a dossier can take, and the moments at which things happen. Pure and seeded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

OPENS, CLOSES = 7, 16


@dataclass(frozen=True, slots=True)
class Event:
    """One processing step; `update` says that the changed dossier is filed as well."""

    state: int
    content: str
    update: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """A way through the office and how often it is taken, in a hundred."""

    name: str
    share: int
    events: tuple[Event, ...]


TAKEN = Event(2, "Tiếp nhận hồ sơ")
EXAMINED = Event(4, "Thẩm định hồ sơ")
SUBMITTED = Event(4, "Trình lãnh đạo ký duyệt")
ASKED = Event(5, "Yêu cầu bổ sung hồ sơ", update=True)
COMPLETED = Event(4, "Đã nhận bổ sung, tiếp tục xử lý", update=True)
CHARGED = Event(6, "Thông báo nghĩa vụ tài chính", update=True)
FINISHED = Event(9, "Đã ký duyệt, có kết quả", update=True)
RETURNED = Event(10, "Đã trả kết quả", update=True)

# 100 dossiers take about 500 steps
COURSES = (
    Course("returned", 46, (TAKEN, EXAMINED, SUBMITTED, FINISHED, RETURNED)),
    Course("supplemented", 18, (TAKEN, EXAMINED, ASKED, COMPLETED, SUBMITTED, FINISHED, RETURNED)),
    Course("charged", 14, (TAKEN, EXAMINED, CHARGED, SUBMITTED, FINISHED, RETURNED)),
    Course("finished", 8, (TAKEN, EXAMINED, SUBMITTED, FINISHED)),
    Course("refused", 6, (Event(3, "Không tiếp nhận: hồ sơ không đúng quy định"),)),
    Course("withdrawn", 5, (TAKEN, EXAMINED, Event(7, "Công dân rút hồ sơ", update=True))),
    Course("stopped", 3, (TAKEN, EXAMINED, Event(8, "Dừng xử lý hồ sơ", update=True))),
)


def course(random: Random) -> Course:
    """One of the courses, as often as its share says."""
    return random.choices(COURSES, [course.share for course in COURSES])[0]


def office_hours(moment: datetime) -> datetime:
    """The moment itself when the office is open, otherwise the same minute of the next hour it is."""
    if moment.hour < OPENS:
        moment = moment.replace(hour=OPENS)
    elif moment.hour >= CLOSES:
        moment = (moment + timedelta(days=1)).replace(hour=OPENS)
    while moment.weekday() >= 5:
        moment += timedelta(days=1)
    return moment


def later(moment: datetime, random: Random) -> datetime:
    """Some minutes to some working hours after `moment`, always after it."""
    return office_hours(moment + timedelta(minutes=random.randint(5, 480), seconds=random.randint(0, 59)))


def due(moment: datetime, days: int) -> datetime:
    """The end of office hours `days` working days after `moment`."""
    while days > 0:
        moment += timedelta(days=1)
        days -= moment.weekday() < 5
    return office_hours(moment.replace(hour=12)).replace(hour=17, minute=0, second=0)


def written(moment: datetime | None) -> str | None:
    """As the portal writes a date-time."""
    return None if moment is None else moment.strftime("%d/%m/%Y %H:%M:%S")


__all__ = ["COURSES", "Course", "Event", "course", "due", "later", "office_hours", "written"]
