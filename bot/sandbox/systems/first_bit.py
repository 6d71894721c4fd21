"""A small 1С: what of https://github.com/czdetstvo/1bit-api-spec (HTTP services) booking needs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from aiohttp import web

from bot.sandbox.systems.troubles import Troubles

HELD = timedelta(minutes=15)
"""For how long a reservation waits for its visit ("не дольше 15 минут")."""
_ON_THE_WALL = "%Y-%m-%dT%H:%M:%S"
_LIVE = frozenset({"1", "2"})
_NOT_WRITTEN = (
    "Не удалось записать документ. {moment:%d.%m.%Y %H:%M:%S} - {{ОбщийМодуль.ВебИнтеграция"
    '.Модуль(358)}}: Ошибка при вызове метода контекста (Записать): Не удалось записать: "Заявка"!'
)
_STATUSES = {
    "0": "Заявка не найдена",
    "1": "Заявка создана",
    "2": "Заявка подтверждена",
    "3": "Заявка отменена",
    "4": "Заявка выполнена",
    "5": "Заявка просрочена",
}


@dataclass(frozen=True, slots=True)
class Employee:
    """Somebody who receives every day between the same hours, with breaks."""

    id: str
    name: str
    hours: tuple[time, time] = (time(9), time(15))
    breaks: Sequence[tuple[time, time]] = ()
    usual: timedelta = timedelta()
    """How long a visit is; zero: the card does not say."""


@dataclass(slots=True)
class Document:
    """A «Заявка»: a reservation until somebody's name is in it."""

    employee: str
    starts_at: datetime
    """On the clinic's wall, in no zone."""
    ends_at: datetime
    made_at: datetime
    status: str = "1"
    person: Mapping[str, str] = field(default_factory=dict)

    def stands(self, now: datetime) -> bool:
        """Whether it keeps its time from others."""
        return self.status in _LIVE and (bool(self.person) or now < self.made_at + HELD)


class FirstBitServer:
    """One published base; `now` is its clock, on the clinic's wall and in no zone."""

    def __init__(
        self, now: Callable[[], datetime], clinic: str, employees: Sequence[Employee]
    ) -> None:
        self._now = now
        self.clinic = clinic
        self.employees = {each.id: each for each in employees}
        self.documents: dict[str, Document] = {}
        self.keys = {"1111aaaa2222bbbb3333cccc4444dddd"}
        self.troubles = Troubles()
        self.seen: list[tuple[str, Mapping[str, Any]]] = []
        """What it was sent, with the service's name."""

    def app(self) -> web.Application:
        app = web.Application()
        services = {
            "Schedule": self._schedule,
            "Reservation": self._reservation,
            "AppointmentCreate": self._appointment,
            "AppointmentCancel": self._cancel,
            "AppointmentStatus": self._status,
        }
        for name, service in services.items():
            app.router.add_post(f"/{name}", self._around(name, service))
        return app

    def _around(self, name: str, service: Callable[[Mapping[str, Any]], Any]) -> Any:
        async def act(request: web.Request) -> web.StreamResponse:
            asked = json.loads(await request.text())
            self.seen.append((name, asked))
            if asked.get("Key") not in self.keys:
                return _said("false", "Не найдена настройка обмена: неверный ключ API")
            try:
                answer: web.StreamResponse = service(asked)
            except _NotWritten:
                words = _NOT_WRITTEN.format(moment=self._now())
                return web.Response(status=500, text=words)
            return answer

        async def answer(request: web.Request) -> web.StreamResponse:
            return await self.troubles.around(request, lambda: act(request))

        return answer

    # The services

    def _schedule(self, asked: Mapping[str, Any]) -> web.Response:
        wanted = [part.strip() for part in asked["Employees"].split(";")]
        first, last = _date(asked["StartDate"]), _date(asked["FinishDate"])
        days = [first + timedelta(each) for each in range((last - first).days + 1)]
        found = [self._shown(self.employees[one], days) for one in wanted if one in self.employees]
        return _wrapped({"ГрафикДляСайта": found})

    def _shown(self, employee: Employee, days: Sequence[date]) -> Mapping[str, Any]:
        taken = [each for day in days for each in self._taken(employee, day)]
        free = [each for day in days for each in self._free(employee, day)]
        stretches = {
            "СвободноеВремя": self._periods(free),
            "ЗанятоеВремя": self._periods(taken),
        }
        return {
            "Клиника": self.clinic,
            "СотрудникФИО": employee.name,
            "СотрудникID": employee.id,
            "Специализация": "Педиатрия",
            "ПериодыГрафика": stretches,
            "ДлительностьПриема": f"0001-01-01T{_clock(employee.usual)}",
        }

    def _periods(self, spans: Sequence[tuple[datetime, datetime]]) -> Mapping[str, Any] | str:
        periods = [
            {
                "Клиника": self.clinic,
                "Дата": f"{begins:%Y-%m-%d}T00:00:00",
                "ВремяНачала": begins.strftime(_ON_THE_WALL),
                "ВремяОкончания": ends.strftime(_ON_THE_WALL),
                "ВидВремени": "",
            }
            for begins, ends in spans
        ]
        return {"ПериодГрафика": periods} if periods else ""

    def _taken(self, employee: Employee, day: date) -> list[tuple[datetime, datetime]]:
        breaks = [tuple(datetime.combine(day, each) for each in one) for one in employee.breaks]
        visits = [
            (each.starts_at, each.ends_at)
            for each in self.documents.values()
            if each.employee == employee.id
            and each.starts_at.date() == day
            and each.stands(self._now())
        ]
        return sorted([*visits, *((one[0], one[1]) for one in breaks)])

    def _free(self, employee: Employee, day: date) -> list[tuple[datetime, datetime]]:
        begins, ends = (datetime.combine(day, each) for each in employee.hours)
        free = []
        for since, until in self._taken(employee, day):
            if begins < since:
                free.append((begins, since))
            begins = max(begins, until)
        return [*free, (begins, ends)] if begins < ends else free

    def _reservation(self, asked: Mapping[str, Any]) -> web.Response:
        return _said("true", "", УИД=self._written(asked, {}))

    def _appointment(self, asked: Mapping[str, Any]) -> web.Response:
        person = {
            name: asked[name]
            for name in ("PatientSurname", "PatientName", "PatientFatherName", "Birthday", "Phone")
            if name in asked
        }
        return _said("true", "", УИД=self._written(asked, person or {"Client": "new"}))

    def _written(self, asked: Mapping[str, Any], person: Mapping[str, str]) -> str:
        guid = asked.get("GUID") or str(uuid4())
        employee = self.employees[asked["EmployeeID"]]
        starts_at = datetime.combine(_date(asked["Date"]), _time(asked["TimeBegin"]))
        length = _length(asked["Duration"]) if "Duration" in asked else employee.usual
        span = starts_at, starts_at + length
        for each, other in self.documents.items():
            overlaps = other.starts_at < span[1] and span[0] < other.ends_at
            is_theirs = each != guid and other.employee == employee.id
            if is_theirs and overlaps and other.stands(self._now()):
                raise _NotWritten
        self.documents[guid] = Document(employee.id, *span, self._now(), person=person)
        return guid

    def _cancel(self, asked: Mapping[str, Any]) -> web.Response:
        found = self.documents.get(asked["GUID"])
        if found is None:
            return _said("false", "Заявка не найдена")
        if found.status == "4":
            return _said("false", "Заявка уже выполнена")
        found.status = "3"
        return _said("true", "")

    def _status(self, asked: Mapping[str, Any]) -> web.Response:
        found = self.documents.get(asked["GUID"])
        gone = found is None or not (found.stands(self._now()) or found.status not in _LIVE)
        status = "0" if found is None or gone else found.status
        return _said("true", "", Статус=status, ОписаниеСтатуса=_STATUSES[status])


class _NotWritten(Exception):
    """The document overlaps another one."""


def _wrapped(answer: Mapping[str, Any]) -> web.Response:
    text = json.dumps({"Ответ": answer}, ensure_ascii=False)
    return web.Response(body=b"\xef\xbb\xbf" + text.encode(), content_type="application/json")


def _said(result: str, trouble: str, **more: str) -> web.Response:
    return _wrapped({"Результат": result, "ОписаниеОшибки": trouble, **more})


def _date(written: str) -> date:
    day, month, year = (int(part) for part in written.split()[0].split("."))
    return date(year, month, day)


def _length(written: str) -> timedelta:
    hours, minutes, seconds = (int(part) for part in written.split(":"))
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _time(written: str) -> time:
    return (datetime.combine(date(2000, 1, 1), time()) + _length(written)).time()


def _clock(length: timedelta) -> str:
    minutes = int(length.total_seconds()) // 60
    return f"{minutes // 60:02}:{minutes % 60:02}:00"
