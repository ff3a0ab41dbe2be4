//! The state as bytes: a format byte, then postcard. Reactors are stored in
//! order, as differences; sums that are whole numbers are stored as integers
//! (most reactors react once). So one reactor takes about a dozen bytes.

use std::io;

use rust_decimal::Decimal;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::decay::{SCALES, Sums};
use super::parts::Source;
use super::state::{
    About, AccountState, ContentId, Follow, Order, OrderKey, Profile, SetId, Shown,
};
use crate::domain::{AccountId, EventId, EventKey, Invalid, Metrics, ObjectId, Topic};

const STATE_FORMAT: u8 = 3;

/// The format without times of first reactions that are kept apart; the times of the
/// entries are all there is. Earlier versions read only this one, and it is smaller.
const WITHOUT_FIRST: u8 = 2;

/// For each reactor whose first reaction is kept apart: the difference to the
/// previous id, and the time.
type PackedEarlier = Vec<(i64, i64)>;

/// Encodes a value, with a format byte in front.
pub(super) fn pack<T: Serialize>(format: u8, value: &T) -> Vec<u8> {
    postcard::to_extend(value, vec![format]).expect("writing to memory cannot fail")
}

/// Encodes a value as [`pack`] does, without holding it.
pub(super) fn pack_into<T: Serialize>(
    format: u8,
    value: &T,
    mut to: impl io::Write,
) -> io::Result<()> {
    to.write_all(&[format])?;
    postcard::to_io(value, to).map_err(io::Error::other)?;
    Ok(())
}

/// Reads the format of a value, which [`unpack_from`] then decodes.
pub(super) fn format(from: &mut impl io::Read) -> Result<u8, Invalid> {
    let mut format = [0];
    from.read_exact(&mut format).map_err(damaged)?;
    Ok(format[0])
}

/// Decodes what follows the format of a value, without holding the bytes.
pub(super) fn unpack_from<T: DeserializeOwned>(from: impl io::Read) -> Result<T, Invalid> {
    // For one text at a time.
    let mut room = [0; 16_384];
    let (value, (mut from, _)) = postcard::from_io((from, &mut room)).map_err(damaged)?;
    match from.read(&mut [0]).map_err(damaged)? {
        0 => Ok(value),
        _ => Err(damaged("bytes are left over")),
    }
}

/// Decodes a value that `pack` encoded.
pub(super) fn unpack<'b, T: Deserialize<'b>>(format: u8, bytes: &'b [u8]) -> Result<T, Invalid> {
    match bytes.split_first() {
        Some((first, rest)) if *first == format => match postcard::take_from_bytes(rest) {
            Ok((value, [])) => Ok(value),
            Ok(_) => Err(damaged("bytes are left over")),
            Err(e) => Err(damaged(e)),
        },
        Some((first, _)) => Err(damaged(format_args!("format {first} is unknown"))),
        None => Err(damaged("it is empty")),
    }
}

pub(super) fn damaged(why: impl std::fmt::Display) -> Invalid {
    Invalid::new(format_args!("the packed form is damaged: {why}"))
}

/// The encoded form of sums.
#[derive(Serialize, Deserialize)]
enum PackedSums {
    /// The same whole number at every timescale.
    Whole(u64, i64),
    Sums([f64; SCALES], i64),
}

impl From<&Sums> for PackedSums {
    fn from(sums: &Sums) -> Self {
        let [first, ..] = sums.sums;
        let whole = first as u64; // The cast saturates; the comparison detects it.
        if first <= 9e15 && sums.sums.iter().all(|s| *s == whole as f64) {
            Self::Whole(whole, sums.at)
        } else {
            Self::Sums(sums.sums, sums.at)
        }
    }
}

impl PackedSums {
    fn unpack(self) -> Result<Sums, Invalid> {
        let sums = match self {
            Self::Whole(whole, at) => Sums::one(whole as f64, at),
            Self::Sums(sums, at) => Sums { sums, at },
        };
        if sums.sums.iter().all(|s| s.is_finite() && *s >= 0.0) {
            Ok(sums)
        } else {
            Err(damaged("a sum is negative or not a number"))
        }
    }
}

/// Source, content, set of topics and sums.
type PackedEntry = (u8, Option<ContentId>, SetId, PackedSums);

#[derive(Serialize, Deserialize)]
struct PackedState {
    /// Sets of topics, in the order of their numbers; so are the contents.
    sets: Vec<Vec<Topic>>,
    contents: Vec<ObjectId>,
    /// Difference to the previous reactor's id, and this reactor's entries.
    reactors: Vec<(i64, Vec<PackedEntry>)>,
    crowd: Vec<PackedEntry>,
    follows: Vec<(AccountId, i64, EventId, bool)>,
    profile: Option<(i64, EventId, Metrics)>,
    interest: Vec<(bool, SetId, PackedSums)>,
    orders: Vec<(PackedOrderKey, Option<i64>, Decimal, Decimal)>,
    loose_refunds: Decimal,
}

#[derive(Serialize, Deserialize)]
enum PackedOrderKey {
    Named(ObjectId),
    Event(EventKey),
}

impl AccountState {
    /// Encodes the state for storing.
    pub fn encode(&self) -> Vec<u8> {
        let packed = PackedState::from(self);
        match self.earlier.is_empty() {
            true => pack(WITHOUT_FIRST, &packed),
            false => pack(STATE_FORMAT, &(packed, self.packed_earlier())),
        }
    }

    /// Decodes a stored state.
    ///
    /// # Errors
    /// If the bytes were not written by `encode` of this format.
    pub fn decode(bytes: &[u8]) -> Result<Self, Invalid> {
        if bytes.first() == Some(&WITHOUT_FIRST) {
            return unpack::<PackedState>(WITHOUT_FIRST, bytes)?.unpack();
        }
        let (packed, earlier) = unpack::<(PackedState, PackedEarlier)>(STATE_FORMAT, bytes)?;
        let mut state = packed.unpack()?;
        let mut reactor = 0i64;
        for (difference, at) in earlier {
            reactor = reactor.wrapping_add(difference);
            state.earlier.insert(AccountId(reactor), at);
        }
        Ok(state)
    }

    fn packed_earlier(&self) -> PackedEarlier {
        let mut previous = 0i64;
        let earlier = self.earlier.iter();
        earlier
            .map(|(reactor, at)| {
                let difference = reactor.0.wrapping_sub(previous);
                previous = reactor.0;
                (difference, *at)
            })
            .collect()
    }
}

impl From<&AccountState> for PackedState {
    fn from(state: &AccountState) -> Self {
        let mut reactors: Vec<(i64, Vec<_>)> = Vec::new();
        let mut previous: Option<i64> = None;
        for ((reactor, about), sums) in &state.reactions {
            if previous != Some(reactor.0) {
                let difference = reactor.0.wrapping_sub(previous.unwrap_or(0));
                reactors.push((difference, Vec::new()));
                previous = Some(reactor.0);
            }
            if let Some((_, entries)) = reactors.last_mut() {
                entries.push(entry(about, sums));
            }
        }
        Self {
            sets: state.topic_sets().iter().map(|set| set.to_vec()).collect(),
            contents: state.objects().into_iter().cloned().collect(),
            reactors,
            crowd: (state.crowd.iter())
                .map(|(about, sums)| entry(about, sums))
                .collect(),
            follows: (state.follows.iter())
                .map(|(who, word)| (*who, word.at, word.id.clone(), word.follows))
                .collect(),
            profile: (state.profile.as_ref()).map(|p| (p.at, p.id.clone(), p.metrics)),
            interest: (state.interest.iter())
                .map(|((how, set), sums)| (*how == Shown::Purchase, *set, sums.into()))
                .collect(),
            orders: (state.orders.iter())
                .map(|(key, order)| {
                    let key = match key {
                        OrderKey::Named(object) => PackedOrderKey::Named(object.clone()),
                        OrderKey::Event(event) => PackedOrderKey::Event(event.clone()),
                    };
                    (key, order.at, order.paid, order.refunded)
                })
                .collect(),
            loose_refunds: state.loose_refunds,
        }
    }
}

impl PackedState {
    fn unpack(self) -> Result<AccountState, Invalid> {
        let mut state = AccountState::new();
        for (id, set) in self.sets.into_iter().enumerate() {
            let id = SetId::try_from(id).map_err(damaged)?;
            if state.sets.insert(set.into(), id).is_some() {
                return Err(damaged("a set of topics comes twice"));
            }
        }
        for (id, object) in self.contents.into_iter().enumerate() {
            let id = ContentId::try_from(id).map_err(damaged)?;
            if state.contents.insert(object, id).is_some() {
                return Err(damaged("a content comes twice"));
            }
        }
        let (sets, contents) = (state.sets.len(), state.contents.len());
        let check = |set: SetId| match (set as usize) < sets {
            true => Ok(set),
            false => Err(damaged("a set of topics is missing")),
        };
        let about = |code, content: Option<ContentId>, set| {
            if content.is_some_and(|content| content as usize >= contents) {
                return Err(damaged("a content is missing"));
            }
            Ok(About {
                source: source(code)?,
                content,
                set: check(set)?,
            })
        };
        let mut reactor = 0i64;
        for (difference, entries) in self.reactors {
            reactor = reactor.wrapping_add(difference);
            for (code, content, set, sums) in entries {
                let key = (AccountId(reactor), about(code, content, set)?);
                state.reactions.insert(key, sums.unpack()?);
            }
        }
        for (code, content, set, sums) in self.crowd {
            state
                .crowd
                .insert(about(code, content, set)?, sums.unpack()?);
        }
        for (who, at, id, follows) in self.follows {
            state.follows.insert(who, Follow { at, id, follows });
        }
        state.profile = (self.profile).map(|(at, id, metrics)| Profile { at, id, metrics });
        for (purchase, set, sums) in self.interest {
            let how = if purchase {
                Shown::Purchase
            } else {
                Shown::Post
            };
            state.interest.insert((how, check(set)?), sums.unpack()?);
        }
        for (key, at, paid, refunded) in self.orders {
            let key = match key {
                PackedOrderKey::Named(object) => OrderKey::Named(object),
                PackedOrderKey::Event(event) => OrderKey::Event(event),
            };
            let order = Order { at, paid, refunded };
            state.orders.insert(key, order);
        }
        state.loose_refunds = self.loose_refunds;
        Ok(state)
    }
}

fn entry(about: &About, sums: &Sums) -> PackedEntry {
    (about.source as u8, about.content, about.set, sums.into())
}

fn source(code: u8) -> Result<Source, Invalid> {
    let known = Source::ALL.get(usize::from(code)).copied();
    known.ok_or_else(|| damaged(format_args!("source {code} is unknown")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_without_earlier_reactions_is_stored_as_earlier_versions_read_it() {
        let mut state = AccountState::new();
        let about = About {
            source: Source::Like,
            content: None,
            set: 0,
        };
        state.sets.insert(Box::new([]), 0);
        let key = (AccountId(7), about);
        state.reactions.insert(key, Sums::one(1.0, 5));
        assert_eq!(state.encode().first(), Some(&WITHOUT_FIRST));
        assert_eq!(AccountState::decode(&state.encode()).unwrap(), state);
        state.earlier.insert(AccountId(7), 3);
        assert_eq!(state.encode().first(), Some(&STATE_FORMAT));
        assert_eq!(AccountState::decode(&state.encode()).unwrap(), state);
    }
}
