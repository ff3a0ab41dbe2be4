"""A user of the package, who has nothing but it."""

from renown_client import Renown, models

with Renown("http://127.0.0.1:9", "k") as renown:
    result = renown.tier("palms-klub", "twitter:kevin", fallback="guest")
    answer: models.TierBody | None = result.answer
    assert (result.tier, result.source, answer) == ("guest", "floor", None), result
    try:
        renown.tier("palms-klub", "twitter:kevin")  # type: ignore[call-arg] # Without a fallback there is no promise.
    except TypeError:
        pass
    else:
        raise AssertionError("a fallback is needed")
