//! Hints for identities that lead to no member because nobody here has an account on their
//! network: `pms:123` where `crm:123` was meant. Without them, such a mistake in a caller's
//! configuration looks as if nobody were known.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};

use crate::service::context::Context;
use crate::service::error::Result;
use crate::store;
use renown_core::domain::{ExternalKind, Identity, Network};
use renown_core::rules::nearest;

/// The most networks that a hint names.
const NAMED: usize = 8;

/// The networks on which members have accounts.
#[derive(Debug)]
pub struct Networks {
    context: Context,
    /// The networks found so far. One on which the last account was unlinked stays until the
    /// process ends: it was no mistake.
    known: RwLock<Arc<BTreeSet<Network>>>,
}

/// The networks that are known at one moment.
#[derive(Debug)]
pub(in crate::service) struct KnownNetworks(Arc<BTreeSet<Network>>);

impl Networks {
    pub(in crate::service) fn new(context: Context) -> Self {
        Self {
            context,
            known: RwLock::default(),
        }
    }

    /// Returns the networks that are known. Reads the database only if one of these
    /// identities, which lead to no member, has another network.
    pub(in crate::service) async fn known(
        &self,
        unknown: impl IntoIterator<Item = &str>,
    ) -> Result<KnownNetworks> {
        let known = {
            let known = self.known.read();
            Arc::clone(&known.unwrap_or_else(PoisonError::into_inner))
        };
        let networks = unknown.into_iter().filter_map(network_of);
        let new: BTreeSet<Network> = networks.filter(|name| !known.contains(name)).collect();
        if new.is_empty() {
            return Ok(KnownNetworks(known));
        }
        let new: Vec<Network> = new.into_iter().collect();
        let mut conn = self.context.connection().await?;
        let mut found = store::members::networks::of_members(&mut conn, &new).await?;
        found.extend(known.iter().cloned());
        let found = Arc::new(found);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        *known = Arc::clone(&found);
        Ok(KnownNetworks(found))
    }
}

impl KnownNetworks {
    /// Returns a hint if an identity that leads to no member is an account on a network on
    /// which no member has one. It is the same for all handles, and says nothing of people.
    pub(in crate::service) fn hint(&self, identity: &str) -> Option<String> {
        let network = network_of(identity)?;
        if self.0.contains(&network) {
            return None;
        }
        let kinds = ExternalKind::ALL.into_iter().map(|(_, name)| name);
        let known: Vec<&str> = kinds.chain(self.0.iter().map(Network::as_str)).collect();
        let near = nearest(network.as_str(), known.iter().copied());
        let hint = match near {
            Some(near) => format!("did you mean '{near}'?"),
            None if known.len() > NAMED => format!("known are {}, …", known[..NAMED].join(", ")),
            None => format!("known are {}", known.join(", ")),
        };
        Some(format!(
            "no member has an account on the network '{network}'; {hint}"
        ))
    }
}

fn network_of(identity: &str) -> Option<Network> {
    match identity.parse() {
        Ok(Identity::Account(handle)) => Some(handle.network().clone()),
        _ => None,
    }
}
