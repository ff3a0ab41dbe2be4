//! What a draft says was done: by whom, to whom, how often and for how much.

use std::borrow::Cow;

use super::{Draft, at};
use crate::domain::{Act, Currency, EventId, EventType, Handle, Metrics, Money, Network};
use crate::ingest::{Context, Rejection};

/// The maximum `count` of an event.
const MAX_COUNT: u32 = 1_000_000_000;

/// Returns whether events of a type have a member.
pub(in crate::ingest) fn has_member(kind: EventType, member: &str) -> bool {
    use EventType as T;
    let counts = kind.reaction().is_some() || kind == T::Follow;
    match member {
        "actor" => !matches!(kind, T::Profile | T::Undo),
        "target" => counts || matches!(kind, T::Unfollow | T::Profile),
        "count" => counts,
        "value" | "currency" => matches!(kind, T::Purchase | T::Refund),
        "metrics" => kind == T::Profile,
        "undo" => kind == T::Undo,
        _ => true,
    }
}

/// Rejects members that the type does not use: the sender would otherwise
/// believe that they count.
pub(super) fn refuse_foreign_members(draft: &Draft<'_>, kind: EventType) -> Result<(), Rejection> {
    let said = [
        ("actor", draft.actor.is_some()),
        ("target", draft.target.is_some()),
        ("count", draft.count.is_some_and(|count| count != 1)),
        ("value", draft.value.is_some()),
        ("currency", draft.currency.is_some()),
        ("metrics", draft.metrics.is_some()),
        ("undo", draft.undo.is_some()),
    ];
    let mut foreign = said.iter().filter(|(_, is_said)| *is_said);
    match foreign.find(|(member, _)| !has_member(kind, member)) {
        Some((member, _)) => Err(Rejection::invalid(
            format!("/{member}"),
            format_args!("an event of type '{}' has no '{member}'", kind.as_str()),
        )),
        None => Ok(()),
    }
}

/// Reads what was done.
pub(super) fn read(
    draft: &Draft<'_>,
    kind: EventType,
    network: &Network,
    context: &Context<'_>,
) -> Result<Act<Handle>, Rejection> {
    let person = |pointer: &str, name: &Option<Cow<'_, str>>| {
        name.as_deref()
            .map(|name| at(pointer, Handle::parse(network, name)))
            .transpose()
    };
    let actor = person("/actor", &draft.actor)?;
    let target = person("/target", &draft.target)?;
    let needed = |member: &str, person: Option<Handle>| {
        person.ok_or_else(|| {
            Rejection::invalid(
                format!("/{member}"),
                format_args!("an event of type '{}' needs '{member}'", kind.as_str()),
            )
        })
    };
    if let Some(reaction) = kind.reaction() {
        return Ok(Act::Reaction {
            kind: reaction,
            actor,
            target: needed("target", target)?,
            count: count(draft)?,
        });
    }
    Ok(match kind {
        EventType::Follow => Act::Follow {
            actor,
            target: needed("target", target)?,
            count: count(draft)?,
        },
        EventType::Unfollow => Act::Unfollow {
            actor: needed("actor", actor)?,
            target: needed("target", target)?,
        },
        EventType::Profile => Act::Profile {
            account: needed("target", target)?,
            metrics: metrics(draft)?,
        },
        EventType::Purchase => Act::Purchase {
            buyer: needed("actor", actor)?,
            amount: amount(draft, context)?,
        },
        EventType::Refund if draft.object.is_none() => {
            return Err(Rejection::invalid(
                "/object",
                "a refund names its order in 'object'",
            ));
        }
        EventType::Refund => Act::Refund {
            buyer: needed("actor", actor)?,
            amount: amount(draft, context)?,
        },
        EventType::Undo => Act::Undo {
            id: match draft.undo.as_deref() {
                Some(id) => at("/undo", EventId::parse(id))?,
                None => {
                    return Err(Rejection::invalid(
                        "/undo",
                        "an undo names an event's id in 'undo'",
                    ));
                }
            },
        },
        // Reactions are handled above: what remains is a post.
        _ => Act::Post {
            author: needed("actor", actor)?,
        },
    })
}

fn count(draft: &Draft<'_>) -> Result<u32, Rejection> {
    match draft.count.unwrap_or(1) {
        count @ 1..=MAX_COUNT => Ok(count),
        _ => Err(Rejection::invalid(
            "/count",
            format_args!("count must be a whole number from 1 to {MAX_COUNT}"),
        )),
    }
}

fn amount(draft: &Draft<'_>, context: &Context<'_>) -> Result<Money, Rejection> {
    let value = draft
        .value
        .ok_or_else(|| Rejection::invalid("/value", "a purchase or refund needs 'value'"))?;
    let currency = draft.currency.as_deref().ok_or_else(|| {
        Rejection::invalid(
            "/currency",
            "a purchase or refund needs 'currency', an ISO 4217 code",
        )
    })?;
    let currency = at("/currency", Currency::parse(currency))?;
    if !context.currencies.contains(&currency) {
        return Err(Rejection::invalid(
            "/currency",
            format_args!("the scoring model has no exchange rate for {currency}"),
        ));
    }
    at("/value", Money::new(value, currency))
}

fn metrics(draft: &Draft<'_>) -> Result<Metrics, Rejection> {
    let Some(counters) = &draft.metrics else {
        return Err(Rejection::invalid("/metrics", "a profile needs 'metrics'"));
    };
    let mut metrics = Metrics::default();
    for (name, counter) in counters {
        let slot = match name.as_ref() {
            "followers" => &mut metrics.followers,
            "following" => &mut metrics.following,
            "listed" => &mut metrics.listed,
            "posts" => &mut metrics.posts,
            _ => {
                return Err(Rejection::invalid(
                    "/metrics",
                    "metrics are 'followers', 'following', 'listed' and 'posts'",
                ));
            }
        };
        *slot = Some(*counter);
    }
    if metrics == Metrics::default() {
        return Err(Rejection::invalid(
            "/metrics",
            "metrics must hold at least one counter",
        ));
    }
    Ok(metrics)
}
