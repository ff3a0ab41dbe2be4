# Generated from the contract of the service by datamodel-code-generator: run clients/generate. Do not edit.

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict


class ActivityDocument(TypedDict):
    """
    A document of ActivityStreams 2.0: an activity, an object, or a collection of these.
    """

    type: NotRequired[Any]
    """
    The type or types; docs/formats.md says what becomes of each.
    """


Arm: TypeAlias = Literal['offered', 'held_back']
"""
The arm of an experiment that a member is in.
"""


class ArmBeforeBody(TypedDict):
    """
    What the members of one arm did before the exposure.
    """

    amount_per_member: str | None
    """
    The amount paid and not refunded per member, a decimal as a string; null
    if no member counts.
    """
    reactions_per_member: float | None
    """
    Reactions received per member; null if no member counts.
    """


AttentionKindBody: TypeAlias = Literal['perk_running_out', 'source_silent', 'webhook_failing', 'webhook_disabled', 'job_failing', 'model_ready']
"""
The kind of thing that needs attention.
"""


AttributeName: TypeAlias = str


Attribute: TypeAlias = str


Attributes: TypeAlias = dict[str, bool | float | str | list[Attribute]]


AttributesPatchItem: TypeAlias = str


AttributesPatch: TypeAlias = dict[str, bool | float | str | list[AttributesPatchItem] | None]


class AudienceCountBody(TypedDict):
    """
    The number of members of an audience.
    """

    members: int
    """
    The members that are in the audience now. Those who opted out are in no count.
    """


AudienceName: TypeAlias = str


class Basis(TypedDict):
    """
    The basis of an answer: enough to explain it and to contest it later.
    """

    as_of: str
    """
    The time to which the scores were decayed, in whole seconds.
    """
    model: str
    """
    The version of the scoring model.
    """
    program_version: int
    """
    The version of the program that gave the answer.
    """
    snapshot: int
    """
    The number of the rank snapshot, which holds what depends on all members,
    such as percentiles.
    """
    tier_history: str | None
    """
    The tier history entry that put the tier in effect; null if there is no
    entry yet (the floor, or a tier reached a moment ago).
    """


class ChangeCountBody(TypedDict):
    """
    Messages of one type, as webhooks get them, about one program.
    """

    at: str
    """
    When the latest happened.
    """
    count: int
    """
    How many there are.
    """
    kind: str
    """
    The type of the messages, such as `tier.changed`.
    """
    program: str | None
    """
    The program's short name; null if they are not about one.
    """
    text: str
    """
    The same in words.
    """


class ChangeDelay1(TypedDict):
    """
    The reactions that give the change are there. They count in full from this time
    on, less what fades until then.
    """

    not_before: str
    """
    The time from which no points are held back.
    """
    reason: Literal['waiting']


class ChangeDelay2(TypedDict):
    """
    Reactions by people who are new to the member do not count in full at once.
    """

    reason: Literal['new_people']
    wait_days: float
    """
    The days after which they do, at most: fewer in a log that is young.
    """


ChangeDelay: TypeAlias = ChangeDelay1 | ChangeDelay2
"""
Why a number does not rise at once when people react.
"""


class ClaimsTogether(TypedDict):
    """
    The claims on a perk that would count together.
    """

    absorbed: int
    """
    Units of the member that would be absorbed.
    """
    exceeds_limit: bool
    """
    Whether the joined member would have more than `limit`.
    """
    limit: int | None
    """
    The most units for one member; null if the program no longer has the perk.
    """
    perk: str
    """
    The perk.
    """
    survivor: int
    """
    Units of the member that would go on: held, confirmed or redeemed.
    """
    together: int
    """
    Units of the joined member.
    """


class CloudEvent(TypedDict):
    """
    A CloudEvent 1.0. Further attributes are allowed and not read.
    """

    data: NotRequired[dict[str, Any]]
    """
    The members of a native event that are no attributes; or a document of ActivityStreams.
    """
    data_base64: NotRequired[str | None]
    """
    The same, as Base64.
    """
    datacontenttype: NotRequired[str | None]
    """
    The media type of the data: JSON, or a document of ActivityStreams.
    """
    id: str
    """
    The id of the event. Together with `source` it identifies repetitions.
    """
    source: str
    """
    The system that sends the event.
    """
    specversion: str
    """
    The version of the specification: `1.0`.
    """
    subject: NotRequired[str | None]
    """
    The id of the content, if `data` has no `object`.
    """
    time: NotRequired[str | None]
    """
    When it happened; when it arrives if absent.
    """
    type: str
    """
    A type of events, alone or as the last label of a name such as `com.example.like`. An
    event of another type is ignored.
    """


class CompareBody(TypedDict):
    """
    A program to compare with the version in force.
    """

    source: NotRequired[str | None]
    """
    A program in YAML or JSON, as a text; the stored draft if absent.
    """


Conclusion: TypeAlias = Literal['higher', 'lower', 'inconclusive', 'too_few']
"""
The conclusion about one measure.
"""


class ControlGroup(TypedDict):
    """
    The control group that a member is in, as shown in an explanation.
    """

    hold_back: str
    """
    The share of members in the control group, such as `10%`.
    """
    salt: str
    """
    The salt of the experiment. Together with the member's id it decides the group.
    """
    sentence: str
    """
    The same as a sentence in English.
    """


class CorrectionBody(TypedDict):
    """
    A correction of confidence: σ(intercept + slope · logit p), before the limits by people,
    contents and other members.
    """

    intercept: float
    """
    The intercept; 0 changes nothing.
    """
    slope: float
    """
    The slope, at least 0; 1 changes nothing.
    """


class CostBody(TypedDict):
    """
    The cost of units in one currency.
    """

    committed: str
    """
    The value of the units held in that time and not given back since, a
    decimal as a string.
    """
    currency: str
    """
    The currency, ISO 4217.
    """
    redeemed_value: str
    """
    The value of the units redeemed in that time, a decimal as a string.
    """


class CostForecast(TypedDict):
    """
    The expected and the highest possible cost of perks.
    """

    at_most: str | None
    """
    Cost if every unit is claimed that is left and may be claimed, a decimal
    as a string; null if the number is too large for a decimal.
    """
    currency: str
    """
    The currency, as an ISO 4217 code.
    """
    expected: str | None
    """
    Cost of the units that are expected to be claimed, a decimal as a
    string; null if the number is too large for a decimal.
    """


Cursor: TypeAlias = str
"""
A cursor as a caller sends it.
"""


Day: TypeAlias = str
"""
A day, with a year from 0001 to 9999.
"""


class DecisionLineBody(TypedDict):
    """
    A recorded decision without its content.
    """

    decided_at: str
    """
    When the decision was made.
    """
    id: str
    """
    The decision's id.
    """
    program: str
    """
    The program's short name.
    """
    program_version: int
    """
    The version of the program that gave the outcome.
    """


DeliveryStateBody: TypeAlias = Literal['pending', 'delivered', 'failed']
"""
The state of a delivery.
"""


DeskName: TypeAlias = Literal['front', 'support']
"""
Which desk a token is for.
"""


class Difference(TypedDict):
    """
    One difference between two versions of a program.
    """

    path: str
    """
    The path of the part that differs, such as `tiers.insider.when`.
    """
    sentence: str
    """
    The difference in words, as a sentence.
    """


Direction: TypeAlias = Literal['up', 'down', 'same']
"""
The direction of a move.
"""


DisabledReason: TypeAlias = Literal['asked', 'gone']


class DrawnEntry(TypedDict):
    """
    An entry as it is published.
    """

    id: str
    """
    The public id of the entry.
    """
    nonce: str | None
    """
    The nonce that the entrant added; null if none.
    """
    outcome: str
    """
    The outcome. `waiting`: the units have not reached this entry. `held`,
    `confirmed` or `redeemed`: the entrant has a unit. `released`, `expired`
    or `cancelled`: the entrant had a unit, which went to the next entry.
    `left`: the entrant withdrew. Any other value is the refusal for which
    the entry was passed over, such as `condition` or `not_enrolled`.
    """
    place: int
    """
    Place in the order of the draw, from 1.
    """


class Effort3(TypedDict):
    """
    The member waits.
    """

    days: int
    """
    How many days.
    """
    kind: Literal['wait']
    text: str
    """
    The same in words, to the member.
    """


class EntryBody(TypedDict):
    """
    An entry of a draw.
    """

    claim: str | None
    """
    The claim that the entry led to; null if there is none.
    """
    entered_at: str
    """
    When the member entered.
    """
    id: str
    """
    The entry's id, which is public: the draw's public record lists the entry
    under it.
    """
    member: str
    """
    The member's id.
    """
    nonce: str | None
    """
    The text that the entrant added; null if none.
    """
    outcome: str | None
    """
    The outcome: null before the draw, then `waiting`, `claimed`, `left`, or
    the refusal for which the member was passed over.
    """
    perk: str
    """
    The perk's short name.
    """
    program: str
    """
    The program's short name.
    """
    withdrawn_at: str | None
    """
    When the entry was withdrawn; null if it was not.
    """


class Estimate(TypedDict):
    """
    An estimate with its 95 % interval.
    """

    estimate: float
    """
    The estimated value.
    """
    lower: float
    """
    The lower bound of the 95 % interval.
    """
    upper: float
    """
    The upper bound of the 95 % interval.
    """


class EventLineBody(TypedDict):
    """
    An event, without who acted and without amounts.
    """

    count: int
    """
    How many events it stands for.
    """
    id: str
    """
    Its id at the source.
    """
    network: str
    """
    The network of the account that it is about.
    """
    object: str | None
    """
    The content or order that it is about; null if none was named.
    """
    received_at: str
    """
    When it was received.
    """
    source: str
    """
    The source that sent it.
    """
    time: str
    """
    When it happened.
    """
    topics: list[str]
    """
    The topics that were sent, and found in the text.
    """
    type: str
    """
    Its type.
    """
    undone: bool
    """
    True if its source has undone it: it counts for nothing.
    """


class EvidenceExplained(TypedDict):
    """
    How much evidence there is. Reactors are counted, never named.
    """

    contents: int
    """
    Number of contents with at least one reaction.
    """
    counted_reactors: float
    """
    What anonymous reactions, counts and profiles are worth, in effective
    reactors.
    """
    effective_reactors: float
    """
    The same people, decayed, weighted by trust and saturated: each counts
    at most 1.
    """
    orders: int
    """
    Number of orders; refunds without a purchase are not counted.
    """
    reactors: int
    """
    Distinct known people who ever reacted, or who follow now. Dislikes
    alone do not count.
    """
    withheld_reactors: float
    """
    Effective reactors that are discounted: they are not trusted (they react
    to hardly anyone else, or only react back), and there are more of them
    than usual in this population, as of the rank snapshot.
    """


class Fall(TypedDict):
    """
    An announced demotion.
    """

    at: str
    """
    The time of the demotion, if the tier is not earned again by then.
    """
    to: str
    """
    The tier that the member moves down to.
    """


Finding: TypeAlias = Literal['fair', 'below_four_fifths', 'too_few', 'nothing_to_compare']
"""
The result of a comparison with the group that is chosen most often.
"""


FreezeReason: TypeAlias = Literal['source_silent']
"""
The reason of a demotion freeze.
"""


class Freshness(TypedDict):
    """
    The time as of which each input of a decision was valid. It depends on the inputs
    alone, so an old decision shows the same times today.
    """

    indices_as_of: dict[str, str]
    """
    The time as of which each imported index is valid, as stated by its importer, by
    index name.
    """
    model: str
    """
    The version of the scoring model that computed the scores.
    """
    score_as_of: str
    """
    The time as of which influence, value and topics were computed (decayed).
    """
    snapshot: int
    """
    The number of the rank snapshot that the scores were computed with. The
    snapshot holds the values that depend on all members. 0 if there was none yet.
    """
    source_silent_since: str | None
    """
    The time since which a source of events had been silent, so that some events may
    be missing; null if no source was silent.
    """
    tier_held_since: str | None
    """
    The time since which the member had held the tier recorded before the decision;
    null if none was recorded.
    """


GroupName: TypeAlias = str


class HeldBody(TypedDict):
    """
    A draw that was held.
    """

    drawn_at: str | None
    """
    When the draw was held.
    """
    entry_count: int | None
    """
    The number of entries that took part.
    """
    perk: str
    """
    The perk's short name.
    """
    program: str
    """
    The program's short name.
    """
    units: int | None
    """
    The number of units that were available.
    """


class Holiday(TypedDict):
    """
    A day on which the desk is closed, from midnight to midnight.
    """

    date: str
    """
    The day: `2026-12-25`, or `12-25` for every year.
    """
    name: NotRequired[str]
    """
    The name; absent if the program gives none.
    """


class AtOnce(TypedDict):
    """
    The effect of a draft on one member, on one horizon.
    """

    perks_gained: list[str]
    """
    Perks that the member can newly claim.
    """
    perks_lost: list[str]
    """
    Perks that the member can no longer claim.
    """
    places: int
    """
    Places that the member moves up; negative if down.
    """
    tier_after: str
    """
    The tier after.
    """
    tier_before: str | None
    """
    The tier before; null if nothing is published yet.
    """


class Settled(TypedDict):
    """
    The effect of a draft on one member, on one horizon.
    """

    perks_gained: list[str]
    """
    Perks that the member can newly claim.
    """
    perks_lost: list[str]
    """
    Perks that the member can no longer claim.
    """
    places: int
    """
    Places that the member moves up; negative if down.
    """
    tier_after: str
    """
    The tier after.
    """
    tier_before: str | None
    """
    The tier before; null if nothing is published yet.
    """


class HorizonsEffect(TypedDict):
    """
    A result at two times: `at_once`, as soon as the draft is published, with
    the tiers that members keep; and `settled`, when every kept time is over, if
    nothing else changes. `settled` is what the rules alone give.
    """

    at_once: AtOnce
    """
    The effect of a draft on one member, on one horizon.
    """
    settled: Settled
    """
    The effect of a draft on one member, on one horizon.
    """


class AtOnce1(TypedDict):
    """
    Numbers of members under two versions.
    """

    after: int
    """
    Members under the draft.
    """
    before: int
    """
    Members under the version in force.
    """


class Settled1(TypedDict):
    """
    Numbers of members under two versions.
    """

    after: int
    """
    Members under the draft.
    """
    before: int
    """
    Members under the version in force.
    """


class HorizonsMembersBeforeAfter(TypedDict):
    """
    A result at two times: `at_once`, as soon as the draft is published, with
    the tiers that members keep; and `settled`, when every kept time is over, if
    nothing else changes. `settled` is what the rules alone give.
    """

    at_once: AtOnce1
    """
    Numbers of members under two versions.
    """
    settled: Settled1
    """
    Numbers of members under two versions.
    """


class AtOnce3(TypedDict):
    """
    Numbers of members that may claim a perk.
    """

    after: int
    """
    Members that may claim it under the draft.
    """
    before: int
    """
    Members that may claim it under the version in force.
    """
    gained: int
    """
    Members that may claim it under the draft but not under the version in
    force.
    """
    lost: int
    """
    Members that may claim it under the version in force but not under the
    draft.
    """


class Settled3(TypedDict):
    """
    Numbers of members that may claim a perk.
    """

    after: int
    """
    Members that may claim it under the draft.
    """
    before: int
    """
    Members that may claim it under the version in force.
    """
    gained: int
    """
    Members that may claim it under the draft but not under the version in
    force.
    """
    lost: int
    """
    Members that may claim it under the version in force but not under the
    draft.
    """


class HorizonsPerkChange(TypedDict):
    """
    A result at two times: `at_once`, as soon as the draft is published, with
    the tiers that members keep; and `settled`, when every kept time is over, if
    nothing else changes. `settled` is what the rules alone give.
    """

    at_once: AtOnce3
    """
    Numbers of members that may claim a perk.
    """
    settled: Settled3
    """
    Numbers of members that may claim a perk.
    """


IdempotencyKey: TypeAlias = str


IdentityText: TypeAlias = str


IgnoredReason: TypeAlias = Literal['unknown-type', 'not-counted', 'unknown-actor', 'unknown-target', 'not-public', 'reference-only']
"""
The kinds of reasons for which an item is ignored. Their slugs are stable, so that programs
can rely on them.
"""


class Index1(TypedDict):
    """
    There is no evidence.
    """

    state: Literal['unknown']


IndexName: TypeAlias = str


IndexState: TypeAlias = Literal['known', 'unknown']
"""
Whether there is evidence for an index.
"""


class Interval(TypedDict):
    """
    A 90 % interval around a score, on the same scale, from 0 to 100.
    """

    lower: float
    """
    The lower end, which rules test.
    """
    upper: float
    """
    The upper end.
    """


InvitationOutcome: TypeAlias = Literal['invited', 'already_invited', 'waiting', 'already_waiting', 'refused']
"""
The result of an invitation.
"""


class InviteBody(TypedDict):
    """
    A request to invite members to a perk.
    """

    members: list[IdentityText]
    """
    From 1 to 1,000 members, in the order in which they are invited: our ids,
    or any identities.
    """
    request: NotRequired[Attributes]
    """
    What you know of the occasion, for conditions that read `request`: at most
    64 names.
    """


KeyName: TypeAlias = str


KeyState: TypeAlias = Literal['active', 'expired', 'revoked']


Kind: TypeAlias = Literal['tier', 'perk']
"""
The kind of thing that a reason is about.
"""


Known: TypeAlias = Literal['known', 'unknown']
"""
Whether there is evidence about the member.
"""


class LeaderboardChangeBody(TypedDict):
    """
    What has changed of a member in seven days.
    """

    lower: float | None
    """
    The same for its lower end.
    """
    rank: int | None
    """
    By how many places the member rose in this order, negative for fell; null if the
    member was not among the first thousand then.
    """
    score: float | None
    """
    By how much the influence rose, negative for fell; null if it was unknown then, or
    another model was in force.
    """


LeaderboardOrder: TypeAlias = Literal['lower', 'score']
"""
The order of a leaderboard, highest first.
"""


class LevelCount(HorizonsMembersBeforeAfter):
    """
    Numbers of members with one service level.
    """

    service_level: str
    """
    The id of the service level.
    """


class Lift(TypedDict):
    """
    The effect of offering a perk on one measure.
    """

    conclusion: Conclusion
    """
    The conclusion.
    """
    difference: Estimate | None
    ratio: Estimate | None


class LiftBody(TypedDict):
    """
    What offering changed, for each measure.
    """

    amount: Lift
    """
    The lift of the amount per member that is paid and not refunded.
    """
    buyers: Lift
    """
    The lift of the share of members that buy.
    """
    orders: Lift
    """
    The lift of orders per member.
    """
    reactions: Lift
    """
    The lift of reactions received per member.
    """


class LineResultBody1(TypedDict):
    """
    A member was enrolled.
    """

    line: int
    """
    The line's number.
    """
    member: str
    """
    The member's id.
    """
    result: Literal['created']


class LineResultBody2(TypedDict):
    """
    A member was changed.
    """

    columns: list[str]
    """
    What has a new value.
    """
    line: int
    """
    The line's number.
    """
    member: str
    """
    The member's id.
    """
    result: Literal['changed']


class LineResultBody3(TypedDict):
    """
    The member had all of it.
    """

    line: int
    """
    The line's number.
    """
    member: str
    """
    The member's id.
    """
    result: Literal['unchanged']


class ListChangeBody(TypedDict):
    """
    A change of a list.
    """

    add: NotRequired[list[IdentityText]]
    """
    Members to add: their ids, or any of their identities.
    """
    remove: NotRequired[list[IdentityText]]
    """
    Members to remove. With those to add, at most 1,000.
    """


class ListChangedBody(TypedDict):
    """
    What a change of a list did.
    """

    added: int
    """
    How many members were added; those that were on the list already are not counted.
    """
    removed: int
    """
    How many members were removed.
    """
    unknown: list[str]
    """
    The identities under which no member is enrolled.
    """


class ListedExperimentBody(TypedDict):
    """
    An experiment of a program.
    """

    held_back: int
    """
    Members in the control group from whom a perk was held back.
    """
    hold_back: str
    """
    The share of members in the control group, such as `10%`.
    """
    offered: int
    """
    Members that were offered a perk of the experiment.
    """
    perk: str | None
    """
    The short name of the perk with the experiment; null for the whole
    program's experiment.
    """
    perks: list[str]
    """
    The short names of the perks that the experiment decides about.
    """
    salt: str
    """
    The salt by which members are assigned to the groups.
    """


class ListedTopicBody(TypedDict):
    """
    A topic with the number of its members.
    """

    members: int
    """
    The members with a score on the topic.
    """
    names: list[str]
    """
    Other names of the topic, from the list of topics, as slugs.
    """
    topic: str
    """
    The topic's slug.
    """


LookupKind: TypeAlias = Literal['tier', 'service_level', 'offers']
"""
The name of a lookup.
"""


class MemberCountsBody(TypedDict):
    """
    How many members there are.
    """

    enrolled: int
    """
    All members.
    """
    opted_out: int
    """
    Members who opted out.
    """
    scored: int
    """
    Members whose influence is known.
    """
    unknown: int
    """
    Members who take part in scoring and whose influence is unknown.
    """


MemberName: TypeAlias = str


class MemberTierBody(TypedDict):
    """
    A member's tier in a program.
    """

    earned: str | None
    """
    The tier that the rules give; a grant may give a better one. Null for a member who
    never left the floor.
    """
    keep_until: str | None
    """
    Until when it is kept, whatever the rules say; null if it is not kept.
    """
    program: str
    """
    The program's short name.
    """
    since: str | None
    """
    Since when the rules give it; null for a member who never left the floor.
    """
    tier: str
    """
    The tier in effect; the floor for a member who has opted out.
    """


MergePreviewBody = TypedDict(
    'MergePreviewBody',
    {
        'from': IdentityText
    },
)


class MergeUndoneBody(TypedDict):
    """
    The undo of a merge.
    """

    at: str
    """
    When it was undone.
    """
    by: str | None
    """
    Who undid it: the API key, or the `caller` of a session; null for one in the shell.
    """
    reason: str
    """
    Why the two are not one person.
    """


class MergedBody(TypedDict):
    """
    A merge of two members.
    """

    absorbed: str
    """
    The member that was absorbed. This id leads to the surviving member while the merge
    stands.
    """
    id: str
    """
    The id of the merge.
    """
    merged_at: str
    """
    When they were merged.
    """
    merged_by: str | None
    """
    Who merged them: the API key, or the `caller` of a session; null for one in the shell.
    """
    reason: str
    """
    Why the two are one person.
    """
    survivor: str
    """
    The member that goes on.
    """
    undo_until: str
    """
    Until when the merge can be undone.
    """
    undone: MergeUndoneBody | None


MessageKind: TypeAlias = Literal['tier.changed', 'tier.will_change', 'tier.retained', 'claim.held', 'claim.confirmed', 'claim.redeemed', 'claim.released', 'claim.expired', 'claim.cancelled', 'perk.exhausted', 'perk.drawn', 'program.published', 'program.withdrawn', 'member.erased', 'score.changed']


class MethodBody(TypedDict):
    """
    How well one method ranked members.
    """

    ndcg_at_10: float | None
    """
    The mean NDCG of the first ten over the topics, from 0 to 1; null without topics.
    """
    ranked_by: str
    """
    What members were ranked by: `influence`, `past reactions`, `distinct reactors` or
    `random`.
    """
    spearman: float | None
    """
    Spearman's rank correlation with the reactions gained, over all members; null if it
    is not defined.
    """


ModelState: TypeAlias = Literal['building', 'ready', 'in_force', 'retired']
"""
Where a scoring model of a deployment stands.
"""


ModelVersion: TypeAlias = str


MomentKind: TypeAlias = Literal['content', 'unattributed', 'other']
"""
What a moment stands for.
"""


class Money(TypedDict):
    """
    A non-negative amount of money. `amount` is a decimal number as a string,
    `currency` a three-letter ISO 4217 code.
    """

    amount: str
    """
    A decimal number as a text.
    """
    currency: str
    """
    Three letters of ISO 4217.
    """


class MoneyBody(TypedDict):
    """
    An amount of money in one currency.
    """

    amount: str
    """
    The amount, a decimal as a string.
    """
    currency: str
    """
    The currency, ISO 4217.
    """


Move = TypedDict(
    'Move',
    {
        'direction': Direction,
        'from': str | None,
        'members': int,
        'places': int,
        'to': str,
    },
)


MovesColumn = TypedDict(
    'MovesColumn',
    {
        'from': float,
        'members': int,
        'to': float,
    },
)


class NamedIndexBody(TypedDict):
    """
    An index with its name.
    """

    as_of: str
    """
    The time to which the score refers.
    """
    index: str
    """
    Its name, as programs use it.
    """
    provenance: str
    """
    The origin of the score, in your words.
    """
    score: float
    """
    The score, from 0 to 100.
    """


class NamedPerk(TypedDict):
    """
    A perk of a program.
    """

    perk: str
    """
    The perk.
    """
    program: str
    """
    The program's short name.
    """


class NativeMetrics(TypedDict):
    """
    A profile's counters at one time. At least one of them is required.
    """

    followers: NotRequired[int | None]
    """
    The number of the account's followers.
    """
    following: NotRequired[int | None]
    """
    The number of accounts that the account follows.
    """
    listed: NotRequired[int | None]
    """
    The number of curated lists that the account is on.
    """
    posts: NotRequired[int | None]
    """
    The number of posts that the account has published.
    """


NativeType: TypeAlias = Literal['post', 'like', 'dislike', 'save', 'reply', 'mention', 'share', 'follow', 'unfollow', 'list', 'endorse', 'purchase', 'refund', 'profile', 'undo']
"""
The kind of an event.
"""


class NewDeskTokenBody(TypedDict):
    """
    A token for a desk.
    """

    desk: DeskName
    """
    Which desk it is.
    """
    expires_at: str
    """
    The first moment at which it no longer works.
    """
    id: str
    """
    The id of its session, which is in the list of sessions and can be ended there.
    """
    program: str
    """
    The program of the desk.
    """
    token: str | None
    """
    The token, to be given to the frame as `/desk/front?program=…#token=…`; the frame sends
    it as `Authorization: Bearer …`. It is shown only this once: if the same request is
    sent again under its `Idempotency-Key`, it is null.
    """


NoChange: TypeAlias = Literal['not_enrolled', 'expired', 'not_started', 'member_limit', 'exclusive_of', 'out_of_stock', 'day_limit', 'budget_spent', 'by_grant_only', 'held_back', 'depends_on_others', 'depends_on_request', 'depends_on_identity', 'depends_on_time', 'depends_on_table', 'not_by_numbers']
"""
Why no change of numbers lifts a refusal.
"""


Nonce: TypeAlias = str


class Nothing(TypedDict):
    """
    An empty object.
    """


NumberChange = TypedDict(
    'NumberChange',
    {
        'delay': NotRequired[ChangeDelay],
        'from': float | None,
        'name': str,
        'to': float,
    },
)


class NumberPlace(TypedDict):
    """
    The place of a number in a program file.
    """

    column: int
    """
    The column of the first character, from 1; characters are Unicode code points.
    """
    end_column: int
    """
    The column after the last character.
    """
    line: int
    """
    The line, from 1.
    """


class OpenHours(TypedDict):
    """
    An interval of the week in which the desk is open.
    """

    end_time: int
    """
    The end (exclusive), in minutes from the beginning of Sunday.
    """
    start_time: int
    """
    The start, in minutes from the beginning of Sunday.
    """


Origin: TypeAlias = Literal['claim', 'waiting_list', 'invitation', 'draw']


OutputValue: TypeAlias = bool | float | str
"""
The value of one output of a decision table.
"""


class Page(TypedDict):
    """
    The cursor of the next page.
    """

    next_cursor: str | None
    """
    The value of `cursor` for the next page; null on the last page.
    """


class ParameterBody(TypedDict):
    """
    A parameter of a model.
    """

    meaning: str
    """
    What it means.
    """
    name: str
    """
    Its name, which ends with its unit.
    """
    value: float
    """
    Its value.
    """


Part: TypeAlias = Literal['reach', 'amplification', 'engagement', 'curation', 'audience', 'breadth']
"""
A part of influence: one term of the sum behind the score.
"""


class Proofs(TypedDict):
    """
    A person, or another system, has said so. A verification of the identity is taken back.
    """

    state: Literal['asserted']


class PatchSourceBody(TypedDict):
    """
    A change of a source.
    """

    expected: bool
    """
    Whether more events are expected. False marks the source as finished: it
    is not reported as silent and causes no demotion freeze. It stays finished
    even if events arrive.
    """


class PendingPoints(TypedDict):
    """
    What the lower end of influence waits for: reactions by people whose first
    reaction to the member is young. It rises by time alone.
    """

    next: str
    """
    The next time at which some of these reactions are old enough.
    """
    points: float
    """
    The points by which the lower end would be higher.
    """
    until: str
    """
    The time from which no points are held back, as far as is known now.
    """


PerkCodes: TypeAlias = Literal['none', 'generated', 'imported']
"""
The kind of code that a member shows to get a unit of a perk.
"""


class Data1(TypedDict):
    """
    `perk.drawn`: the draw of a perk was held.
    """

    commitment: str
    """
    The SHA-256 of the seed, in hexadecimal digits; published before the draw.
    """
    digest: str
    """
    The SHA-256 of the text that was drawn from, in hexadecimal digits.
    """
    entries: int
    """
    The number of entries in the draw.
    """
    member: str | None
    """
    The member whom the message is about; null if there is none.
    """
    perk: str
    """
    The perk.
    """
    program: str | None
    """
    The program that the message is about; null if there is none.
    """
    program_version: int
    """
    The version of the program that the draw was held by.
    """
    seed: str
    """
    The seed, in hexadecimal digits.
    """
    units: int
    """
    The number of units that were left for the draw; the number of entries if
    units are unlimited.
    """


class PerkDrawnMessage(TypedDict):
    """
    `perk.drawn`: the draw of a perk was held.
    """

    data: Data1
    """
    `perk.drawn`: the draw of a perk was held.
    """
    id: str
    """
    The id of the message, the same however often it is sent.
    """
    timestamp: str
    """
    When it happened.
    """
    type: Literal['perk.drawn']
    """
    What has happened.
    """


class Data2(TypedDict):
    """
    `perk.exhausted`: the last unit of a perk was claimed.
    """

    member: str | None
    """
    The member whom the message is about; null if there is none.
    """
    perk: str
    """
    The perk.
    """
    program: str | None
    """
    The program that the message is about; null if there is none.
    """
    program_version: int
    """
    The version of the program that gave the last unit.
    """


class PerkExhaustedMessage(TypedDict):
    """
    `perk.exhausted`: the last unit of a perk was claimed.
    """

    data: Data2
    """
    `perk.exhausted`: the last unit of a perk was claimed.
    """
    id: str
    """
    The id of the message, the same however often it is sent.
    """
    timestamp: str
    """
    When it happened.
    """
    type: Literal['perk.exhausted']
    """
    What has happened.
    """


PerkId: TypeAlias = str


PerkKind: TypeAlias = Literal['guaranteed', 'draw', 'invitation']
"""
How a perk is given.
"""


PerkState: TypeAlias = Literal['open', 'not_started', 'out_of_stock', 'expired', 'dropped']
"""
Whether a perk can be claimed under the draft.
"""


PerkStockBody = TypedDict(
    'PerkStockBody',
    {
        'confirmed': int,
        'from': str | None,
        'held': int,
        'kind': PerkKind,
        'left': int | None,
        'pace_per_day': float,
        'perk': str,
        'redeemed': int,
        'runs_out_at': str | None,
        'stock': int | None,
        'title': str,
        'until': str | None,
        'value': MoneyBody | None,
        'waiting': int,
    },
)


class PerksBody(TypedDict):
    """
    The perks of a program.
    """

    as_of: str | None
    """
    When the claims were counted, about once a minute; null if they were not yet. Stock
    and waiting members are as of now.
    """
    data: list[PerkStockBody]
    """
    The perks of the version in force, in the order of its file.
    """


class Places(TypedDict):
    """
    The place of a tier on two ladders, 1 for the best.
    """

    after: int | None
    """
    Place in the draft; null if the draft lacks the tier.
    """
    before: int | None
    """
    Place in the version in force; null if that version lacks the tier.
    """


ProgramId: TypeAlias = str


class ProgramLineBody(TypedDict):
    """
    A program in force.
    """

    program: str
    """
    The program's short name.
    """
    title: str
    """
    The display name of the program.
    """
    version: int
    """
    The number of the version in force.
    """


class ProgramPreview(TypedDict):
    """
    What a merge would do in one program.
    """

    absorbed_tier: str
    """
    The tier in effect of the member that would be absorbed.
    """
    both_entered: list[str]
    """
    The perks whose draws both have entered. The earlier entry would stay.
    """
    both_wait: list[str]
    """
    The perks for which both wait. The wait in the earlier place would go on.
    """
    claims: list[ClaimsTogether]
    """
    The claims that would count together for limits, by perk.
    """
    exceeds_limit: bool
    """
    Whether the joined member would have more than `limit`. They keep what they have, and
    get nothing more.
    """
    limit: int | None
    """
    The most units of all perks for one member; null if there is no such limit.
    """
    program: str
    """
    The program's short name.
    """
    survivor_tier: str
    """
    The tier in effect of the member that would go on.
    """
    tier: str
    """
    The tier in effect of the joined member, by the rules.
    """


class Data3(TypedDict):
    """
    `program.published`: a version of a program was published.
    """

    changes: list[Difference] | None
    """
    The changes from the version in force before; null at the first version.
    """
    member: str | None
    """
    The member whom the message is about; null if there is none.
    """
    note: str | None
    """
    The author's note; null if there is none.
    """
    program: str | None
    """
    The program that the message is about; null if there is none.
    """
    program_version: int
    """
    The version that was published.
    """
    restores: int | None
    """
    The earlier version whose source it restores; null if it restores none.
    """
    starts_at: str
    """
    The time from which it is in force.
    """


class ProgramPublishedMessage(TypedDict):
    """
    `program.published`: a version of a program was published.
    """

    data: Data3
    """
    `program.published`: a version of a program was published.
    """
    id: str
    """
    The id of the message, the same however often it is sent.
    """
    timestamp: str
    """
    When it happened.
    """
    type: Literal['program.published']
    """
    What has happened.
    """


class Data4(TypedDict):
    """
    `program.withdrawn`: a version was withdrawn before it came into force.
    """

    member: str | None
    """
    The member whom the message is about; null if there is none.
    """
    program: str | None
    """
    The program that the message is about; null if there is none.
    """
    program_version: int
    """
    The version that was withdrawn.
    """


class ProgramWithdrawnMessage(TypedDict):
    """
    `program.withdrawn`: a version was withdrawn before it came into force.
    """

    data: Data4
    """
    `program.withdrawn`: a version was withdrawn before it came into force.
    """
    id: str
    """
    The id of the message, the same however often it is sent.
    """
    timestamp: str
    """
    When it happened.
    """
    type: Literal['program.withdrawn']
    """
    What has happened.
    """


class ProgramsBody(TypedDict):
    """
    The programs in force that the key reaches.
    """

    data: list[ProgramLineBody]
    """
    The programs, in the order of their short names.
    """


class ProgressBody(TypedDict):
    """
    The progress of a simulation.
    """

    done: int
    """
    Members evaluated so far.
    """
    of: int
    """
    Members to be evaluated.
    """


class Proof1(TypedDict):
    """
    A person, or another system, has said so.
    """

    state: Literal['asserted']


class ProviderBody(TypedDict):
    """
    A provider by which people sign in.
    """

    id: str
    """
    The provider's id: a sign-in begins at `/auth/{id}/start?return_to=/a/page`.
    """
    title: str
    """
    What it is called.
    """


class ProvidersBody(TypedDict):
    """
    The providers by which people sign in.
    """

    data: list[ProviderBody]
    """
    The providers, by id.
    """


class PurchasesBody(TypedDict):
    """
    What the members of one arm bought and did not return.
    """

    amount: str
    """
    The amount paid and not refunded, a decimal as a string.
    """
    amount_per_member: str | None
    """
    The amount per member, a decimal as a string; null if no member counts.
    """
    buyers: int
    """
    Members that bought something and did not return it.
    """
    buyers_share: float | None
    """
    The share of such members, from 0 to 1; null if no member counts.
    """
    orders: int
    """
    The number of orders.
    """
    orders_per_member: float | None
    """
    Orders per member; null if no member counts.
    """


class RankingBody(TypedDict):
    """
    Rankings of members against what they gained.
    """

    members: int
    """
    The members that had a reaction before.
    """
    methods: list[MethodBody]
    """
    The methods: influence first, then simpler ones.
    """
    topics: int
    """
    The topics with five or more members that had a reaction before.
    """


class Rate(TypedDict):
    """
    The rate at which a group is chosen, compared with the other groups.
    """

    chosen: int
    """
    Members of the group that were chosen.
    """
    finding: Finding
    """
    The conclusion.
    """
    ratio: float | None
    """
    The group's share divided by the highest share. The highest share is
    taken from the groups that stand for one value and have at least 30
    members. Null if no such group has a member that was chosen.
    """
    share: float
    """
    The share of the group that was chosen, from 0 to 1.
    """


class ReactionsBody(TypedDict):
    """
    The reactions to the posts of one arm's members.
    """

    count: int
    """
    Reactions received, including aggregate counts and without dislikes.
    """
    per_member: float | None
    """
    Reactions per member; null if no member counts.
    """


Reactors: TypeAlias = Literal['new', 'trusted']
"""
Who is supposed to react.
"""


class RedemptionBody(TypedDict):
    """
    A code that is shown for redemption.
    """

    code: str
    """
    The code as it was typed or scanned: 1 to 100 characters. In codes
    generated here, case, blanks, hyphens and look-alike characters do not
    matter.
    """
    perk: NotRequired[PerkId | None]
    program: NotRequired[ProgramId | None]


Refusal: TypeAlias = Literal['not_enrolled', 'expired', 'not_started', 'member_limit', 'exclusive_of', 'out_of_stock', 'day_limit', 'budget_spent', 'by_grant_only', 'condition', 'not_relevant', 'held_back']
"""
Why a perk is refused. If several reasons apply, the first in this list is
given: reasons that the member cannot change come before those that the member
can.
"""


class RefusedLine(TypedDict):
    """
    A refused line.
    """

    column: str
    """
    The column with the mistake, or the JSON pointer to it; empty if the whole line is
    wrong.
    """
    detail: str
    """
    What is wrong with the line, and what would be right.
    """
    line: int
    """
    The line's number in the file, as an editor counts; the first is 1.
    """


class RejectedCode(TypedDict):
    """
    A line that is not a valid code.
    """

    detail: str
    """
    What is wrong with the line, and what would be right.
    """
    line: int
    """
    The line's number in the file; the header is line 1.
    """


class RejectedLine(TypedDict):
    """
    A rejected line.
    """

    column: str
    """
    The column with the mistake; empty if the whole line is wrong.
    """
    detail: str
    """
    What is wrong with the line, and what would be right.
    """
    line: int
    """
    The line's number in the file; the header is line 1.
    """


ReliabilityBody = TypedDict(
    'ReliabilityBody',
    {
        'came_true': float,
        'from': float,
        'pairs': int,
        'said': float,
        'to': float,
    },
)


class RenewedBody(TypedDict):
    """
    A version that was published because an audience changed.
    """

    program: str
    """
    The program's short name.
    """
    version: int
    """
    The number of the new version.
    """


class ReplayedMessagesBody(TypedDict):
    """
    The result of starting a replay.
    """

    queued: int
    """
    Messages that are pending now and were not pending before.
    """


ReportFormat: TypeAlias = Literal['json', 'csv']
"""
The format of a report.
"""


class RevokedBody(TypedDict):
    """
    The revocation of a grant.
    """

    at: str
    """
    When the grant was revoked.
    """
    by: str
    """
    The person that decided.
    """
    reason: str
    """
    The reason for the revocation.
    """


Right: TypeAlias = Literal['events:write', 'lookup', 'claims:write', 'programs:write', 'grants:write', 'members:read', 'metrics', 'admin']


Role: TypeAlias = Literal['front_desk', 'support', 'marketer', 'reviewer', 'auditor', 'admin']


class RollbackBody(TypedDict):
    """
    A request to restore an earlier version.
    """

    note: NotRequired[str | None]
    """
    A note on the version, at most 500 characters.
    """
    version: int
    """
    The earlier version whose source becomes the next version.
    """


class RotateKeyBody(TypedDict):
    """
    A request to replace a key's secret.
    """

    overlap_seconds: NotRequired[int | None]
    """
    How long the present secret still works, in seconds, up to a week; a day if absent.
    With 0 it ends at once.
    """


class RotatedBody(TypedDict):
    """
    The new secret of a webhook.
    """

    previous_until: str
    """
    Until when the previous secret signs too: change your receiver by then.
    """
    secret: str
    """
    The new secret. It is shown only this once.
    """


Scope: TypeAlias = Literal['events:write', 'lookup', 'claims:write', 'programs:write', 'metrics', 'admin']


ScoreChangeReason: TypeAlias = Literal['moved', 'opted_out', 'merged']
"""
Why a score is reported.
"""


class ScoreMoves(TypedDict):
    """
    How far the influence of members moves from one model to another.
    """

    histogram: list[MovesColumn]
    """
    The distribution of the moves.
    """
    median: float
    """
    Half of the members move by at most this many points, up or down.
    """
    members: int
    """
    Members whose influence is known under both models.
    """
    most: float
    """
    The largest move, in points.
    """
    only_one: int
    """
    Members whose influence is known under only one of them.
    """
    p95: float
    """
    95 % of the members move by at most this many points.
    """


class ScorerLagBody(TypedDict):
    """
    How far scores are behind the events.
    """

    oldest_received_at: str | None
    """
    When the oldest of them was received; null if none waits.
    """
    waiting_batches: int
    """
    The batches of events that wait to be scored.
    """


class ScoresBefore(TypedDict):
    """
    The scores that were last reported.
    """

    influence: float | None
    """
    The influence score, from 0 to 100, computed from social events; null if
    unknown.
    """
    value: float | None
    """
    The value score, from 0 to 100, computed from purchases; null if unknown.
    """


ScoringBody: TypeAlias = Literal['active', 'opted_out']
"""
Whether a member takes part in scoring.
"""


Seen: TypeAlias = bool | float | str | list[str] | list[float]
"""
A value that a test read.
"""


SelfCheckReason: TypeAlias = Literal['none_yet', 'past_removed', 'log_too_short', 'too_few_pairs']
"""
Why there is no result.
"""


class SelfCheckReportBody(TypedDict):
    """
    The result of a check.
    """

    brier_skill: float
    """
    The Brier skill of confidence: by which share it is better than always saying the
    base rate. At most 1; below 0 if it is worse.
    """
    calibration_error: float
    """
    The expected calibration error of confidence, from 0 to 1: by how much the stated
    share differs from the one that came true.
    """
    correction: CorrectionBody | None
    days: float
    """
    The days in between, whose reactions are the outcome.
    """
    members: int
    """
    The members that were compared.
    """
    pairs: int
    """
    The pairs of a member and a topic whose confidence was compared.
    """
    ranking: RankingBody
    """
    Rankings of members against what they gained.
    """
    reliability: list[ReliabilityBody]
    """
    The confidences by tenths. A tenth without pairs is left out.
    """
    sample_of: int | None
    """
    The members of whom these are a sample; null if they are all.
    """
    split: str
    """
    The time as of which scores were worked out.
    """
    until: str
    """
    The time of the latest reaction.
    """


SelfCheckState: TypeAlias = Literal['available', 'not_available']
"""
Whether there is a result.
"""


class ServiceClock(TypedDict):
    """
    The times of a service level for one ticket.
    """

    close_due_at: str | None
    """
    When the ticket must be closed.
    """
    closes_at: str | None
    """
    When the desk closes; null if it is closed, or does not close within two weeks.
    """
    counted_from: str
    """
    The time from which the targets count: when the ticket was opened, or the time of
    the answer if the request does not say.
    """
    first_reply_due_at: str | None
    """
    When the first reply is due. This and the next times are null if the level has no
    such target, or if its business hours do not come to it within two years.
    """
    next_reply_due_at: str | None
    """
    When the reply to a message that came at `counted_from` is due.
    """
    open_now: bool
    """
    Whether the targets are counted at the time of the answer: always, or in the
    business hours.
    """
    opens_at: str | None
    """
    When the desk opens next; null if it is open, or does not open within two years.
    """
    resolution_due_at: str | None
    """
    When the ticket must be solved.
    """


SessionKind: TypeAlias = Literal['page', 'desk']


SessionState: TypeAlias = Literal['active', 'expired', 'revoked']


Severity: TypeAlias = Literal['error', 'warning', 'note']
"""
The severity of a finding.
"""


class SignInBody(TypedDict):
    """
    A request to sign in.
    """

    key: str
    """
    The secret of an API key.
    """


class SimulateBody(TypedDict):
    """
    A request for a simulation.
    """

    groups: NotRequired[list[AttributeName] | None]
    """
    The attributes by which members are grouped, at most 10; if absent, the
    first 10 protected attributes that any member has.
    """
    sample: NotRequired[int | None]
    """
    The approximate number of members to evaluate, spread evenly and the same
    ones every time; all members if absent.
    """
    source: NotRequired[str | None]
    """
    A program in YAML or JSON, as a text; the stored draft if absent.
    """
    uptake: NotRequired[float | None]
    """
    The assumed probability that an eligible member claims a perk on a day,
    from 0 to 1; 0.02 if absent.
    """


class SimulationLine1(TypedDict):
    """
    The progress of the simulation.
    """

    progress: ProgressBody
    """
    The progress of the simulation.
    """


class SnapshotBody(TypedDict):
    """
    A rank snapshot: what scores need to know of all members.
    """

    correction: CorrectionBody | None
    members: int
    """
    The members that it was taken of.
    """
    number: int
    """
    Its number; 0 before the first.
    """
    seeds: int
    """
    The verified people and old customers from whom trust starts. If 0, trust starts from
    everyone, and rings of new accounts are recognised less well.
    """
    taken_at: str | None
    """
    When it was taken; null before the first.
    """


Source: TypeAlias = str


SourceChangesBody = TypedDict(
    'SourceChangesBody',
    {
        'data': list[Difference],
        'from': int | None,
    },
)


SourceState: TypeAlias = Literal['new', 'active', 'silent', 'finished']
"""
The state of a source.
"""


class Split(TypedDict):
    """
    Whether the two arms have the sizes that the experiment planned.
    """

    chi_square: float | None
    """
    Pearson's chi-square statistic, with one degree of freedom; null if
    fewer than 5 members are expected in an arm.
    """
    expected_held_back: float
    """
    Members that are expected in the control group.
    """
    mismatch: bool
    """
    True if chance makes such a split in fewer than 1 of 1,000 cases.
    Something else then decides who is in an arm, and the comparison is not
    reliable.
    """


class Standing(TypedDict):
    """
    A member's standing in a program, from 0 to 100.
    """

    lower: float
    """
    The lower end of the 90 % interval, from 0 to 100; 0 if unknown. Rules should
    test this number.
    """
    score: float | None
    """
    The weighted mean of the indices, from 0 to 100; absent if unknown.
    """
    unknown: bool
    """
    True if all indices that the program weighs are unknown. An unknown standing is
    not a low standing.
    """
    upper: float
    """
    The upper end of the 90 % interval, from 0 to 100; 100 if unknown.
    """


StandingBinBody = TypedDict(
    'StandingBinBody',
    {
        'from': float,
        'lower': int,
        'score': int,
        'to': float,
    },
)


StateBody: TypeAlias = Literal['in_force', 'scheduled', 'superseded', 'withdrawn']
"""
The state of a version.
"""


StateKind: TypeAlias = Literal['held', 'confirmed', 'redeemed', 'released', 'expired', 'cancelled', 'reversed']
"""
The state of a claim.
"""


StateName: TypeAlias = Literal['held', 'confirmed', 'redeemed', 'released', 'expired', 'cancelled', 'reversed']
"""
The name of a claim's state.
"""


class StatusBody(TypedDict):
    """
    The status of the service.
    """

    status: str
    """
    `ok`.
    """


TableResult: TypeAlias = dict[str, OutputValue] | list[dict[str, OutputValue]] | float | None
"""
The result of a table: the outputs of one rule by name, a list of such, one
number, or null if there is no result.
"""


class TenMinutesBody(TypedDict):
    """
    What was measured within ten minutes.
    """

    at: str
    """
    The beginning of the ten minutes.
    """
    longest_wait_seconds: int
    """
    The longest time for which an event had waited to be scored, in seconds.
    """
    scored: int
    """
    The members whose influence was known.
    """


class Test(TypedDict):
    """
    One test of a condition.
    """

    actual: Seen | None
    alternative: int | None
    """
    The number of the alternative that this test belongs to, from 1; absent unless
    the condition has alternatives (`||`) and none is met.
    """
    holds: bool
    """
    Whether the test holds.
    """
    off_by: float | None
    """
    The difference between the actual and the required number, never negative;
    absent unless a comparison of numbers failed.
    """
    required: Seen | None
    test: str
    """
    The test in the notation of conditions: `standing.lower >= 45`.
    """
    tests: NotRequired[list[Test]]
    """
    If the test is an audience with a condition: the tests of that condition that
    decided. Absent otherwise.
    """
    unknown: bool
    """
    True if the test failed because a value is unknown. An unknown value is not a
    low value.
    """


class Data6(TypedDict):
    """
    A message that tries a receiver out.
    """

    message: str
    """
    What the message is for.
    """


class TestMessage(TypedDict):
    """
    A message that tries a receiver out.
    """

    data: Data6
    """
    A message that tries a receiver out.
    """
    id: str
    """
    The id of the message, the same however often it is sent.
    """
    timestamp: str
    """
    When it happened.
    """
    type: Literal['webhook.test']
    """
    What has happened.
    """


class TestedBody(TypedDict):
    """
    The result of a test message.
    """

    delivered: bool
    """
    Whether the receiver accepted the message.
    """
    failure: str | None
    """
    Why the attempt failed: `status`, `timeout`, `unresolved`, `unreachable`,
    `forbidden_address`, `tls`, `broken` or `gone`; null if it did not fail.
    """
    status: int | None
    """
    The HTTP status of the receiver's answer; null if there was no answer.
    """


TextLine: TypeAlias = str


ThresholdField: TypeAlias = Literal['when', 'stay']
"""
The condition of a tier that asks for a number.
"""


TierChangeReason: TypeAlias = Literal['granted', 'grant_ended', 'reached', 'lowered', 'program_changed', 'opted_out', 'merged']


Data7 = TypedDict(
    'Data7',
    {
        'because': list[Test],
        'from': str | None,
        'grant': str | None,
        'member': str | None,
        'program': str | None,
        'program_version': int,
        'reason': TierChangeReason,
        'service_level': str,
        'tier_history': str,
        'to': str,
    },
)


class TierChangedMessage(TypedDict):
    """
    `tier.changed`: the tier in effect of a member has changed.
    """

    data: Data7
    """
    `tier.changed`: the tier in effect of a member has changed.
    """
    id: str
    """
    The id of the message, the same however often it is sent.
    """
    timestamp: str
    """
    When it happened.
    """
    type: Literal['tier.changed']
    """
    What has happened.
    """


class TierCount(HorizonsMembersBeforeAfter):
    """
    Numbers of members in one tier.
    """

    place: Places
    """
    The tier's place on each ladder.
    """
    tier: str
    """
    The id of the tier.
    """


class TierCountBody(TypedDict):
    """
    The members with a tier.
    """

    members: int
    """
    The members that have it, by the rules or by a grant.
    """
    tier: str
    """
    The tier's short name.
    """
    title: str
    """
    The display name of the tier.
    """


class TierDayBody(TypedDict):
    """
    The members with each tier on a day.
    """

    day: str
    """
    The day, in the program's time zone.
    """
    members: list[int]
    """
    The members with each tier, in the order of `tiers`: at the end of the day, and on the
    present day by now.
    """


TierEntryBody = TypedDict(
    'TierEntryBody',
    {
        'at': str,
        'from': str | None,
        'grant': str | None,
        'id': str,
        'merge': str | None,
        'model': str,
        'program_version': int,
        'reason': TierChangeReason,
        'snapshot': int,
        'to': str,
    },
)


class TierHistoryBody(TypedDict):
    """
    A page of a tier history, latest first.
    """

    data: list[TierEntryBody]
    """
    One entry for each change. Empty if the member never left the floor, is
    not enrolled, opted out or was never seen.
    """
    page: Page
    """
    The cursor of the next page.
    """


TierId: TypeAlias = str


class Data8(TypedDict):
    """
    `tier.retained`: a tier that was announced to be lost is kept.
    """

    because: list[Test]
    """
    The tests that passed.
    """
    member: str | None
    """
    The member whom the message is about; null if there is none.
    """
    program: str | None
    """
    The program that the message is about; null if there is none.
    """
    program_version: int
    """
    The version of the program that decided.
    """
    tier: str
    """
    The tier that is kept.
    """


class TierRetainedMessage(TypedDict):
    """
    `tier.retained`: a tier that was announced to be lost is kept.
    """

    data: Data8
    """
    `tier.retained`: a tier that was announced to be lost is kept.
    """
    id: str
    """
    The id of the message, the same however often it is sent.
    """
    timestamp: str
    """
    When it happened.
    """
    type: Literal['tier.retained']
    """
    What has happened.
    """


class TierTitleBody(TypedDict):
    """
    A tier with its display name.
    """

    tier: str
    """
    The tier's short name.
    """
    title: str
    """
    The display name of the tier; its short name if the tier is one of an earlier version.
    """


Data9 = TypedDict(
    'Data9',
    {
        'at': str,
        'because': list[Test],
        'from': str,
        'member': str | None,
        'program': str | None,
        'program_version': int,
        'to': str,
    },
)


class TierWillChangeMessage(TypedDict):
    """
    `tier.will_change`: a member will lose a tier, unless they earn it again.
    """

    data: Data9
    """
    `tier.will_change`: a member will lose a tier, unless they earn it again.
    """
    id: str
    """
    The id of the message, the same however often it is sent.
    """
    timestamp: str
    """
    When it happened.
    """
    type: Literal['tier.will_change']
    """
    What has happened.
    """


class TimeCountBody(TypedDict):
    """
    How many things happened in the time that begins at a moment.
    """

    at: str
    """
    The beginning of the time.
    """
    count: int
    """
    How many.
    """


Timestamp: TypeAlias = str
"""
A time with a zone, in the years 1 to 9999 of UTC.
"""


Topic: TypeAlias = str


class TopicBody(TypedDict):
    """
    A member's score on a topic.
    """

    confidence: float
    """
    The probability that the member belongs to the top tenth on the topic,
    from 0 to 1.
    """
    evidence: float
    """
    The amount of evidence, in effective reactors on the topic.
    """
    influence: float
    """
    The influence on the topic, from 0 to 100, on the scale of the overall
    influence; 0 if there is only interest.
    """
    interest: float
    """
    How much the member's own posts, purchases and declared interests are
    about the topic, from 0 to 1. It earns no score, but makes perks relevant.
    """
    lower: float
    """
    The lower end of its 90 % interval, by which the topic's leaderboard and ranks are
    ordered. It waits for people who are new to the member, as the overall one does.
    """
    topic: str
    """
    The topic's slug.
    """


class TopicExplained(TypedDict):
    """
    The explanation of influence on one topic.
    """

    borrowed_points: float
    """
    Points borrowed from reactions on other topics. How many depends on the
    topic's share of all members' reactions (from the snapshot).
    """
    confidence: float
    """
    Probability, from 0 to 1, that the member belongs to the topic's top tenth.
    """
    confidence_cap: float
    """
    The highest confidence that the people and contents behind it, and the number of other
    members on the topic, allow, from 0 to 1.
    """
    earned_points: float
    """
    Points earned by reactions on the topic.
    """
    evidence: float
    """
    Effective reactors on the topic, decayed and reduced by dislikes.
    """
    influence: float
    """
    Influence on the topic, from 0 to 100; earned and borrowed points add up
    to it.
    """
    lower: float
    """
    Lower end of its 90 % interval, by which the topic's leaderboard is ordered.
    """
    topic: str
    """
    The topic's slug.
    """
    upper: float
    """
    Upper end of its 90 % interval.
    """


class TopicListBody(TypedDict):
    """
    Topics, those with the most members first.
    """

    as_of: str | None
    """
    The time of the rank snapshot at which the members were counted; null if there is none
    yet.
    """
    data: list[ListedTopicBody]
    """
    The topics. Those that no member has are from the list of topics, and come last.
    """


class TopicSign(TypedDict):
    """
    One topic of a perk, with what is known about the person on it.
    """

    confidence: float | None
    """
    The probability, from 0 to 1, that the person is in the top tenth on the
    topic; absent if nothing is known.
    """
    interest: float | None
    """
    The share, from 0 to 1, to which the person's own posts, purchases and
    declarations are about the topic; absent if nothing is known.
    """
    relevant: bool
    """
    Whether this topic alone makes the perk relevant.
    """
    topic: str
    """
    The topic's slug.
    """


class TopicsBody(TypedDict):
    """
    A member's topics.
    """

    as_of: str
    """
    The time to which scores and evidence were decayed.
    """
    data: list[TopicBody]
    """
    The topics, most influential first.
    """


class TypePoints(TypedDict):
    """
    Points by type of reaction.
    """

    counted: bool
    """
    Whether the reactors are unknown: anonymous reactions, mere counts, or
    profile counters.
    """
    points: float
    """
    Points of the score.
    """
    type: Source
    """
    The type of event.
    """


class UndoMergeBody(TypedDict):
    """
    A request to undo a merge.
    """

    reason: TextLine
    """
    Why the two are not one person.
    """


class ValueExplained(TypedDict):
    """
    The explanation of the value score.
    """

    currency: str
    """
    The model's base currency, an ISO 4217 code.
    """
    customer_points: float
    """
    Points for being a customer, whatever the amount of the first purchase;
    0 if everything was refunded.
    """
    frequency_points: float
    """
    Points for how often and how recently the member bought again.
    """
    interval: str
    """
    The interval as a sentence in English.
    """
    lower: float
    """
    Lower end of the 90 % interval.
    """
    money: float
    """
    Money spent less refunds, decayed, in `currency`.
    """
    money_points: float
    """
    Points for the amount of money spent.
    """
    percentile: float | None
    """
    Share of members with a lower score, in percent; `null` if the snapshot
    holds no scores.
    """
    returns: float
    """
    Days with a purchase after the first such day, decayed: older days count
    for less, partly refunded orders in part.
    """
    score: float
    """
    The score, from 0 to 100; customer, frequency and money points add up to
    it.
    """
    upper: float
    """
    Upper end of the 90 % interval.
    """


class ValueNamesBody(TypedDict):
    """
    Names of values of a member.
    """

    attributes: list[str]
    """
    Attributes.
    """
    indices: list[IndexName]
    """
    Indices from other systems.
    """
    interests: list[Topic]
    """
    Interests.
    """
    name: bool
    """
    Whether the name is one of them.
    """


Verdict: TypeAlias = Literal['no_topics', 'shown', 'nothing_known', 'not_relevant']
"""
The reason why a perk is relevant to a person, or is not.
"""


class WaitBody(TypedDict):
    """
    A request to put a member on a waiting list.
    """

    member: IdentityText
    """
    The member: our id, or any identity.
    """
    request: NotRequired[Attributes]
    """
    What you know of the occasion, for conditions that read `request` when a
    unit becomes free: at most 64 names.
    """


class WaitingBody(TypedDict):
    """
    A member's wait for a unit of a perk.
    """

    before: int | None
    """
    The number of members ahead; null once the wait is over, and in lists.
    """
    claim: str | None
    """
    The claim that the wait led to; null if there is none.
    """
    ended_at: str | None
    """
    When the wait ended; null while the member waits.
    """
    id: str
    """
    The wait's id.
    """
    joined_at: str
    """
    When the wait began.
    """
    member: str
    """
    The member's id.
    """
    origin: Origin
    """
    How the wait came about: `waiting_list`, `invitation` or `draw`.
    """
    outcome: str | None
    """
    How the wait ended: `claimed`, `left`, `withdrawn`, or the refusal for
    which the member was passed over; null while the member waits.
    """
    perk: str
    """
    The perk's short name.
    """
    program: str
    """
    The program's short name.
    """


class WaitingListBody(TypedDict):
    """
    A page of a waiting list, in the order of places.
    """

    data: list[WaitingBody]
    """
    The waits, including those that are over.
    """
    page: Page
    """
    The cursor of the next page.
    """


WebhookForm: TypeAlias = Literal['standard', 'cloudevents']
"""
The form of the messages that a webhook gets. Both are signed as in Standard Webhooks.
"""


WebhookSecret: TypeAlias = str


class WhatIf2(TypedDict):
    """
    No change of numbers was found that lifts the refusal.
    """

    reason: NoChange
    """
    Why there is none.
    """
    result: Literal['impossible']


class WillChangeBody(TypedDict):
    """
    A tier change that was announced.
    """

    at: str
    """
    When the change happens, unless the tier is earned again by then.
    """
    to: str
    """
    The tier in effect after the change.
    """


class AddedValuesBody(ValueNamesBody):
    """
    What the survivor of a merge would get.
    """

    identities: list[str]
    """
    Identities and accounts.
    """


class Affected(HorizonsEffect):
    """
    A member that the draft affects.
    """

    identity: str | None
    """
    An identity of the member, an account if there is one; null for a key that is limited
    to a program.
    """
    member: str
    """
    The member's id, assigned by Renown.
    """
    name: MemberName | None


class ArmBody(TypedDict):
    """
    What the members of one arm did.
    """

    arm: Arm
    """
    The arm: offered, or control group.
    """
    before: ArmBeforeBody
    """
    The same for as many days before the exposure.
    """
    complete: int
    """
    Exposed members whose days after the exposure are over. Only they count in
    the numbers below.
    """
    exposed: int
    """
    Members with an exposure in this arm.
    """
    purchases: PurchasesBody
    """
    What these members bought and did not return.
    """
    reactions: ReactionsBody
    """
    The reactions to these members' posts.
    """


class AttentionBody(TypedDict):
    """
    Something that needs attention.
    """

    at: str | None
    """
    Since when; for a perk, when it runs out; null if that is not known.
    """
    detail: str
    """
    What is known of it, in a sentence.
    """
    kind: AttentionKindBody
    """
    Its kind.
    """
    perk: str | None
    """
    The perk's short name; null if it is not about one.
    """
    program: str | None
    """
    The program's short name; null if it is not about one.
    """
    source: str | None
    """
    The source of events; null if it is not about one.
    """
    title: str
    """
    What it is, in a few words.
    """
    webhook: str | None
    """
    The webhook's id; null if it is not about one.
    """


class AudienceBody(TypedDict):
    """
    An audience.
    """

    audience: AudienceName
    """
    The name by which programs refer to it.
    """
    created_at: str
    """
    When it was stored first.
    """
    list: bool
    """
    Whether it is a list, to which members are added by hand.
    """
    title: str | None
    """
    The display name; null if it has none.
    """
    updated_at: str
    """
    When it was last changed.
    """
    when: str | None
    """
    The condition that decides who is in it, as it was written; null for a list.
    """


class AudiencesBody(TypedDict):
    """
    All audiences.
    """

    data: list[AudienceBody]
    """
    The audiences, in the order of their names; at most 500.
    """


class BeforeBody(TypedDict):
    """
    The difference between the arms before the exposure.
    """

    amount: Lift
    """
    The difference in the amount per member that was paid and not refunded.
    """
    reactions: Lift
    """
    The difference in reactions received per member.
    """


class BusinessHours(TypedDict):
    """
    The weekly opening hours of a support desk.
    """

    holidays: NotRequired[list[Holiday]]
    """
    The days on which the desk is closed, from midnight to midnight; absent if the
    program has none.
    """
    intervals: list[OpenHours]
    """
    The open intervals, in the order of the week. The desk is closed outside them.
    A night shift is two intervals that meet at midnight.
    """
    timezone: str
    """
    The time zone of the hours: an IANA name.
    """


class CallerBody(TypedDict):
    """
    Who sends a request, and what the sender may do.
    """

    caller: str
    """
    Who it is: the id of the API key, also of a session that was made with one, or an id
    of the person, the same every time. Grants and versions of programs name it.
    """
    expires_at: str | None
    """
    The first moment at which the session or the key no longer works; null if it has no
    end. A session also ends when it is not used for a while.
    """
    id: str | None
    """
    The id of the session; null for an API key.
    """
    name: str
    """
    The name of the API key or of the person.
    """
    only_reads: bool
    """
    Whether the caller only reads, so that the scopes allow nothing that changes something.
    """
    program: str | None
    """
    The only program that the caller may use; null for all programs.
    """
    role: Role | None
    scopes: list[Right]
    """
    What the caller may do: the scopes of keys, and the finer rights `grants:write` and
    `members:read`.
    """


class CancelBody(TypedDict):
    """
    A request to cancel a claim, or to reverse its redemption.
    """

    reason: TextLine
    """
    The reason, which webhooks and the stream report.
    """


class CardBody(TypedDict):
    """
    What the numbers of a model claim, in plain words.
    """

    confidence: str
    """
    What confidence on a topic is.
    """
    currency: str
    """
    The currency in which value is counted, ISO 4217.
    """
    influence: str
    """
    What influence is.
    """
    lower: str
    """
    What the lower end of the interval is, which rules test.
    """
    parameters: list[ParameterBody]
    """
    The parameters that a reader of scores needs. Other models may have others.
    """
    value: str
    """
    What value is.
    """


ChangesBody = TypedDict(
    'ChangesBody',
    {
        'data': list[Difference],
        'from': int,
        'to': int,
    },
)


class ClaimBody(TypedDict):
    """
    A claim: one unit of a perk that is held for a member or given to them.
    """

    code: str | None
    """
    The code that the member shows to get the unit, if the perk has codes.
    Null before the confirmation, after the claim has ended without
    redemption, and in lists.
    """
    confirmed_at: str | None
    """
    When the claim was confirmed; null if it was not.
    """
    day: str
    """
    The day, in the program's time zone, against whose daily limits the claim
    counts.
    """
    ended_at: str | None
    """
    When the claim was released, cancelled or reversed, or expired; null if it
    has not ended.
    """
    expires_at: str | None
    """
    The first moment at which it is too late to confirm (while held) or to
    redeem (once confirmed); null if there is no such limit.
    """
    held_at: str
    """
    When the unit was held.
    """
    id: str
    """
    The claim's id.
    """
    member: str
    """
    The member's id.
    """
    origin: Origin
    """
    How the claim came about: `claim`, `waiting_list`, `invitation` or `draw`.
    """
    perk: str
    """
    The perk's short name.
    """
    program: str
    """
    The program's short name.
    """
    program_version: int
    """
    The version of the program under which the claim was made.
    """
    reason: str | None
    """
    Why the claim was cancelled or reversed; null if it was not.
    """
    redeemed_at: str | None
    """
    When the claim was redeemed; null if it was not.
    """
    state: StateKind
    """
    The state: `held`, `confirmed`, `redeemed`, `released`, `expired`,
    `cancelled` or `reversed`.
    """
    value: MoneyBody | None


class ClaimCountsBody(TypedDict):
    """
    The number of units for each step of claims, and their cost.
    """

    cancelled: int
    """
    Units whose claim the business cancelled.
    """
    confirmed: int
    """
    Units that were confirmed.
    """
    cost: list[CostBody]
    """
    The cost of the units by currency; empty if the program does not say what
    a unit is worth.
    """
    expired: int
    """
    Units whose claim expired.
    """
    held: int
    """
    Units that were held.
    """
    redeemed: int
    """
    Units that were redeemed.
    """
    released: int
    """
    Units that members released.
    """


class ClaimHoursBody(TypedDict):
    """
    The units that were held in the last 24 hours, in all programs.
    """

    by_hour: list[TimeCountBody]
    """
    Those of each hour, the oldest first, the present ones last.
    """
    last_24h: int
    """
    All of them.
    """


class Data(TypedDict):
    """
    `claim.…`: a claim has reached a new state.
    """

    claim: str
    """
    The id of the claim.
    """
    expires_at: str | None
    """
    The time at which the state ends automatically; null for never.
    """
    held_at: str
    """
    The time at which the claim was held.
    """
    member: str | None
    """
    The member whom the message is about; null if there is none.
    """
    origin: Origin
    """
    The origin of the claim: `claim`, `waiting_list`, `invitation` or `draw`.
    """
    perk: str
    """
    The perk that is claimed.
    """
    program: str | None
    """
    The program that the message is about; null if there is none.
    """
    program_version: int
    """
    The version of the program that gave the unit.
    """
    reason: str | None
    """
    The reason of a cancellation or reversal; null if there was none.
    """
    state: StateKind
    """
    The state that the claim has reached.
    """
    value: Money | None


class ClaimMessage(TypedDict):
    """
    `claim.…`: a claim has reached a new state.
    """

    data: Data
    """
    `claim.…`: a claim has reached a new state.
    """
    id: str
    """
    The id of the message, the same however often it is sent.
    """
    timestamp: str
    """
    When it happened.
    """
    type: Literal['claim.held', 'claim.confirmed', 'claim.redeemed', 'claim.released', 'claim.expired', 'claim.cancelled']
    """
    What has happened.
    """


class ClaimsBody(TypedDict):
    """
    A page of claims, latest first.
    """

    data: list[ClaimBody]
    """
    The claims.
    """
    page: Page
    """
    The cursor of the next page.
    """


class CodesBody(TypedDict):
    """
    The number of a perk's codes in each state.
    """

    assigned: int
    """
    Codes of claims that are held or confirmed.
    """
    codes: PerkCodes
    """
    Where codes come from in the version in force: `none`, `generated` or
    `imported`.
    """
    free: int
    """
    Imported codes that no claim has yet.
    """
    perk: str
    """
    The perk's short name.
    """
    program: str
    """
    The program's short name.
    """
    redeemed: int
    """
    Codes of claims that were redeemed.
    """
    void: int
    """
    Codes of claims that ended without redemption. They are not used again.
    """


class CodesReport(TypedDict):
    """
    The result of importing a list of codes. Codes are counted only once they are
    committed.
    """

    accepted: int
    """
    New codes that were stored.
    """
    duplicates: int
    """
    Codes that the perk already had, or that occurred twice.
    """
    rejected: list[RejectedCode]
    """
    The first 1,000 lines that are not valid codes.
    """
    rejected_count: int
    """
    Lines that are not valid codes.
    """


class CreateKeyBody(TypedDict):
    """
    A request to create an API key.
    """

    expires_at: NotRequired[Timestamp | None]
    name: KeyName
    """
    The purpose of the key: 1 to 100 characters, without control characters.
    """
    program: NotRequired[ProgramId | None]
    scopes: list[Scope]
    """
    The scopes of the key; `admin` includes the others.
    """
    sources: NotRequired[list[Source]]
    """
    The sources as which the key may send events, at most 100; all sources if empty or
    absent.
    """


class CreateWebhookBody(TypedDict):
    """
    A request to create a webhook.
    """

    description: NotRequired[str | None]
    """
    The purpose of the webhook, in words, at most 500 characters.
    """
    format: NotRequired[WebhookForm]
    """
    The form of the messages: `standard` if absent.
    """
    program: NotRequired[ProgramId | None]
    secret: NotRequired[WebhookSecret | None]
    types: NotRequired[list[MessageKind]]
    """
    Only messages of these types, at most 100; all types if empty or absent.
    """
    url: str
    """
    The receiver's URL: `https`, a host on the public internet, without
    credentials. At most 2,048 bytes.
    """


class DecideOneBody(TypedDict):
    """
    A request for a decision.
    """

    dry: NotRequired[bool]
    """
    `true`: decide, but do not record the decision.
    """
    member: IdentityText
    """
    The member: our id, or any identity.
    """
    opened_at: NotRequired[Timestamp | None]
    program: ProgramId
    """
    The program's short name.
    """
    request: NotRequired[Attributes]
    """
    What you know of the occasion, as conditions read it under `request`:
    names, each with a text, a number, a boolean or a list of texts. At most
    64.
    """


class DeliveryBody(TypedDict):
    """
    A message to a webhook, with the state of its delivery.
    """

    attempted_at: str | None
    """
    When the last attempt ended; null before the first.
    """
    attempts: int
    """
    The number of attempts so far, or since the last replay if there was one.
    """
    failure: str | None
    """
    Why the last attempt failed: `status`, `timeout`, `unresolved`,
    `unreachable`, `forbidden_address`, `tls`, `broken` or `gone`; null if it
    did not fail.
    """
    id: str
    """
    The message's id, which is in the header `webhook-id` of every attempt.
    """
    member: str | None
    """
    The id of the member that the message is about; null if none.
    """
    position: int
    """
    The message's position in the stream.
    """
    program: str | None
    """
    The program that the message is about; null if none.
    """
    retry_at: str | None
    """
    When the next attempt is due; null if no attempt failed or there is no
    next attempt.
    """
    state: DeliveryStateBody
    """
    The state of the delivery.
    """
    status: int | None
    """
    The HTTP status of the last attempt's answer; null if there was no answer.
    """
    timestamp: str
    """
    When the reported event happened.
    """
    type: str
    """
    The message's type, such as `tier.changed`.
    """


class DemotionFreeze(TypedDict):
    """
    A demotion freeze: no member is moved down for the time being.
    """

    reason: FreezeReason
    """
    The reason of the freeze.
    """
    since: str
    """
    The time since which the first of these sources has been silent.
    """
    sources: list[str]
    """
    The names of the silent sources.
    """


class DeskTokenBody(TypedDict):
    """
    A request for a token.
    """

    desk: DeskName
    """
    Which desk it is.
    """
    minutes: NotRequired[int | None]
    """
    How long the token works, in minutes; 15 if absent.
    """
    program: ProgramId
    """
    The program of the desk.
    """


class Diagnostic(TypedDict):
    """
    One finding about a program file.
    """

    code: str
    """
    The stable name of the kind of finding, such as `unknown-field`.
    """
    column: int
    """
    The column in characters, from 1; 0 if the finding has no position.
    """
    hint: str | None
    """
    How to correct it; absent if that is not known.
    """
    line: int
    """
    The line in the file, from 1; 0 if the finding has no position.
    """
    message: str
    """
    One sentence that says what is wrong.
    """
    path: str
    """
    The path of the field, such as `perks[0].when`; empty for the whole file.
    """
    severity: Severity
    """
    The severity. Only `error` prevents the publication of the program.
    """


class DisabledBody(TypedDict):
    """
    The disabling of a webhook.
    """

    at: str
    """
    When the webhook was disabled.
    """
    reason: DisabledReason
    """
    The reason: `asked` (by a request) or `gone` (the receiver answered 410).
    """


class DrawDocument(TypedDict):
    """
    A draw as it is published. Fields that are still secret or unknown before
    the draw is held are null.
    """

    algorithm: str
    """
    The name of the algorithm.
    """
    commitment: str
    """
    SHA-256 of the seed, as 64 hexadecimal digits.
    """
    committed_at: str
    """
    The time of the commitment, before any entry was possible.
    """
    description: str
    """
    The algorithm in words.
    """
    digest: str | None
    """
    The digest of the draw and its entries, as 64 hexadecimal digits; null
    before the draw.
    """
    drawn_at: str | None
    """
    The time at which the draw was held; null before.
    """
    draws_at: str | None
    """
    The time at which the draw is held automatically; null if it has to be
    started by hand, and after it was held.
    """
    entries: list[DrawnEntry] | None
    """
    All entries, in order of their ids; null before the draw.
    """
    entry_count: int
    """
    The number of entries.
    """
    perk: str
    """
    The id of the perk.
    """
    program: str
    """
    The id of the program.
    """
    seed: str | None
    """
    The seed, as 64 hexadecimal digits; null before the draw.
    """
    units: int | None
    """
    Units to be won when the draw was held; before the draw, units at
    present. Null if unlimited.
    """
    units_now: int | None
    """
    Units of this draw at present. The number differs from `units` if a
    later version of the program changes it, or if codes of a partner were
    added or used. Null before the draw, and if unlimited.
    """


class Effort1(TypedDict):
    """
    More people react to what the member writes.
    """

    days: int
    """
    The days until their reactions count in full; 0 if the reactions are enough at
    once.
    """
    gives: NotRequired[str]
    """
    The tier that they give, if it is a better one than the tier asked about.
    """
    kind: Literal['reactions']
    people: int
    """
    About how many people, each for the first time, with one like.
    """
    text: str
    """
    The same in words, to the member: `about 14 more people reacting to what you
    write about Las Vegas`.
    """
    topics: list[Topic]
    """
    The topics of what they react to; empty if any topic will do.
    """
    who: Reactors
    """
    Whether people of whom nothing is known are enough, or only trusted ones.
    """


class Effort2(TypedDict):
    """
    The member shows an interest.
    """

    kind: Literal['interest']
    text: str
    """
    The same in words, to the member.
    """
    topics: list[Topic]
    """
    The topics.
    """


Effort: TypeAlias = Effort1 | Effort2 | Effort3
"""
What would lift a refusal, as something that people can do. It has been evaluated.
"""


class EnterBody(TypedDict):
    """
    A request to enter a member in a draw.
    """

    member: IdentityText
    """
    The member: our id, or any identity.
    """
    nonce: NotRequired[Nonce | None]
    request: NotRequired[Attributes]
    """
    What you know of the occasion, for conditions that read `request` when the
    member is drawn: at most 64 names.
    """


class EventCountsBody(TypedDict):
    """
    The events that were received in the last 24 hours.
    """

    by_ten_minutes: list[TimeCountBody]
    """
    Those of each ten minutes, the oldest first, the present ones last.
    """
    last_24h: int
    """
    All of them.
    """


class ExcludedBy(TypedDict):
    """
    The perk of the same exclusive group that excludes another one.
    """

    claimed: bool
    """
    Whether the member has the perk. If not, they may claim it, and it is the better one.
    """
    perk: PerkId
    """
    The perk.
    """
    program: ProgramId
    """
    The program of the perk.
    """


class ExclusivePerk(NamedPerk):
    """
    A perk of an exclusive group that one of the members has.
    """

    member: str
    """
    The member who has it.
    """


class ExclusiveTogether(TypedDict):
    """
    An exclusive group of which each member has a perk.
    """

    group: str
    """
    The name of the group.
    """
    perks: list[ExclusivePerk]
    """
    The perks. The joined member keeps them all.
    """


class ExperimentBody(TypedDict):
    """
    The result of an experiment.
    """

    arms: list[ArmBody]
    """
    The members that were offered the perks, then the control group.
    """
    as_of: str
    """
    When the events were read.
    """
    before: BeforeBody
    """
    The same comparison for the days before the first exposure, when only
    chance can make a difference.
    """
    currency: str
    """
    The currency of all amounts here, ISO 4217. The model's rates convert to
    it.
    """
    hold_back: str
    """
    The share of members in the control group, such as `10%`.
    """
    lift: LiftBody
    """
    The effect of the offer.
    """
    outcome_days: int
    """
    The days after a member's first exposure that count.
    """
    perk: str | None
    """
    The perk's short name; null for the program's experiment on all perks that
    share it.
    """
    program: str
    """
    The program's short name.
    """
    salt: str
    """
    The salt by which members are assigned to the groups.
    """
    split: Split
    """
    Whether the sizes of the arms match the share of the control group.
    """
    switched: int
    """
    Members that were exposed in both arms because the share was changed under
    the same salt. They count in the arm of their first exposure.
    """
    warnings: list[str]
    """
    Reasons not to rely on the comparison, in sentences.
    """


class ExperimentsBody(TypedDict):
    """
    The experiments of a program.
    """

    data: list[ListedExperimentBody]
    """
    The program's own experiment first, then those of its perks in the order
    of the program file.
    """


GrantBody = TypedDict(
    'GrantBody',
    {
        'author': TextLine,
        'from': NotRequired[Timestamp | None],
        'member': IdentityText,
        'perk': NotRequired[PerkId | None],
        'reason': TextLine,
        'tier': NotRequired[TierId | None],
        'until': NotRequired[Timestamp | None],
    },
)


GrantedBody = TypedDict(
    'GrantedBody',
    {
        'author': str,
        'created_at': str,
        'from': str,
        'id': str,
        'key': str | None,
        'list': str | None,
        'member': str,
        'perk': str | None,
        'reason': str,
        'revoked': RevokedBody | None,
        'tier': str | None,
        'until': str | None,
    },
)


class GrantsBody(TypedDict):
    """
    A page of grants, latest first.
    """

    data: list[GrantedBody]
    """
    The grants, including those that ended or were revoked.
    """
    page: Page
    """
    The cursor of the next page.
    """


class HoldBody(TypedDict):
    """
    A request to hold a unit of a perk for a member.
    """

    confirm: NotRequired[bool]
    """
    `true`: confirm the claim at once.
    """
    member: IdentityText
    """
    The member: our id, or any identity.
    """
    perk: PerkId
    """
    The short name of one of the program's perks.
    """
    program: ProgramId
    """
    The program's short name.
    """
    request: NotRequired[Attributes]
    """
    What you know of the occasion, for conditions that read `request`: at most
    64 names.
    """


class AtOnce2(TypedDict):
    """
    Moves of members on one horizon.
    """

    down: int
    """
    Members that move down.
    """
    same: int
    """
    Members that stay in the same place.
    """
    up: int
    """
    Members that move up.
    """
    ways: list[Move]
    """
    Pairs of tiers with at least one member that goes from one to the other.
    """


class Settled2(TypedDict):
    """
    Moves of members on one horizon.
    """

    down: int
    """
    Members that move down.
    """
    same: int
    """
    Members that stay in the same place.
    """
    up: int
    """
    Members that move up.
    """
    ways: list[Move]
    """
    Pairs of tiers with at least one member that goes from one to the other.
    """


class HorizonsMoves(TypedDict):
    """
    A result at two times: `at_once`, as soon as the draft is published, with
    the tiers that members keep; and `settled`, when every kept time is over, if
    nothing else changes. `settled` is what the rules alone give.
    """

    at_once: AtOnce2
    """
    Moves of members on one horizon.
    """
    settled: Settled2
    """
    Moves of members on one horizon.
    """


class AtOnce4(TypedDict):
    """
    Rates of a group under two versions.
    """

    after: Rate
    """
    Rate under the draft.
    """
    before: Rate
    """
    Rate under the version in force.
    """


class Settled4(TypedDict):
    """
    Rates of a group under two versions.
    """

    after: Rate
    """
    Rate under the draft.
    """
    before: Rate
    """
    Rate under the version in force.
    """


class HorizonsRates(TypedDict):
    """
    A result at two times: `at_once`, as soon as the draft is published, with
    the tiers that members keep; and `settled`, when every kept time is over, if
    nothing else changes. `settled` is what the rules alone give.
    """

    at_once: AtOnce4
    """
    Rates of a group under two versions.
    """
    settled: Settled4
    """
    Rates of a group under two versions.
    """


class IdentityVerification(TypedDict):
    """
    The verification of an identity.
    """

    at: str
    """
    When it was verified.
    """
    by: TextLine
    """
    Who verified it, or what: `front desk`, `sign-in with GitHub`.
    """


class IgnoredItem(TypedDict):
    """
    An item that means nothing that is counted.
    """

    detail: str
    """
    One sentence with what is special about this item.
    """
    index: int
    """
    The item's position in the request, from 0.
    """
    reason: IgnoredReason
    """
    Why it was ignored.
    """


class ImportBody(TypedDict):
    """
    The result of an import of grants.
    """

    enrolled: int
    """
    Members that were enrolled by the import.
    """
    granted: int
    """
    Lines for which a grant was made.
    """
    rejected: list[RejectedLine]
    """
    The first 1,000 rejected lines.
    """
    rejected_count: int
    """
    Lines that were rejected.
    """
    revoked: int
    """
    Grants that were revoked because the list no longer names them.
    """
    unchanged: int
    """
    Lines whose grant was already in effect.
    """


class ImportedIndexBody(TypedDict):
    """
    An index from another system.
    """

    as_of: Timestamp
    """
    The time to which the score refers.
    """
    provenance: TextLine
    """
    The origin of the score, in your words.
    """
    score: float
    """
    The score, from 0 to 100.
    """


class InEffect(TypedDict):
    """
    The tier in effect: the tier by the rules, or a better tier from a grant.
    """

    grant: str | None
    """
    The grant that gives the tier; absent if the rules give it.
    """
    held: DemotionFreeze | None
    keep_until: str | None
    """
    The time until which the tier is kept; absent if it is not only kept, or if a
    demotion freeze keeps it.
    """
    kept: bool
    """
    True if the tier is above the tier earned now and is only kept.
    """
    since: str | None
    """
    The time since which the member has had the tier; for a granted tier, the
    start of the grant. Absent while the tier is not yet recorded.
    """
    tier: str
    """
    The id of the tier.
    """
    will_change: Fall | None


class Index2(Interval):
    """
    There is evidence.
    """

    evidence: float
    """
    The amount of evidence: effective (decayed, trusted) reactors for
    influence, effective orders for value.
    """
    percentile: float | None
    """
    The percentage of members that stand lower, from 0 to 100, by the rank
    snapshot; absent if the snapshot has no members. Influence is compared by its
    lower end, value by its score.
    """
    score: float
    """
    The score, from 0 to 100.
    """
    state: Literal['known']


Index: TypeAlias = Index1 | Index2
"""
An index of a member: a number from 0 to 100 with its interval, or `unknown`.
Missing data never counts as a low number.
"""


class IndexBody(TypedDict):
    """
    An index of a member: influence or value.
    """

    evidence: float
    """
    The amount of evidence, in effective reactors (decayed, trusted,
    saturated) for influence and in effective orders for value; 0 if unknown.
    """
    lower: float | None
    """
    The lower end of the 90 % interval, from 0 to 100, which rules test; null
    if unknown.
    """
    percentile: float | None
    """
    The percentage of members that stand lower at the last rank snapshot, from 0 to
    100; null if there is no snapshot yet or the index is unknown. Influence is
    compared by its lower end, value by its score.
    """
    score: float | None
    """
    The score, from 0 to 100; null if unknown.
    """
    state: IndexState
    """
    `unknown` if there is no evidence. That is not a low score.
    """
    upper: float | None
    """
    The upper end of the 90 % interval, from 0 to 100; null if unknown.
    """


class IndicesBody(TypedDict):
    """
    The indices of a member from other systems.
    """

    data: list[NamedIndexBody]
    """
    The indices, in the order of their names; at most 64.
    """


class IndicesOfBothBody(TypedDict):
    """
    An index of both members, and of the joined one.
    """

    absorbed: IndexBody
    """
    Of the member that would be absorbed.
    """
    after: IndexBody
    """
    Of the joined member.
    """
    survivor: IndexBody
    """
    Of the member that would go on.
    """


class InputSeen(TypedDict):
    """
    One input of a table, with its value.
    """

    actual: Seen | None
    name: str
    """
    The input's label, or the expression as the program's author wrote it.
    """


class InvitationBody(TypedDict):
    """
    An invited identity and the result.
    """

    before: int | None
    """
    The number of members ahead, if the member waits.
    """
    claim: str | None
    """
    The claim's id, if the member has a unit.
    """
    expires_at: str | None
    """
    The first moment at which it is too late to confirm (while held) or to
    redeem (once confirmed); null if there is no such limit.
    """
    identity: str
    """
    The identity, as in the request.
    """
    member: str | None
    """
    The member's id; null if no member is enrolled under the identity.
    """
    outcome: InvitationOutcome
    """
    The result of the invitation.
    """
    reason: NotRequired[Any]
    """
    The reason in the form that decisions give it, if the rules refuse the
    member.
    """
    refusal: str | None
    """
    The refusal's name, if the member is refused.
    """
    state: StateKind | None
    waiting: str | None
    """
    The id of the wait, if the member waits.
    """


class InvitationsBody(TypedDict):
    """
    The result of each invitation.
    """

    data: list[InvitationBody]
    """
    One item for each identity in the request, in that order. A member that is
    named twice is invited once.
    """


class JoinedMemberBody(TypedDict):
    """
    What a business has said about the joined member.
    """

    attributes: Attributes
    """
    The attributes.
    """
    enrolled_at: str
    """
    The earlier enrolment.
    """
    interests: list[Topic]
    """
    The declared interests.
    """
    name: MemberName | None
    scoring: ScoringBody
    """
    `opted_out` if one of the two has opted out.
    """


class KeyBody(TypedDict):
    """
    An API key, without its secret.
    """

    bootstrap: bool
    """
    Whether the secret is the service's `RENOWN_BOOTSTRAP_KEY`. It is changed there.
    """
    created_at: str
    """
    When the key was created.
    """
    expires_at: str | None
    """
    The first moment at which the key no longer works; null if it has no end.
    """
    id: str
    """
    The key's id.
    """
    last_used_at: str | None
    """
    When the key was last used, exact to a minute; null if never.
    """
    name: str
    """
    The purpose of the key.
    """
    previous_secret_until: str | None
    """
    Until when the secret before the present one works too; null if the secret was
    never replaced.
    """
    program: str | None
    """
    The only program that the key may use; null for all programs.
    """
    revoked_at: str | None
    """
    When the key was revoked; null if it was not.
    """
    scopes: list[str]
    """
    The scopes of the key.
    """
    sources: list[str]
    """
    The sources as which the key may send events; empty for all sources.
    """
    state: KeyState
    """
    Whether the key works: `active`, `expired` or `revoked`.
    """


class KeyWithSecretBody(KeyBody):
    """
    A key with a new secret.
    """

    secret: str | None
    """
    The secret, to be sent as `Authorization: Bearer …`. It is shown only this once: if
    the same request is sent again under its `Idempotency-Key`, it is null.
    """


class KeysBody(TypedDict):
    """
    A page of keys, latest first.
    """

    data: list[KeyBody]
    """
    The keys, including those that expired or were revoked.
    """
    page: Page
    """
    The cursor of the next page.
    """


class LevelReason(TypedDict):
    """
    The reason why a condition gives a service level.
    """

    condition: str
    """
    The condition as the program's author wrote it.
    """
    tests: list[Test]
    """
    The tests that make it hold.
    """


class LineBody(TypedDict):
    """
    A member on a leaderboard.
    """

    accounts: list[str]
    """
    The member's accounts, as `network:handle`.
    """
    as_of: str
    """
    The time to which the score was decayed.
    """
    change_7d: LeaderboardChangeBody | None
    influence: IndexBody
    """
    The member's influence, with its interval.
    """
    member: str
    """
    The member's id.
    """
    name: MemberName | None
    rank: int
    """
    The place on this leaderboard, from 1.
    """
    tier: TierTitleBody | None
    topic: TopicBody | None
    topics: list[TopicBody]
    """
    The three topics on which the member's influence is highest.
    """


class LineResultBody4(RefusedLine):
    """
    The line was refused, and changed nothing.
    """

    result: Literal['refused']


LineResultBody: TypeAlias = LineResultBody1 | LineResultBody2 | LineResultBody3 | LineResultBody4
"""
A line of the answer with the result of each line.
"""


class ListedDecisionBody(DecisionLineBody):
    """
    A recorded decision without its content, with the member.
    """

    member: str | None
    """
    The member's id; null if no member was enrolled under the identity, or the member has
    left or opted out since.
    """
    name: MemberName | None


class LookUpManyBody(TypedDict):
    """
    A request for the lookups of many members.
    """

    include: NotRequired[list[LookupKind]]
    """
    The lookups to answer for each member; tier and service level if absent.
    """
    members: list[IdentityText]
    """
    From 1 to 10,000 members: our ids, or any identities.
    """
    request: NotRequired[Attributes]
    """
    What you know of the occasion, the same for all members, as conditions read
    it under `request`. At most 64 names.
    """


class MemberDecisionsBody(TypedDict):
    """
    A page of the decisions about a member, latest first.
    """

    data: list[DecisionLineBody]
    """
    The decisions. `GET /v1/decisions/{id}` returns one with its outcome and inputs.
    """
    page: Page
    """
    The cursor of the next page.
    """


class MemberEventsBody(TypedDict):
    """
    A page of the events about a member's accounts, those first that were received last.
    """

    data: list[EventLineBody]
    """
    The events. They do not name who acted.
    """
    page: Page
    """
    The cursor of the next page.
    """


class MemberGrantBody(GrantedBody):
    """
    A grant to the member, with its program.
    """

    program: str
    """
    The program's short name.
    """


class MemberGrantsBody(TypedDict):
    """
    A page of a member's grants, latest first.
    """

    data: list[MemberGrantBody]
    """
    The grants, including those that ended or were revoked.
    """
    page: Page
    """
    The cursor of the next page.
    """


class MemberImportBody(TypedDict):
    """
    The result of an import of members. Only what is committed counts.
    """

    changed: int
    """
    Lines that changed a member.
    """
    created: int
    """
    Lines that enrolled a member.
    """
    next_line: int
    """
    The line after the last one with a result.
    """
    refused: list[RefusedLine]
    """
    The first 1,000 refused lines.
    """
    refused_count: int
    """
    Lines that were refused. They changed nothing.
    """
    unchanged: int
    """
    Lines whose content the member had already.
    """


class MemberLineBody(TypedDict):
    """
    A member in a list, as a JSON merge patch: what is absent stays as it is, and null removes.
    """

    attributes: NotRequired[AttributesPatch | None]
    enrolled_at: NotRequired[Timestamp | None]
    id: NotRequired[str | None]
    """
    The id of a known member. An id that nobody has is left out if the line has other
    identities.
    """
    identities: NotRequired[list[IdentityText] | None]
    """
    Identities of the member. New ones are added; none is removed.
    """
    identity: NotRequired[IdentityText | None]
    interests: NotRequired[list[Topic] | None]
    """
    All declared interests; null removes them.
    """
    name: NotRequired[MemberName | None]
    scoring: NotRequired[ScoringBody | None]


class MemberMessagesBody(TypedDict):
    """
    A page of the messages about a member, latest first.
    """

    data: list[dict[str, Any]]
    """
    The messages that are kept, as webhooks get them.
    """
    page: Page
    """
    The cursor of the next page.
    """


class MemberTiersBody(TypedDict):
    """
    The tiers of a member.
    """

    data: list[MemberTierBody]
    """
    One item for each program in force, in the order of their names.
    """
    page: Page
    """
    The cursor of the next page.
    """


MergeBody = TypedDict(
    'MergeBody',
    {
        'from': IdentityText,
        'reason': TextLine,
    },
)


class MergePreviewedBody(TypedDict):
    """
    What a merge would do.
    """

    absorbed: str
    """
    The member that would be absorbed.
    """
    added: AddedValuesBody
    """
    What the survivor lacked, and would get.
    """
    conflicts: list[str]
    """
    Why the two cannot be merged; empty if they can.
    """
    estimates: list[str]
    """
    Why scores and tiers are an estimate.
    """
    exclusive: list[ExclusiveTogether]
    """
    The exclusive groups of which each has a perk.
    """
    influence: IndicesOfBothBody
    """
    The influence of both, and of the joined member.
    """
    kept: ValueNamesBody
    """
    Values of which each has another: the survivor's would stay.
    """
    member: JoinedMemberBody
    """
    What you would have said about the joined member.
    """
    programs: list[ProgramPreview]
    """
    What would change in each program in force.
    """
    survivor: str
    """
    The member that would go on.
    """
    value: IndicesOfBothBody
    """
    The value of both, and of the joined member.
    """


class MergesBody(TypedDict):
    """
    A page of merges.
    """

    data: list[MergedBody]
    """
    The merges, latest first, also those that were undone.
    """
    page: Page
    """
    The cursor of the next page.
    """


class ModelInForceBody(TypedDict):
    """
    Which model is to be in force.
    """

    version: ModelVersion
    """
    The version of a model that is ready.
    """


class ModelStatusBody(TypedDict):
    """
    A scoring model, and how far its scores have been computed.
    """

    batches: int
    """
    The batches in the event log.
    """
    folded_batches: int
    """
    The batches of the event log that its states contain.
    """
    moves: ScoreMoves | None
    since: str
    """
    When that began.
    """
    state: ModelState
    """
    `building`, `ready` (it can be put in force) or `in_force`.
    """
    version: str
    """
    The version, as scores name it.
    """


class ModelsBody(TypedDict):
    """
    The scoring models of the deployment.
    """

    data: list[ModelStatusBody]
    """
    The model in force first; then the one that is built beside it, if any.
    """


class Moment(TypedDict):
    """
    Points by content.
    """

    at: str | None
    """
    When the latest reaction to the content happened; `null` unless `kind` is `content`.
    """
    kind: MomentKind
    """
    Whether this is one content or a remainder.
    """
    object: str | None
    """
    The content's id; `null` unless `kind` is `content`.
    """
    points: float
    """
    Points of the score.
    """


class NativeEvent(TypedDict):
    """
    An event: an account did something, at a time, on a network. It is a flattened
    CloudEvent. Unknown members are refused.
    """

    actor: NotRequired[str | None]
    """
    The handle of the account that acted (the buyer, for a purchase). Absent
    if unknown: an anonymous like, or a count.
    """
    count: NotRequired[int | None]
    """
    For reactions and follows: how many of them this event stands for, as an
    aggregate of unknown accounts. 1 if absent.
    """
    currency: NotRequired[str | None]
    """
    For purchases and refunds: the currency, ISO 4217. The model must have a
    rate for it.
    """
    id: str
    """
    Your id of the event. Together with `source` it identifies repetitions. 1
    to 256 characters.
    """
    metrics: NotRequired[NativeMetrics | None]
    network: str
    """
    The network where it happened: `twitter`, `bluesky`, `mastodon`, `github`,
    `shop`, …
    """
    object: NotRequired[str | None]
    """
    The id of the content or of the order. A refund names its order here.
    """
    source: str
    """
    The system that sends the event. 1 to 128 characters.
    """
    target: NotRequired[str | None]
    """
    The handle of the account whose content or profile was acted on (for a
    profile: the account that the snapshot is of).
    """
    text: NotRequired[str | None]
    """
    Free text. It is matched against the names of topics and then dropped.
    """
    time: Timestamp
    """
    When it happened, with a time zone. Not before 1970 and not in the far
    future.
    """
    topics: NotRequired[list[Topic] | None]
    """
    The topics: slugs, names or hashtags. They are normalised.
    """
    type: NativeType
    """
    The kind of event.
    """
    undo: NotRequired[str | None]
    """
    For `undo`: the id of the event, of the same source, whose effect is
    undone. That event may arrive later.
    """
    value: NotRequired[str | None]
    """
    For purchases and refunds: the amount, a decimal as a string or number.
    """


NativeEvents: TypeAlias = NativeEvent | list[NativeEvent]
"""
One event, or a list of events.
"""


OfferBody = TypedDict(
    'OfferBody',
    {
        'claimed': int,
        'disclosure': str | None,
        'eligible': bool,
        'excluded_by': ExcludedBy | None,
        'exclusive': GroupName | None,
        'from': str | None,
        'kind': PerkKind,
        'left': int | None,
        'per_member': int,
        'perk': str,
        'refusal': Refusal | None,
        'stock': int | None,
        'title': str,
        'topics': list[str],
        'until': str | None,
        'value': MoneyBody | None,
    },
)


class OpenClaimBody(TypedDict):
    """
    A unit of a perk that a member has claimed and that was not handed over yet.
    """

    claim: str
    """
    The claim's id, with which it is confirmed and redeemed.
    """
    perk: str
    """
    The perk's short name.
    """
    state: StateKind
    """
    `held` or `confirmed`.
    """
    title: str
    """
    The perk's display name; its short name if the program no longer has the perk.
    """
    until: str | None
    """
    The first moment at which it can no longer be confirmed, if it is `held`, or
    redeemed; null for no end.
    """


class PartExplained(TypedDict):
    """
    One part of influence.
    """

    about: str
    """
    What the part measures, in one sentence.
    """
    by_type: list[TypePoints]
    """
    The same points by type of reaction, most points first.
    """
    credit: float
    """
    The part's evidence, decayed: effective reactors, or contents for
    `breadth`.
    """
    moments: list[Moment]
    """
    The same points by content, most points first; `unattributed` and
    `other` come last.
    """
    part: Part
    """
    The part that is explained.
    """
    points: float
    """
    Points of the score that the part contributes.
    """


class Proofs1(TypedDict):
    """
    You have verified it.
    """

    at: NotRequired[Timestamp | None]
    by: TextLine
    """
    Who verified it, or what: `front desk`, `sign-in with GitHub`.
    """
    state: Literal['verified']


class PatchMemberBody(TypedDict):
    """
    Changes of a member, as a JSON merge patch (RFC 7396): what is absent stays as it is,
    and null removes.
    """

    attributes: NotRequired[AttributesPatch | None]
    identities: NotRequired[list[IdentityText] | None]
    """
    All identities other than the one in the path. Identities that are not listed are
    removed; null removes all.
    """
    interests: NotRequired[list[Topic] | None]
    """
    All topics in which the member declared an interest; null removes all.
    """
    name: NotRequired[MemberName | None]
    proofs: NotRequired[dict[str, Proofs | Proofs1 | None]]
    """
    How you know that these identities are the member's, by the identities. Others stay as they are; a new one is `asserted`.
    """
    scoring: NotRequired[ScoringBody]
    """
    Whether the member takes part in scoring. It cannot be removed.
    """


class PatchWebhookBody(TypedDict):
    """
    A change of a webhook. Absent members stay as they are.
    """

    description: NotRequired[str | None]
    """
    The purpose of the webhook, in words, at most 500 characters; empty to
    remove it.
    """
    enabled: NotRequired[bool | None]
    """
    `false`: nothing is sent. `true`: delivery continues from where it was
    disabled, as far back as messages are kept.
    """
    format: NotRequired[WebhookForm | None]
    types: NotRequired[list[MessageKind] | None]
    """
    Only messages of these types from now on, at most 100; all types if empty.
    """
    url: NotRequired[str | None]
    """
    The receiver's URL. Pending deliveries go there too. At most 2,048 bytes.
    """


class PerkDayBody(ClaimCountsBody):
    """
    The use of one perk on one day.
    """

    eligible: int | None
    """
    Members that could have claimed the perk, counted once soon after the day
    began; null if they were not counted.
    """
    held_back: int | None
    """
    Members of the control group that would otherwise have been eligible,
    counted at the same time.
    """
    offered: int
    """
    Members that saw on that day that they may have the perk.
    """
    perk: str
    """
    The perk's short name.
    """


class PerkGroup(HorizonsRates):
    """
    Rates of one group for one perk.
    """

    perk: str
    """
    The id of the perk.
    """


class PerkImpact(TypedDict):
    """
    The impact of a draft on one perk.
    """

    cost: CostForecast | None
    days: int
    """
    Days on which the perk can be claimed from now on, at most 365.
    """
    demand: int
    """
    Units that the members eligible at once may still claim. If only a
    sample was evaluated, this and the following fields are estimates for
    the whole population.
    """
    eligible: HorizonsPerkChange
    """
    Members that meet the perk's condition and to whom it is relevant. They
    count even before the perk starts or when no units are left, but not
    once the perk has expired. Attributes that a caller sends with a request
    are not known here.
    """
    expected_units: int
    """
    Units expected to be claimed within `days`.
    """
    held_back: HorizonsMembersBeforeAfter
    """
    Members that only an experiment of the version keeps from being
    eligible. They are not counted in `eligible`.
    """
    perk: str
    """
    The id of the perk.
    """
    runs_out_on: str | None
    """
    The day, in the program's time zone, on which the last unit is expected
    to be claimed; null if that is not within `days`.
    """
    state: PerkState
    """
    Whether it can be claimed under the draft.
    """
    stock: int | None
    """
    Units in all under the draft; null if unlimited.
    """
    units_left: int | None
    """
    Units left of the stock and of the budgets; null if unlimited.
    """


class Problem(TypedDict):
    """
    An error in the form of RFC 9457. `type` is stable, and programs should act on
    it; `title` and `detail` are for people.
    """

    detail: NotRequired[str]
    """
    What is wrong with this request, and what would be right.
    """
    diagnostics: NotRequired[list[Diagnostic]]
    """
    The mistakes of a program, each with line and column.
    """
    pointer: NotRequired[str]
    """
    JSON pointer (RFC 6901) to the part of the request at fault; empty for the
    whole request. Absent if there is nothing to point at.
    """
    request_id: NotRequired[str]
    """
    The request's id, under which the operator finds it in the logs; also in
    the `X-Request-Id` header.
    """
    status: int
    """
    The HTTP status code.
    """
    title: str
    """
    The kind in words, the same for every problem of that kind.
    """
    type: str
    """
    The kind of problem: `urn:renown:problem:` and one of the slugs that the
    documentation lists. It is stable.

    | `type` ends in | status | |
    |---|---|---|
    | `invalid-request` | 400 | The request is not valid |
    | `malformed-body` | 400 | The body cannot be read |
    | `interrupted-body` | 400 | The body ended early |
    | `body-timeout` | 408 | The body did not arrive in time |
    | `unauthorized` | 401 | A valid API key or session is needed |
    | `forbidden` | 403 | The caller may not do this |
    | `not-found` | 404 | The resource does not exist |
    | `method-not-allowed` | 405 | This method is not allowed here |
    | `conflict` | 409 | The request conflicts with the current state |
    | `precondition-failed` | 412 | The resource has been changed meanwhile |
    | `body-too-large` | 413 | The body is too large |
    | `unsupported-media-type` | 415 | This content type or encoding is not supported |
    | `events-rejected` | 422 | Some events are wrong, so no event was stored |
    | `too-many-rejected` | 422 | Too many items are wrong, so the rest was not read |
    | `program-invalid` | 422 | The program has mistakes |
    | `idempotency-key-missing` | 400 | The request needs an Idempotency-Key |
    | `idempotency-key-reused` | 422 | The Idempotency-Key was used for another request |
    | `request-in-progress` | 409 | The same request is being carried out |
    | `claim-refused` | 409 | The perk cannot be claimed |
    | `position-gone` | 410 | The messages after this position are not kept any more |
    | `too-many-requests` | 429 | Too many requests; wait a while |
    | `internal` | 500 | Something went wrong in the service |
    | `unavailable` | 503 | The service cannot do this at the moment |
    | `storage-full` | 503 | The disk of the database is full |
    | `timeout` | 503 | The request took too long |

    """


class ProgramTiersBody(TypedDict):
    """
    A program in force with the members of its tiers.
    """

    program: str
    """
    The program's short name.
    """
    tiers: list[TierCountBody]
    """
    The tiers, best first. Each has 0 members until the members are counted for the first
    time.
    """
    title: str
    """
    The display name of the program.
    """
    version: int
    """
    The number of the version in force.
    """


class Proof2(IdentityVerification):
    """
    The business has verified it.
    """

    state: Literal['verified']


Proof: TypeAlias = Proof1 | Proof2
"""
How it is known that an identity is the member's. A guest at a desk may name the handle
of another person.
"""


class PublishBody(TypedDict):
    """
    The options of a publication.
    """

    note: NotRequired[str | None]
    """
    A note for readers of the history, at most 500 characters.
    """
    source: NotRequired[str | None]
    """
    A program in YAML or JSON, as a text; the stored draft if absent.
    """
    starts_at: NotRequired[Timestamp | None]


class PutMemberBody(TypedDict):
    """
    The content of a member.
    """

    attributes: NotRequired[Attributes]
    """
    All attributes of the member: names of `a-z 0-9 - _`, each with a text, a
    number, a boolean or a list of texts. At most 64.
    """
    enrolled_at: NotRequired[Timestamp | None]
    identities: NotRequired[list[IdentityText] | None]
    """
    All identities other than the one in the path: `network:handle`,
    `email:…`, `loyalty:…`, `crm:…`. Identities that are not listed are
    removed. If absent, identities stay as they are.
    """
    interests: NotRequired[list[Topic]]
    """
    Topics in which the member declared an interest. They earn no score, but
    make perks relevant. At most 100.
    """
    name: NotRequired[MemberName | None]
    proofs: NotRequired[dict[str, Proofs | Proofs1]]
    """
    How you know that these identities are the member's, by the identities. Others stay as they are; a new one is `asserted`.
    """
    scoring: NotRequired[ScoringBody | None]


class RejectedItem(TypedDict):
    """
    An item that was not stored.
    """

    index: int
    """
    The item's position in the request, from 0. In a stream, blank lines do
    not count.
    """
    line: NotRequired[int]
    """
    The item's line in a stream, from 1; absent in a list.
    """
    problem: Problem
    """
    What is wrong with the item. `type` is `…:malformed-json`,
    `…:invalid-event`, `…:event-too-large` or `…:event-conflict` (the same
    source and id came before with other content); `pointer` points into the
    item.
    """


class Relevance(TypedDict):
    """
    How relevant a perk's topics are to a member.
    """

    topics: list[TopicSign]
    """
    The perk's topics, each with the member's confidence and interest.
    """
    verdict: Verdict
    """
    Whether the perk is relevant, and why.
    """


class ReplayDeliveriesBody(TypedDict):
    """
    The start of a replay: give either `since` or `after`.
    """

    after: NotRequired[int | None]
    """
    Replay everything after this position.
    """
    since: NotRequired[Timestamp | None]


class ReportDayBody(TypedDict):
    """
    The use of perks on one day.
    """

    day: str
    """
    The day, in the program's time zone.
    """
    perks: list[PerkDayBody]
    """
    The perks with data on that day.
    """


class RevokeBody(TypedDict):
    """
    A request to revoke a grant.
    """

    author: TextLine
    """
    The person that decided, in words.
    """
    reason: TextLine
    """
    The reason.
    """


class RotateBody(TypedDict):
    """
    A request to replace a webhook's secret.
    """

    secret: NotRequired[WebhookSecret | None]


class ScoreBody(TypedDict):
    """
    A member's scores.
    """

    as_of: str
    """
    The time to which scores and evidence were decayed.
    """
    influence: IndexBody
    """
    The influence, from social events: only what others did, never what the
    member posted.
    """
    member: str | None
    """
    The member's id. Null if the member is not enrolled, opted out or was
    never seen; these cases look alike.
    """
    model: str
    """
    The version of the scoring model.
    """
    pending: PendingPoints | None
    snapshot: int
    """
    The number of the rank snapshot, which holds what depends on all members,
    such as percentiles. Snapshot 0 knows no members.
    """
    topics: list[TopicBody]
    """
    The member's topics, most influential first.
    """
    value: IndexBody
    """
    The value, from purchases.
    """


class Data5(TypedDict):
    """
    `score.changed`: a score has moved since it was last reported, or was removed.
    """

    as_of: NotRequired[str]
    """
    The time to which the score was decayed; absent once there is no score.
    """
    before: ScoresBefore
    """
    The scores that were last reported.
    """
    influence: Index
    """
    The influence index, computed from social events.
    """
    member: str | None
    """
    The member whom the message is about; null if there is none.
    """
    model: NotRequired[str]
    """
    The model that computed the score; absent once there is no score.
    """
    program: str | None
    """
    The program that the message is about; null if there is none.
    """
    reason: ScoreChangeReason
    """
    The reason of the message.
    """
    snapshot: NotRequired[int]
    """
    The rank snapshot that the score was computed with; absent once there is no
    score.
    """
    value: Index
    """
    The value index, computed from purchases.
    """


class ScoreChangedMessage(TypedDict):
    """
    `score.changed`: a score has moved since it was last reported, or was removed.
    """

    data: Data5
    """
    `score.changed`: a score has moved since it was last reported, or was removed.
    """
    id: str
    """
    The id of the message, the same however often it is sent.
    """
    timestamp: str
    """
    When it happened.
    """
    type: Literal['score.changed']
    """
    What has happened.
    """


class SelfCheckBody(TypedDict):
    """
    A check: the last part of the log is held out, scores are worked out as of its
    beginning, and compared with the reactions in it.
    """

    checked_at: str | None
    """
    When the check ended; null before the first.
    """
    detail: str | None
    """
    The reason as a sentence, with what is needed; null if there is a result.
    """
    reason: SelfCheckReason | None
    report: SelfCheckReportBody | None
    state: SelfCheckState
    """
    Whether there is a result.
    """


class ServiceLevel(TypedDict):
    """
    A service level of a support desk. The targets have the names that desk software
    uses.
    """

    business_hours: BusinessHours | None
    first_reply_time_in_seconds: int | None
    """
    The target time for the first reply to a new ticket, in seconds; absent if not set.
    """
    id: str
    """
    The id of the level, unique in its program.
    """
    next_reply_time_in_seconds: int | None
    """
    The target time for a reply to a later message, in seconds; absent if not set.
    """
    priority: int | None
    """
    The priority within a queue, from 0 (most urgent) to 1000; absent if the program
    does not set it.
    """
    queue: str
    """
    The queue for tickets of this level.
    """
    resolution_time_in_seconds: int | None
    """
    The target time for resolving a ticket, in seconds; absent if not set.
    """
    time_to_close_in_seconds: int | None
    """
    The target time for closing a ticket, in seconds; absent if not set.
    """
    title: NotRequired[str]
    """
    The name for people; absent if the program gives none.
    """


class SessionBody(TypedDict):
    """
    A session, without its token.
    """

    caller: str
    """
    Who uses it: the id of the API key with which it was made, or an id of the person, the
    same every time. Grants and versions of programs name it.
    """
    created_at: str
    """
    When it began.
    """
    current: bool
    """
    Whether this request was sent with it.
    """
    expires_at: str
    """
    The first moment at which it no longer works, however it is used.
    """
    id: str
    """
    The session's id.
    """
    key: str | None
    """
    The API key with which it was made; null if a provider has signed the person in.
    """
    kind: SessionKind
    """
    `page` for the pages of the service, `desk` for a desk inside a page of another site.
    """
    last_used_at: str
    """
    When it was last used, exact to a minute.
    """
    name: str
    """
    The name of the API key or of the person.
    """
    program: str | None
    """
    The only program that it may use; null for all programs.
    """
    provider: str | None
    """
    The provider that has signed the person in; null if it was an API key.
    """
    role: Role | None
    state: SessionState
    """
    Whether it works: `active`, `expired` (also for want of use) or `revoked`.
    """


class SessionsBody(TypedDict):
    """
    A page of sessions, latest first.
    """

    data: list[SessionBody]
    """
    The sessions, including those that have ended within the last weeks.
    """
    page: Page
    """
    The cursor of the next page.
    """


class SimulationLine3(TypedDict):
    """
    The problem that ended the simulation, on the last line.
    """

    problem: Problem
    """
    The problem that ended the simulation, on the last line.
    """


class SourceBody(TypedDict):
    """
    A source of events.
    """

    expected: bool
    """
    False if the source was marked as finished.
    """
    expected_by: str | None
    """
    The time by which an event must arrive so that the source does not become
    silent; null for a source that is new or finished.
    """
    first_received_at: str
    """
    When the first new event of the source was received.
    """
    last_received_at: str
    """
    When the last new event of the source was received. Repetitions do not
    count.
    """
    silent_since: str | None
    """
    When the source became silent; null if it is not silent.
    """
    source: str
    """
    The source's name, as in its events.
    """
    state: SourceState
    """
    The source's state.
    """
    usual_gap_seconds: int
    """
    The longest usual pause, in seconds.
    """


class SourcesBody(TypedDict):
    """
    All sources of events.
    """

    data: list[SourceBody]
    """
    The sources, ordered by name.
    """


class StandingsBody(TypedDict):
    """
    Where the members stand in a program.
    """

    as_of: str | None
    """
    When the members were counted, about once a minute; null if they were not yet.
    """
    bins: list[StandingBinBody]
    """
    The parts of the scale, from low to high.
    """
    counted: int
    """
    The number of members that were counted.
    """
    program: str
    """
    The program's short name.
    """
    sample_of: int | None
    """
    The number of all members, if only a sample of them was counted; null if all were.
    """
    tiers: list[TierCountBody]
    """
    The tiers of the version in force, best first, with the number of all members that
    have each of them.
    """
    unknown: int
    """
    The counted members whose standing is unknown. They are in no part of the scale.
    """
    version: int | None
    """
    The version of the program by which the standings were computed: an earlier one for
    some seconds after a new one comes into force. Null before the first measurement.
    """


class StoredAudienceBody(AudienceBody):
    """
    A stored audience, and what followed from it.
    """

    published: list[RenewedBody]
    """
    The versions of programs that were published because the meaning of the audience
    changed.
    """
    warnings: list[Diagnostic]
    """
    Warnings for the author.
    """


class TableReasons(TypedDict):
    """
    The result of one decision table for one person, with the inputs that it was
    computed from.
    """

    hit: list[int]
    """
    The numbers of the rules that matched, from 1, in the order in which
    they count.
    """
    inputs: list[InputSeen]
    """
    The inputs of the table, in the order of its columns.
    """
    notes: list[str]
    """
    The notes of these rules; rules without a note are left out.
    """
    result: TableResult
    """
    The result.
    """
    title: str | None
    """
    The table's title; null if it has none.
    """


class Threshold(TypedDict):
    """
    A comparison with a number in a condition of a tier.
    """

    field: ThresholdField
    """
    The condition that has the number.
    """
    input: str
    """
    What is compared, as a condition writes it.
    """
    operator: str
    """
    How it is compared with the number: `>=`, `>`, `<=`, `<`, `==` or `!=`. It is the
    opposite of what is written if the condition negates it.
    """
    place: NumberPlace | None
    value: float
    """
    The number.
    """


TierDaysBody = TypedDict(
    'TierDaysBody',
    {
        'as_of': str | None,
        'days': list[TierDayBody],
        'from': str,
        'program': str,
        'tiers': list[TierTitleBody],
        'timezone': str,
        'to': str,
    },
)


class TotalBody(ClaimCountsBody):
    """
    The use of one perk over all days.
    """

    perk: str
    """
    The perk's short name.
    """


class VersionBody(TypedDict):
    """
    A published version of a program.
    """

    note: str | None
    """
    The author's note on the version; null if there is none.
    """
    program: str
    """
    The program's short name.
    """
    published_at: str
    """
    When it was published.
    """
    published_by: str | None
    """
    Who published the version: the API key, or the `caller` of a session; null for the
    command line.
    """
    restores: int | None
    """
    The earlier version whose source it restores; null if the source is new.
    """
    source: str
    """
    The source as it was written.
    """
    starts_at: str
    """
    The first moment at which the version is in force.
    """
    state: StateBody
    """
    The version's present state.
    """
    version: int
    """
    The version's number: 1, 2, 3, … A version is never edited.
    """
    warnings: list[Diagnostic]
    """
    Warnings for the author.
    """
    withdrawn_at: str | None
    """
    When the version was withdrawn; null if it was not.
    """


class VersionsBody(TypedDict):
    """
    The versions of a program.
    """

    data: list[VersionBody]
    """
    The versions, latest first.
    """


class WebhookBody(TypedDict):
    """
    A webhook, without its secret.
    """

    created_at: str
    """
    When the webhook was created.
    """
    description: str | None
    """
    The purpose of the webhook, in words; null if none was given.
    """
    disabled: DisabledBody | None
    enabled: bool
    """
    Whether messages are sent.
    """
    format: WebhookForm
    """
    The form of the messages.
    """
    id: str
    """
    The webhook's id.
    """
    program: str | None
    """
    Only messages about this program are sent; null for all programs.
    """
    types: list[str]
    """
    Only messages of these types are sent; all types if empty.
    """
    updated_at: str
    """
    When the webhook was last changed.
    """
    url: str
    """
    The receiver's URL.
    """


class WebhooksBody(TypedDict):
    """
    The webhooks that the key reaches.
    """

    data: list[WebhookBody]
    """
    The webhooks, oldest first.
    """


class WhatIf1(TypedDict):
    """
    All these changes together lift the refusal: they give exactly the tier or perk
    asked about, or the tier in `gives`. This has been evaluated.
    """

    changes: list[NumberChange]
    """
    The numbers that must change.
    """
    effort: NotRequired[Effort]
    """
    What moves the numbers, as something that people can do; absent where no single
    thing moves all of them, where not even 1,000 more people are enough, in answers
    about many members, and in decisions that were recorded before there was any.
    """
    gives: NotRequired[str]
    """
    The tier that the changes give, if it is a better one than the tier asked
    about; absent otherwise. It is named only if no change was found that gives
    the tier asked about.
    """
    result: Literal['possible']
    sentence: str
    """
    The same as a sentence: `standing.lower 45 instead of 42.6`, and how long
    it takes.
    """


WhatIf: TypeAlias = WhatIf1 | WhatIf2
"""
The change of numbers that would lift a refusal, or why there is none.
"""


class CreatedWebhookBody(WebhookBody):
    """
    A new webhook with its secret.
    """

    secret: str
    """
    The secret that signs the messages. It is shown only this once.
    """


class DayBody(TypedDict):
    """
    The last score that was published on a day.
    """

    as_of: str
    """
    The time to which scores and evidence were decayed.
    """
    day: str
    """
    The day, in UTC.
    """
    influence: IndexBody
    """
    The influence, from social events.
    """
    model: str
    """
    The version of the scoring model.
    """
    snapshot: int
    """
    The number of the rank snapshot, which holds what depends on all members,
    such as percentiles.
    """
    value: IndexBody
    """
    The value, from purchases.
    """


class DecideManyBody(TypedDict):
    """
    A request for a batch of decisions. Each is answered on its own.
    """

    decisions: list[DecideOneBody]
    """
    From 1 to 1,000 decisions (100 under an `Idempotency-Key`), all made with
    the same versions at the same time.
    """


class DecisionItem2(TypedDict):
    """
    The problem that prevented the decision. Its `pointer` points into the
    batch.
    """

    problem: Problem
    """
    The problem that prevented the decision. Its `pointer` points into the
    batch.
    """


class DecisionListBody(TypedDict):
    """
    A page of recorded decisions, latest first.
    """

    data: list[ListedDecisionBody]
    """
    The decisions. `GET /v1/decisions/{id}` returns one with its outcome and inputs.
    """
    page: Page
    """
    The cursor of the next page.
    """


class DeliveriesBody(TypedDict):
    """
    A page of deliveries, latest first.
    """

    data: list[DeliveryBody]
    """
    The deliveries.
    """
    page: Page
    """
    The cursor of the next page.
    """


class EventsReport(TypedDict):
    """
    The result of a request with events. It is sent only after the events are
    committed.
    """

    accepted: int
    """
    Events that this request stored.
    """
    duplicates: int
    """
    Events that were stored before with the same source, id and content.
    """
    ignored: list[IgnoredItem]
    """
    The items that were ignored, in order, up to a configured number.
    """
    ignored_count: int
    """
    Items that mean nothing that is counted, although nothing is wrong with them. Events of
    the service's own format never are.
    """
    rejected: list[RejectedItem]
    """
    The items that were not stored, in order, up to a configured number.
    """
    rejected_count: int
    """
    Items that were not stored.
    """


class GroupImpact(TypedDict):
    """
    The impact of a draft on one group.
    """

    above_floor: HorizonsRates
    """
    Members in a tier above the floor.
    """
    group: str
    """
    The value of the attribute, or `(other)` or `(unknown)`.
    """
    members: int
    """
    The number of members in the group.
    """
    perks: list[PerkGroup]
    """
    Members that may claim each perk.
    """


class Grouping(TypedDict):
    """
    Groups of members by one attribute, with the impact on each.
    """

    built_in: bool
    """
    True for `evidence`, which is not an attribute: it is whether anything
    is known of a member's influence or value.
    """
    by: str
    """
    The name of the attribute, or `evidence`.
    """
    groups: list[GroupImpact]
    """
    The groups, largest first: at most 50, then `(other)` and `(unknown)`. A
    member with a list of values belongs to several groups.
    """


class HistoryBody(TypedDict):
    """
    A page of a score history, latest day first.
    """

    data: list[DayBody]
    """
    One entry for each day on which a score was published. Empty if the member
    is not enrolled, opted out or was never seen.
    """
    page: Page
    """
    The cursor of the next page.
    """


class InfluenceExplained(TypedDict):
    """
    The explanation of the influence score.
    """

    interval: str
    """
    The interval as a sentence in English.
    """
    lower: float
    """
    Lower end of the 90 % interval; the cautious value for rules to test.
    """
    parts: list[PartExplained]
    """
    The parts, most points first. A part without points is shown if the model
    gives it no weight.
    """
    pending: PendingPoints | None
    percentile: float | None
    """
    Share of members whose lower end is smaller, in percent; `null` if the
    snapshot holds no scores.
    """
    score: float
    """
    The score, from 0 to 100; the points of the parts add up to it.
    """
    upper: float
    """
    Upper end of the 90 % interval.
    """
    waiting: str | None
    """
    The same as a sentence in English.
    """


class LadderTier(TypedDict):
    """
    A tier of the ladder, with the numbers that its conditions ask for.
    """

    floor: bool
    """
    True for the last tier, which every member has at least.
    """
    thresholds: list[Threshold]
    """
    The comparisons with a number in the tier's conditions, in the order in which they are
    written, `when` before `stay`. Those of audiences and decision tables are not among them.
    """
    tier: str
    """
    The tier's short name.
    """
    title: str
    """
    The display name of the tier.
    """


class LeaderboardBody(TypedDict):
    """
    A page of a leaderboard, highest first.
    """

    by: LeaderboardOrder
    """
    The order: by the lower end of influence, or by the influence itself.
    """
    data: list[LineBody]
    """
    The members on this page.
    """
    page: Page
    """
    The cursor of the next page.
    """


class MemberBody(TypedDict):
    """
    An enrolled member.
    """

    attributes: Attributes
    """
    The attributes that you sent.
    """
    enrolled_at: str
    """
    When the member was enrolled.
    """
    id: str
    """
    The member's id.
    """
    identities: list[str]
    """
    Every identity by which the member can be looked up.
    """
    interests: list[Topic]
    """
    The topics in which the member declared an interest.
    """
    name: MemberName | None
    proofs: dict[str, Proof]
    """
    How it is known that each of these identities is the member's, by the identities.
    """
    scoring: ScoringBody
    """
    Whether the member takes part in scoring.
    """
    updated_at: str
    """
    When the member was last changed.
    """


class MembersBody(TypedDict):
    """
    A page of members.
    """

    data: list[MemberBody]
    """
    The members, also those who opted out.
    """
    page: Page
    """
    The cursor of the next page.
    """


Message: TypeAlias = TierChangedMessage | TierWillChangeMessage | TierRetainedMessage | ClaimMessage | PerkExhaustedMessage | PerkDrawnMessage | ProgramPublishedMessage | ProgramWithdrawnMessage | ScoreChangedMessage
"""
A message, as webhooks and the stream get it. Types and members may be added.
"""


class MessagesBody(TypedDict):
    """
    A page of messages, latest first.
    """

    data: list[Message]
    """
    The messages, as webhooks get them.
    """
    page: Page
    """
    The cursor of the next page.
    """


class ModelBody(TypedDict):
    """
    The scoring model in force.
    """

    card: CardBody
    """
    What its numbers claim.
    """
    check: SelfCheckBody
    """
    The latest check of what scores said against what came after.
    """
    since: str | None
    """
    When it was put in force; null for a database that was never served.
    """
    snapshot: SnapshotBody
    """
    The rank snapshot that scores are computed with.
    """
    version: str
    """
    The version, which scores name.
    """


class NamedBy(TypedDict):
    """
    The identity by which a caller named a member.
    """

    network: str
    """
    The network of an account, or `email`, `loyalty` or `crm`.
    """
    proof: Proof
    """
    How it is known that the identity is the member's.
    """


class OffersBody(TypedDict):
    """
    The offers of a program for a member.
    """

    basis: Basis
    """
    What the answer rests on.
    """
    hint: str | None
    """
    What is probably wrong with an identity that leads to no member; null otherwise.
    """
    identity: NamedBy | None
    member: str | None
    """
    The member's id; null if no member is enrolled under the identity or the
    member opted out.
    """
    name: str | None
    """
    The name that the business has given to the member; null if none.
    """
    offers: list[OfferBody]
    """
    Every perk of the program, in the program's order: what the member may
    have, and what not and why.
    """
    open_claims: list[OpenClaimBody]
    """
    The units that the member has claimed and that were not handed over yet, oldest
    first. One that is `confirmed` can be handed over now; one that is `held` must be
    confirmed first.
    """
    program: str
    """
    The program's short name.
    """
    reason: str
    """
    Why the member has the tier, in a sentence for the people at the desk.
    """
    state: Known
    """
    Whether there is evidence about the member.
    """
    tier: str
    """
    The member's tier. Its amenities need no claim.
    """
    to_give: list[str]
    """
    The short names of the perks of which the member may be given a unit now, without
    a draw or an invitation.
    """


class OverviewBody(TypedDict):
    """
    The overview of a deployment.
    """

    as_of: str | None
    """
    When the figures were measured, about once a minute; null if they were not yet.
    """
    attention: list[AttentionBody]
    """
    What needs attention. Sources, webhooks, jobs and models are only shown to keys with
    `admin`.
    """
    changes: list[ChangeCountBody]
    """
    What changed in the last 24 hours, by type, the latest first.
    """
    claims: ClaimHoursBody
    """
    The units that were held.
    """
    events: EventCountsBody
    """
    The events that were received.
    """
    members: MemberCountsBody | None
    programs: list[ProgramTiersBody]
    """
    The programs in force, each with the members of its tiers.
    """
    recent: list[TenMinutesBody]
    """
    How many members had a score, and how far the scorer was behind, in each ten minutes of
    the last 24 hours in which it was measured, the oldest first.
    """
    scorer: ScorerLagBody
    """
    How far scores are behind the events.
    """


class Reason(TypedDict):
    """
    The reason why one tier or perk is given or refused.
    """

    condition: str | None
    """
    The condition as the program's author wrote it; absent if there is none.
    For a tier that only its `stay` condition keeps, this is the `stay`
    condition.
    """
    counterfactual: WhatIf | None
    disclosure: str | None
    """
    The text that tells the member why they got the perk; absent for tiers, and for a
    refused perk of which the member has no unit.
    """
    excluded_by: NotRequired[ExcludedBy]
    """
    The perk of the same exclusive group that the member gets instead; absent if that is
    not why the perk is refused.
    """
    grant: str | None
    """
    The grant that gives the tier or perk, regardless of its condition; absent
    if there is none.
    """
    held_back: NotRequired[ControlGroup]
    """
    The control group, if the perk is refused because the member belongs to
    it; absent otherwise.
    """
    id: str
    """
    The id of the tier or perk.
    """
    kept_until: str | None
    """
    The time until which a tier is kept that is no longer earned but still in
    effect; absent otherwise. The tests show what is missing.
    """
    kind: Kind
    """
    Whether it is a tier or a perk.
    """
    refusal: Refusal | None
    relevance: Relevance | None
    tests: list[Test]
    """
    The tests that decided: the tests that hold if the condition is met, the
    tests that fail if it is not.
    """
    title: str
    """
    The display name of the tier or perk.
    """


class Reasons(TypedDict):
    """
    The explanation of what a program gives to one member at one time.
    """

    matched: list[Reason]
    """
    What the member gets: first the tiers that are earned, kept or granted,
    best first, then the perks that the member may claim.
    """
    not_matched: list[Reason]
    """
    What the member does not get: first tiers, best first, then perks.
    """
    score_as_of: str
    """
    The time as of which the member's scores were computed.
    """
    service_clock: NotRequired[ServiceClock]
    """
    When the targets of the service level are due, and whether the desk is open; absent
    from decisions that were recorded before there were such times.
    """
    service_level: ServiceLevel
    """
    The first service level whose condition holds, else that of the tier in effect.
    """
    service_level_reason: NotRequired[LevelReason]
    """
    Why a condition gives the service level; absent if the tier gives it.
    """
    standing: Standing
    """
    The member's standing in the program.
    """
    tables: NotRequired[dict[str, TableReasons]]
    """
    The results and input values of the program's decision tables, by table
    id; absent if the program has no tables.
    """
    tier: InEffect
    """
    The tier in effect, and whether it is earned, only kept or granted.
    """


class ReplayBody(TypedDict):
    """
    A recorded decision that was evaluated again.
    """

    differences: list[str]
    """
    JSON pointers to the differences, at most 100; `""` if the content is
    equal but the bytes differ.
    """
    engine: str
    """
    The version of this service that made the decision.
    """
    engine_now: str
    """
    The version of this service that replayed the decision.
    """
    recorded: Reasons
    """
    The outcome as it was recorded.
    """
    replayed: Reasons
    """
    The outcome of the recorded inputs under the recorded version of the
    program.
    """
    same: bool
    """
    Whether the two outcomes are equal, byte for byte.
    """


ReportBody = TypedDict(
    'ReportBody',
    {
        'days': list[ReportDayBody],
        'from': str,
        'program': str,
        'timezone': str,
        'to': str,
        'totals': list[TotalBody],
    },
)


class ServiceLevelBody(TypedDict):
    """
    A member's service level in a program.
    """

    basis: Basis
    """
    What the answer rests on.
    """
    held: DemotionFreeze | None
    hint: str | None
    """
    What is probably wrong with an identity that leads to no member; null otherwise.
    """
    identity: NamedBy | None
    member: str | None
    """
    The member's id; null if no member is enrolled under the identity or the
    member opted out.
    """
    name: str | None
    """
    The name that the business has given to the member; null if none.
    """
    program: str
    """
    The program's short name.
    """
    reason: str
    """
    Why the member has the service level, in a sentence for the people at the desk.
    """
    service_clock: ServiceClock | None
    service_level: ServiceLevel
    """
    The queue and the targets, under the names that help desk software uses.
    """
    state: Known
    """
    Whether there is evidence about the member.
    """
    tier: str
    """
    The member's tier.
    """


class Simulation(TypedDict):
    """
    The changes that a draft would make.
    """

    compared_with: int | None
    """
    The version that the draft was compared with; null if nothing is
    published yet. Members then have no tier and no perks before.
    """
    costs: list[CostForecast]
    """
    Cost of all perks of the draft, by currency.
    """
    groups: list[Grouping]
    """
    The impact by group: first by `evidence` (whether anything is known of
    the member), then by attribute.
    """
    members: int
    """
    Members that were evaluated. All counts are of these members, except
    `demand` and the numbers that follow from it.
    """
    most_affected: list[Affected]
    """
    Up to 20 members: first those that the draft moves the most places, at
    once or settled, then those that lose or gain the most perks.
    """
    moves: HorizonsMoves
    """
    Moves of members between tiers.
    """
    now: str
    """
    The time for which all members were evaluated.
    """
    perks: list[PerkImpact]
    """
    Perks of both versions, the draft's first.
    """
    population: int
    """
    Members in all, without those that opted out.
    """
    program: str
    """
    The id of the program.
    """
    sampled_share: float
    """
    The share of the members that was evaluated, from 0 to 1; 1 if all were.
    """
    service_levels: list[LevelCount]
    """
    Members by service level, the draft's levels first.
    """
    tiers: list[TierCount]
    """
    Members by tier: the draft's tiers, best first, then the tiers that it
    drops.
    """
    uptake: float
    """
    The assumed probability, from 0 to 1, that a unit that may be claimed is
    claimed on a given day.
    """


class SimulationLine2(TypedDict):
    """
    The result, on the last line.
    """

    result: Simulation
    """
    The result, on the last line.
    """


SimulationLine: TypeAlias = SimulationLine1 | SimulationLine2 | SimulationLine3
"""
A line of the stream: lines of progress, then one result or one problem.
"""


class TierBody(TypedDict):
    """
    A member's tier in a program.
    """

    amenities: list[str]
    """
    The amenities of the tier, which the front desk gives.
    """
    amenity_titles: dict[str, str]
    """
    The titles of these amenities, for people, by their short names. An amenity without
    a title in the program is absent.
    """
    basis: Basis
    """
    What the answer rests on.
    """
    grant: str | None
    """
    The grant that gives the tier; null if the rules give it.
    """
    held: DemotionFreeze | None
    hint: str | None
    """
    What is probably wrong with an identity that leads to no member; null otherwise.
    """
    identity: NamedBy | None
    keep_until: str | None
    """
    When the tier stops being kept; null if it is not only kept.
    """
    kept: bool
    """
    True if the score alone would no longer give the tier, so that it is only
    kept.
    """
    member: str | None
    """
    The member's id; null if no member is enrolled under the identity or the
    member opted out.
    """
    name: str | None
    """
    The name that the business has given to the member; null if none.
    """
    program: str
    """
    The program's short name.
    """
    rank: int
    """
    The tier's place on the ladder; 1 is the best.
    """
    reason: str
    """
    Why the member has the tier, in a sentence for the people at the desk.
    """
    service_level: str
    """
    The short name of the tier's service level.
    """
    since: str | None
    """
    When the member reached the tier; null while the tier history has no entry
    for it (the floor, or a tier reached a moment ago).
    """
    standing: Standing
    """
    The member's standing in the program, with its interval.
    """
    state: Known
    """
    Whether there is evidence about the member.
    """
    tables: dict[str, TableResult]
    """
    The results of the program's decision tables, by table id: the outputs by
    name, a list of such outputs, a number, or null if no rule matches. Empty
    if the program has no tables. `POST /v1/decisions` shows which values the
    tables read.
    """
    tier: str
    """
    The tier's short name. Always present; at least the floor.
    """
    title: str
    """
    The tier's display name.
    """
    will_change: WillChangeBody | None


class VersionWithLadderBody(VersionBody):
    """
    A published version of a program with its ladder.
    """

    ladder: list[LadderTier] | None
    """
    The ladder of tiers, best first; null if the version cannot be read any more.
    """


class AudienceMembersBody(TypedDict):
    """
    A page of the members of an audience.
    """

    data: list[MemberBody]
    """
    The members, in the order of their enrolment.
    """
    page: Page
    """
    The cursor of the next page.
    """


class CheckBody(TypedDict):
    """
    The result of checking a program.
    """

    diagnostics: list[Diagnostic]
    """
    Mistakes and warnings, ordered by line.
    """
    ladder: list[LadderTier] | None
    """
    The ladder of tiers, best first, also of a program that can be read but has mistakes;
    null if the program cannot be read.
    """
    program: str | None
    """
    The program's short name; null if the program has mistakes.
    """
    valid: bool
    """
    Whether the program can be published: it may have warnings, but no
    mistakes.
    """


DecideBody: TypeAlias = DecideOneBody | DecideManyBody
"""
A request for a decision, or for a batch of decisions.
"""


class DecisionBody(TypedDict):
    """
    A decision with its outcome, reasons and inputs.
    """

    decided_at: str
    """
    When the decision was made.
    """
    freshness: Freshness
    """
    The age of everything that the rules read.
    """
    id: str | None
    """
    The id under which the decision can be fetched again; null for a dry run.
    """
    inputs: dict[str, Any]
    """
    Everything that the rules read: scores, attributes, the previous tier,
    stock, the request and the clock. The same inputs and the same version
    give the same outcome, byte for byte; `…/replay` verifies it.
    """
    member: str | None
    """
    The member's id; null if no member is enrolled under the identity or the
    member opted out.
    """
    outcome: Reasons
    """
    The outcome, with the reasons for everything that was given or refused.
    """
    program: str
    """
    The program's short name.
    """
    program_version: int
    """
    The version of the program that gave the outcome.
    """


class DecisionItem1(TypedDict):
    """
    The decision. It is recorded unless it is a dry run.
    """

    decision: DecisionBody
    """
    The decision. It is recorded unless it is a dry run.
    """


DecisionItem: TypeAlias = DecisionItem1 | DecisionItem2
"""
The result of one decision of a batch.
"""


class DecisionsBody(TypedDict):
    """
    The answer to a batch of decisions.
    """

    data: list[DecisionItem]
    """
    One item for each decision requested, in the same order.
    """


class DraftBody(TypedDict):
    """
    The stored draft of a program.
    """

    check: CheckBody
    """
    The result of checking the draft now.
    """
    source: str
    """
    The source as it was written.
    """


class Explanation(TypedDict):
    """
    The explanation of a member's score.
    """

    as_of: str
    """
    The time to which all evidence is decayed.
    """
    evidence: EvidenceExplained
    """
    How much evidence the score rests on.
    """
    influence: InfluenceExplained | None
    model: str
    """
    Version of the scoring model.
    """
    snapshot: int
    """
    Number of the rank snapshot, which holds the population statistics. 0 is
    the empty snapshot, taken of no members.
    """
    snapshot_seeds: int
    """
    Number of verified or purchasing people from whom trust was computed. 0:
    there were none, so it was computed from everyone equally.
    """
    snapshot_taken_at: str
    """
    When that snapshot was taken.
    """
    topics: list[TopicExplained]
    """
    Topics with evidence, highest influence first.
    """
    value: ValueExplained | None


class LookedUp(TypedDict):
    """
    The lookups of one member.
    """

    identity: str
    """
    The identity, as in the request.
    """
    offers: NotRequired[OffersBody]
    """
    The body of `…/offers`; absent if not requested.
    """
    problem: NotRequired[Problem]
    """
    What is wrong with the identity; absent if it is valid.
    """
    service_level: NotRequired[ServiceLevelBody]
    """
    The body of `…/service-level`; absent if not requested.
    """
    tier: NotRequired[TierBody]
    """
    The body of `…/tier`; absent if not requested.
    """


class LookedUpBody(TypedDict):
    """
    The lookups of all requested members.
    """

    data: list[LookedUp]
    """
    One item for each identity requested, in the same order. An identity that
    is requested twice is answered twice.
    """


DecidedBody: TypeAlias = DecisionBody | DecisionsBody
"""
The answer to a dry run or to a batch.
"""
