"""How old a child is, and until when they are one."""

from datetime import date

from services.rules.ages import is_grown_up


def test_a_child_is_one_until_the_18th_birthday() -> None:
    """Up to its eve; who was born on 29 February comes of age on 1 March, in a common year."""
    born_on, eve, birthday = date(2008, 11, 24), date(2026, 11, 23), date(2026, 11, 24)
    assert not is_grown_up(born_on, eve)
    assert is_grown_up(born_on, birthday)
    assert not is_grown_up(date(2008, 2, 29), date(2026, 2, 28))
    assert is_grown_up(date(2008, 2, 29), date(2026, 3, 1))
