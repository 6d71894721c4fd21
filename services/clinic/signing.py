"""A doctor signs what is said of an ill child: with the version and the day (R71)."""

from dataclasses import replace
from datetime import date

from services.model.clinic import ClinicProfile


def signed(before: ClinicProfile | None, after: ClinicProfile, today: date) -> ClinicProfile:
    """What a clinic is to say, with the version and the day of its doctor's signature.

    Another text or another doctor is another version. Who signs the same again, answers for it from
    today on: `after` says so by that day.
    """
    version = before.ill_words_version if before else 0
    if not after.ill_words_signed_by:
        return replace(after, ill_words_version=version, ill_words_signed_on=None)
    if before is None or _what_is_signed(before) != _what_is_signed(after):
        return replace(after, ill_words_version=version + 1, ill_words_signed_on=today)
    day = after.ill_words_signed_on or before.ill_words_signed_on
    known = max(version, 1) if day else version
    return replace(after, ill_words_version=known, ill_words_signed_on=day)


def _what_is_signed(profile: ClinicProfile) -> tuple[str, ...]:
    return *profile.ill_texts, profile.ill_words_signed_by
