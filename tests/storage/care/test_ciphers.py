"""What is encrypted is opened by its key, in its place, and by nobody else."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest

from storage.care.ciphers import Ciphers, Sealed

OLD, NEW = bytes(32), bytes(range(32))
PLACE = "phones/person/42"
NUMBER = "+79161234567"


def test_what_is_sealed_is_opened() -> None:
    """R35: there and back; twice the same is never the same token, and neither shows the value."""
    ciphers = Ciphers([NEW])
    one, other = ciphers.seal(NUMBER, PLACE), ciphers.seal(NUMBER, PLACE)

    assert ciphers.open(one, PLACE) == ciphers.open(other, PLACE) == NUMBER
    assert one != other
    assert "9161234567" not in one
    assert len(one) <= 200


@pytest.mark.parametrize("place", ["phones/person/43", "phones/child/42", "phones/person/4", ""])
def test_a_token_opens_in_its_own_row_alone(place: str) -> None:
    """R35: moved to another person's row, a number is not theirs."""
    ciphers = Ciphers([NEW])
    token = ciphers.seal(NUMBER, PLACE)

    with pytest.raises(Sealed):
        ciphers.open(token, place)


def test_the_first_key_seals_and_all_open() -> None:
    """A new key goes in front: from then on it seals, and what is older is opened still."""
    before = Ciphers([OLD]).seal(NUMBER, PLACE)
    both = Ciphers([NEW, OLD])
    after = both.seal(NUMBER, PLACE)

    assert both.open(before, PLACE) == both.open(after, PLACE) == NUMBER
    assert after.startswith(f"{both.current}.")
    assert Ciphers([NEW]).open(after, PLACE) == NUMBER
    with pytest.raises(Sealed):
        Ciphers([NEW]).open(before, PLACE)


def test_a_wrong_key_under_the_right_name_opens_nothing() -> None:
    """A forged id of a key is not believed."""
    token = Ciphers([OLD]).seal(NUMBER, PLACE)
    new = Ciphers([NEW])

    with pytest.raises(Sealed):
        new.open(new.current + token[8:], PLACE)


def test_every_changed_byte_is_noticed() -> None:
    """R35: nothing of a token can be changed, cut off or left out."""
    ciphers = Ciphers([NEW])
    key_id, _dot, sealed = ciphers.seal(NUMBER, PLACE).partition(".")
    whole = urlsafe_b64decode(sealed)
    changed = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(len(whole))]
    tokens = [f"{key_id}.{urlsafe_b64encode(each).decode()}" for each in changed]

    for token in [*tokens, f"{key_id}.{sealed[:-4]}", f"{key_id}.", f"{key_id}.AAA", "", sealed]:
        with pytest.raises(Sealed):
            ciphers.open(token, PLACE)


def test_an_index_is_equal_for_equal_values_of_a_kind_and_a_key() -> None:
    """A number is found by it, under each key; it tells neither the number nor of other kinds."""
    both = Ciphers([NEW, OLD])

    assert both.index("phone", NUMBER) == Ciphers([NEW]).index("phone", NUMBER)
    assert both.indexes("phone", NUMBER) == [
        Ciphers([NEW]).index("phone", NUMBER),
        Ciphers([OLD]).index("phone", NUMBER),
    ]
    assert both.index("phone", NUMBER) != both.index("phone", NUMBER[:-1] + "8")
    assert both.index("phone", NUMBER) != both.index("policy", NUMBER)


def test_trouble_says_where_and_not_what() -> None:
    """R34: neither key nor value nor token is in an error or what it came from."""
    token = Ciphers([OLD]).seal(NUMBER, PLACE)
    ciphers = Ciphers([NEW])
    with pytest.raises(Sealed) as trouble:
        ciphers.open(token, PLACE)

    assert PLACE in str(trouble.value)
    assert token not in str(trouble.value)
    assert trouble.value.__suppress_context__
    assert NEW.hex() not in repr(ciphers) + repr(vars(ciphers))


@pytest.mark.parametrize("key", [b"", b"x" * 16, b"x" * 33])
def test_a_key_has_32_bytes(key: bytes) -> None:
    """Nothing is quietly made of another length."""
    with pytest.raises(ValueError, match="32 bytes"):
        Ciphers([key])
