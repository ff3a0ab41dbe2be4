//! Counts new units in memory, one after the other, over rows that are locked. So many claims
//! take as many statements as one, and each sees what those before it took.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::attempt::in_all;
use crate::service::error::Result;
use crate::service::unit_of_work::UnitOfWork;
use crate::store;
use crate::store::StoreError;
use crate::store::claims::locked_counts::{LockedCounts, NewUnit};
use crate::store::claims::quotas::{Left, Scopes, used};
use renown_core::domain::{Claim, Money, Refusal};
use renown_core::rules::{Perk, Program};

/// The counts of a program while units of its perks are claimed.
#[derive(Debug)]
pub(super) struct Counting<'p> {
    program: &'p Program,
    counts: LockedCounts,
}

/// What is left of a perk after a unit was claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LeftAfter {
    /// Units, and codes if it has any, for which no member waits.
    pub for_others: Left,
    /// Units that are not claimed, including those for which members wait.
    pub in_all: Left,
}

impl<'p> Counting<'p> {
    /// Locks the counts that these units change. From here on, all other claims in this
    /// program wait for the lock. So it is taken as late as possible.
    pub(super) async fn begin(
        work: &mut UnitOfWork,
        program: &'p Program,
        units: &[NewUnit<'_>],
        day: NaiveDate,
    ) -> Result<Self> {
        let counts =
            store::claims::locked_counts::lock(work.conn(), program.id(), units, day).await?;
        Ok(Self { program, counts })
    }

    /// Counts a unit, or returns what refuses it: then nothing is counted. A member that
    /// `waited` may have any unit and leaves the waiting list; any other member may have one
    /// for which no member waits.
    pub(super) fn take(
        &mut self,
        claim: &Claim,
        perk: &Perk,
        waited: bool,
    ) -> Result<Result<LeftAfter, Refusal>> {
        let after = self.after(claim)?;
        let of_member = (after.of_perk, after.in_program);
        let rows = after.usage.iter();
        let rows = rows.map(|(scope, (units, cost))| (scope.clone(), *units, *cost));
        let used = used(rows, &[&perk.id], claim.day);
        if let Some(refusal) = self.program.exceeded(perk, of_member, &used) {
            return Ok(Err(refusal));
        }
        let supply = in_all(perk);
        let stock = self.counts.stock.get_mut(&perk.id).ok_or_else(missing)?;
        let left = match waited {
            true => stock.not_taken(supply),
            false => stock.for_others(supply),
        };
        if matches!(left, Left::Units(left) if left <= 0) {
            return Ok(Err(Refusal::OutOfStock));
        }
        stock.taken += 1;
        stock.waiting -= i64::from(waited);
        stock.total = stock.total.filter(|_| perk.stock.is_some());
        if supply.coded {
            stock.free_codes = stock.free_codes.map(|codes| codes - 1);
        }
        let left = LeftAfter {
            for_others: stock.for_others(supply),
            in_all: stock.not_taken(supply),
        };
        self.counts.usage.extend(after.usage);
        let of_members = &mut self.counts.of_members;
        of_members.insert((claim.member, Some(perk.id.clone())), after.of_perk);
        of_members.insert((claim.member, None), after.in_program);
        Ok(Ok(left))
    }

    /// Writes the counts.
    pub(super) async fn write(self, work: &mut UnitOfWork) -> Result<()> {
        let program = self.program.id();
        Ok(store::claims::locked_counts::write(work.conn(), program, &self.counts).await?)
    }

    /// Returns the counts with one more unit.
    fn after(&self, claim: &Claim) -> Result<After> {
        let of_members = &self.counts.of_members;
        let of_perk = of_members.get(&(claim.member, Some(claim.perk.clone())));
        let in_program = of_members.get(&(claim.member, None));
        let cost = claim.value.as_ref().map_or(Decimal::ZERO, Money::amount);
        let scopes = Scopes::of(&claim.perk, claim.day).all().into_iter();
        let usage = scopes.map(|scope| {
            let (units, costs) = *self.counts.usage.get(&scope).ok_or_else(missing)?;
            Ok((scope, (units + 1, costs + cost)))
        });
        Ok(After {
            of_perk: of_perk.ok_or_else(missing)? + 1,
            in_program: in_program.ok_or_else(missing)? + 1,
            usage: usage.collect::<Result<_>>()?,
        })
    }
}

/// The counts of a member and of the scopes of a unit, with that unit.
struct After {
    of_perk: i64,
    in_program: i64,
    usage: BTreeMap<String, (i64, Decimal)>,
}

fn missing() -> StoreError {
    StoreError::Corrupt("a count of claims is missing".into())
}
