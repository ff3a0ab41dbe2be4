"""A client of Renown: see the README."""

from ._async_client import AsyncRenown
from ._client import Renown
from ._encoding import Occasion
from ._errors import DeadlineError, NoAnswerError, ProblemError, RenownError, WebhookError
from ._lists import ClaimFilter, LeaderboardFilter, MemberFilter, MessageFilter, PageOf
from ._lookups import Outcome, ServiceLevelResult, TierResult
from ._webhooks import Message, verify_webhook
from .generated import models

__all__ = [
    "AsyncRenown",
    "ClaimFilter",
    "DeadlineError",
    "LeaderboardFilter",
    "MemberFilter",
    "Message",
    "MessageFilter",
    "NoAnswerError",
    "Occasion",
    "Outcome",
    "PageOf",
    "ProblemError",
    "Renown",
    "RenownError",
    "ServiceLevelResult",
    "TierResult",
    "WebhookError",
    "models",
    "verify_webhook",
]
