//! Folds events that come account by account, as every rebuild of states reads them: only
//! one state is held until it is complete.

use futures::{Stream, TryStreamExt};

use super::projection::States;
use crate::service::error::Result;
use crate::store;
use renown_core::domain::{AccountId, Event};
use renown_core::scoring::{AccountState, Model};

/// The state of the account whose events are coming.
#[derive(Debug)]
pub(super) struct AccountFold<'m> {
    model: &'m Model,
    current: Option<(AccountId, AccountState)>,
}

impl<'m> AccountFold<'m> {
    pub(super) fn new(model: &'m Model) -> Self {
        Self {
            model,
            current: None,
        }
    }

    /// Adds an event. Returns the state of the account before, which is complete, if the
    /// event is the first of another account.
    pub(super) fn add(&mut self, event: &Event<AccountId>) -> Option<(AccountId, AccountState)> {
        let account = *event.act.subject()?;
        match &mut self.current {
            Some((current, state)) if *current == account => {
                state.fold(self.model, event);
                None
            }
            current => {
                let mut state = AccountState::new();
                state.fold(self.model, event);
                current.replace((account, state))
            }
        }
    }

    /// Returns the last state.
    pub(super) fn end(self) -> Option<(AccountId, AccountState)> {
        self.current
    }
}

/// Folds all events of a stream that is in order of accounts.
pub(super) async fn fold_all(
    model: &Model,
    events: impl Stream<Item = store::Result<Event<AccountId>>>,
) -> Result<States> {
    let mut events = std::pin::pin!(events);
    let mut fold = AccountFold::new(model);
    let mut states = States::new();
    while let Some(event) = events.try_next().await? {
        states.extend(fold.add(&event));
    }
    states.extend(fold.end());
    Ok(states)
}
