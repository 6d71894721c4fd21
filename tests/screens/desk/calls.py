"""Samples: whom the registry has to phone."""

from dataclasses import replace

from bot.flows.desk.calls import views
from services.desk.call_list import CallList, ToPhone
from services.model.visits import PhoneCall
from tests.conftest import MONDAY_7_AM
from tests.screens.values import CANCELLED, IRINA, KIM, NEEDS_TIME, PHONES, SOON, VISIT, Samples

SAMPLES: Samples = {
    views.to_make: [
        (CallList(IRINA, some, MONDAY_7_AM),)
        for some in (
            [],
            [ToPhone(PhoneCall(VISIT, SOON, None), PHONES)] * 20,
            [ToPhone(PhoneCall(NEEDS_TIME, None, None), PHONES)] * 20,
            [ToPhone(PhoneCall(NEEDS_TIME, None, None, told=True), PHONES)] * 20,
            [
                ToPhone(PhoneCall(CANCELLED, None, MONDAY_7_AM), []),
                ToPhone(PhoneCall(VISIT, None, None), []),
                ToPhone(PhoneCall(VISIT, None, None, elsewhere=True), []),
                ToPhone(PhoneCall(VISIT, replace(SOON, doctor=KIM), None), []),
                ToPhone(PhoneCall(VISIT, SOON, None), PHONES),
            ],
        )
    ],
}
